"""A database is open to everybody who reaches a node.

A published port is open on every node of the swarm, and Docker's own packet filter rules come before those of `ufw`
and its like. A database that can be reached from everywhere is found, and one without a password is emptied.

## Bad

```python
cache = Service(image="redis:7.2", ports=["6379:6379"])
```

## Good

```python
backend = Network()
cache = Service(image="redis:7.2", networks=[backend])
app = Service(image="example/app:1.4", networks=[backend])
```

Services on a shared network reach all ports of each other. For yourself, `docker exec` or a tunnel does.

## When to ignore it

Where the nodes are in a network of their own, and somebody outside of the swarm needs the database.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import native_ports
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import published
from pystackdsl.model.ports import PortRange

ID: Final = "PSD409"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each well-known database that publishes the port on which it is asked."""
    for key, service in inspection.services:
        native = native_ports(service.image) if service.ports else ()
        for i, port in published(service) if native else ():
            inside = port.target
            if type(inside) is PortRange and any(inside.first <= number <= inside.last for number in native):
                yield finding(
                    f"the database {key} is open to everybody who reaches a node",
                    at("services", key, service, "ports", i),
                    help="leave the port out: services on a shared network reach it by its name",
                )
