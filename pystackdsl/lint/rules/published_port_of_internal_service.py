"""A service that is on internal networks alone publishes a port.

An `internal` network has no way to the outside, and that is what it is chosen for. A port in ingress mode joins the
service to the ingress network too, and with it comes a default route: the service reaches the internet after all. A
port in host mode has nothing to be bound to, and is not published at all, without a word.

## Bad

```python
inner = Network(internal=True)
api = Service(image="example/api:1", networks=[inner], ports=["8080:8080"])
worker = Service(image="example/worker:1", networks=[inner])
```

## Good

```python
inner = Network(internal=True)
outer = Network()
proxy = Service(image="nginx:1.27", networks=[outer, inner], ports=["8080:8080"])
api = Service(image="example/api:1", networks=[inner])
```

## When to ignore it

Where the service is to be reached from outside, and may reach it.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import published

ID: Final = "PSD408"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service with ports whose networks all say `internal`."""
    for key, service in inspection.services:
        ports = published(service) if service.ports else []
        if not ports or not all(network.internal is True for _, network in inspection.joined(service)):
            continue
        i, port = ports[0]
        if port.mode == "host":
            number = port.published or port.target
            summary = f"port {number} of service {key} is not published: its networks are internal"
        else:
            summary = f"service {key} is on internal networks, and its published port gives it a way out"
        network, resource = next(inspection.joined(service))
        yield finding(
            summary,
            at("services", key, service, "ports", i),
            at("networks", network, resource, "internal", note="because of this"),
            help="let a service that is on another network too publish the port, and pass on to this one",
        )
