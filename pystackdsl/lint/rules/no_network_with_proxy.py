"""A service has labels for a proxy, and shares no network with it.

The proxy finds the service by its labels and then cannot reach its tasks: every request ends in `504 Gateway Timeout`.

## Bad

```python
public = Network(external=True)
backend = Network()
web = Service(
    image="nginx:1.27",
    networks=[backend],
    deploy=Deploy(
        labels={"traefik.enable": "true", "traefik.http.services.web.loadbalancer.server.port": "80"}
    ),
)
traefik = Service(image="traefik:v3.1", networks=[public])
```

## Good

```python
public = Network(external=True)
backend = Network()
web = Service(
    image="nginx:1.27",
    networks=[public, backend],
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

Where the proxy is of another stack, an external network has to be among the service's own.

## When to ignore it

Where the proxy of another stack joins a network of this one.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import is_routed, network_label, proxies
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.service import Service

ID: Final = "PSD503"
SEVERITY: Final = Severity.WARNING

_SPECIAL: Final = ("host", "bridge", "none")


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that a proxy would look for in vain."""
    known = list(proxies(inspection))
    for key, service in inspection.services:
        if not is_routed(service):
            continue
        if any(key == other for other, _ in known):
            continue
        if known:
            if not any(_reaches(inspection, proxy, service) for _, proxy in known):
                others = ", ".join(f"{name}" for name, proxy in known for name, _ in inspection.joined(proxy))
                yield _finding(key, service, f"service {key} shares no network with the proxy {known[0][0]}", others)
        elif not any(network.external for _, network in inspection.joined(service)):
            words = f"service {key} is on no external network, so a proxy of another stack cannot reach it"
            yield _finding(key, service, words, "")


def _reaches(inspection: Inspection, proxy: Service, service: Service) -> bool:
    """Whether a proxy shares a network with a service, or is on one that reaches all nodes."""
    on_host = any((network.name or name) in _SPECIAL for name, network in inspection.joined(proxy))
    return on_host or inspection.shares_network(proxy, service)


def _finding(key: str, service: Service, summary: str, others: str) -> Diagnostic:
    said = network_label(service)
    place = at("services", key, service, *(("networks",) if service.networks else ()))
    named = f"label {said[0]} says {said[1]}; " if said is not None else ""
    cure = f"join the network of the proxy: {others}" if others else "join the proxy's network, which is external here"
    return finding(summary, place, help=named + cure)
