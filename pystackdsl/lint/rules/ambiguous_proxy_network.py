"""Traefik may take an address of a service on a network that it is not on.

A service on several networks has an address on each. Without a label Traefik takes one of them, and when it is the
wrong one requests end in `504 Gateway Timeout`; after the next deploy it may be the right one again.

## Bad

```python
public = Network()
backend = Network()
traefik = Service(image="traefik:v3.1", command=["--providers.swarm=true"], networks=[public])
web = Service(
    image="nginx:1.27",
    networks=[public, backend],
    deploy=Deploy(
        labels={"traefik.enable": "true", "traefik.http.services.web.loadbalancer.server.port": "80"}
    ),
)
```

## Good

```python
public = Network(name="public")
backend = Network()
traefik = Service(
    image="traefik:v3.1", command=["--providers.swarm=true", "--providers.swarm.network=public"], networks=[public]
)
web = Service(
    image="nginx:1.27",
    networks=[public, backend],
    deploy=Deploy(
        labels={"traefik.enable": "true", "traefik.http.services.web.loadbalancer.server.port": "80"}
    ),
)
```

## When to ignore it

Where Traefik is on all networks of the service, or is told its network by a file. It is only reported where the proxy
is of the same stack.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import is_routed, network_label, proxies, says_network, traefik_labels
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD504"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that has more networks than its proxy, when nothing says which one counts."""
    known = [proxy for _, proxy in proxies(inspection)]
    if not known or any(says_network(proxy) for proxy in known):
        return
    reached = {name for proxy in known for name, _ in inspection.joined(proxy)}
    for key, service in inspection.services:
        if service in known or not traefik_labels(service) or not is_routed(service) or network_label(service):
            continue
        names = [name for name, _ in inspection.joined(service)]
        shared = [name for name in names if name in reached]
        if shared and len(shared) < len(names):
            yield finding(
                f"Traefik may look for service {key} on a network where it is not itself",
                at("services", key, service, "networks"),
                help=f"say which it is: the label traefik.swarm.network with the full name of {shared[0]}, or "
                "--providers.swarm.network",
            )
