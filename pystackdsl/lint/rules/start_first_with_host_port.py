"""A service that takes a port of its node is updated start-first.

The old task holds the port until it stops, and with `start-first` it stops only when the new one runs. So the new task
needs a node where no task of the service is: on a swarm without one it stays pending (`host-mode port already in use`),
and the update never ends.

## Bad

```python
proxy = Service(
    image="nginx:1.27",
    ports=[Port(target=80, published=80, mode="host")],
    deploy=Deploy(mode="global", update_config=UpdateConfig(order="start-first")),
)
```

## Good

```python
proxy = Service(
    image="nginx:1.27",
    ports=[Port(target=80, published=80, mode="host")],
    deploy=Deploy(mode="global", update_config=UpdateConfig(order="stop-first")),
)
```

## When to ignore it

Where there are always more nodes for the service than it has tasks.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.placing import fitting
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import host_ports, is_job, order_of, replicas_of

ID: Final = "PSD201"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each start-first service with a numbered port in host mode; known nodes to spare are no fault."""
    for key, service in inspection.services:
        taken = host_ports(service) if order_of(service) == "start-first" and not is_job(service) else []
        replicas = replicas_of(service)
        if not taken or replicas == 0:
            continue
        if inspection.facts is not None and replicas and len(fitting(service, inspection.facts.nodes)) > replicas:
            continue
        i, port = taken[0]
        yield finding(
            f"a new task of service {key} waits for port {port.published}, which the old one holds until it runs",
            at("services", key, service, "deploy", "update_config", "order"),
            at("services", key, service, "ports", i, note="the port of the node"),
            help='write order="stop-first", or publish the port in ingress mode',
            yaml="write `order: stop-first`, or publish the port in ingress mode",
        )
