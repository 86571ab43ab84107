"""A label tells Traefik a network by the name it has in the stack file alone.

In the swarm a stack's network is called `STACK_NETWORK`. Traefik finds no network of the shorter name, takes any other
one, and requests may end in `504 Gateway Timeout`.

## Bad

```python
public = Network()
web = Service(
    image="nginx:1.27",
    networks=[public],
    deploy=Deploy(
        labels={
            "traefik.enable": "true",
            "traefik.swarm.network": "public",
            "traefik.http.services.web.loadbalancer.server.port": "80",
        }
    ),
)
traefik = Service(image="traefik:v3.1", networks=[public])
```

## Good

```python
public = Network(name="public")
web = Service(
    image="nginx:1.27",
    networks=[public],
    deploy=Deploy(
        labels={
            "traefik.enable": "true",
            "traefik.swarm.network": "public",
            "traefik.http.services.web.loadbalancer.server.port": "80",
        }
    ),
)
traefik = Service(image="traefik:v3.1", networks=[public])
```

## When to ignore it

Where there is another network of that name, and it is the one that is meant.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import network_label
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD505"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each label that names a network which has another name in the swarm."""
    networks = inspection.stack.networks
    full = {network.name for network in networks.values() if network.name}
    full |= {key for key, network in networks.items() if network.external and not network.name}
    for key, service in inspection.services:
        said = network_label(service)
        if said is None or said[1] in full or said[1] not in networks:
            continue
        stack = inspection.stack.name or "STACK"
        other = networks[said[1]].name or f"{stack}_{said[1]}"
        yield finding(
            f"in the swarm network {said[1]} is called {other}, and Traefik knows it by that name alone",
            at("services", key, service, "deploy", "labels", said[0]),
            help=f'write "{other}", or give the network that very name: Network(name="{said[1]}")',
            yaml=f'write "{other}", or give the network that very name: `name: {said[1]}`',
        )
