"""A published port is one that the nodes themselves need.

Ports 2377, 7946 and 4789 are Swarm's own, 2375 and 2376 those of the Docker API, and 22 is how administrators come in.
Swarm takes them for a service all the same. From then on the node's own traffic goes astray, or the service never gets
the port: nodes lose sight of each other, or nobody can log in to mend it.

## Bad

```python
git = Service(image="example/git:1", ports=["22:22"])
```

## Good

```python
git = Service(image="example/git:1", ports=["2222:22"])
```

## When to ignore it

Where the nodes' own service listens elsewhere, such as an SSH server that was moved to make room.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import published

ID: Final = "PSD404"
SEVERITY: Final = Severity.WARNING

_TAKEN: Final = {
    (22, "tcp"): "the nodes' SSH server",
    (2375, "tcp"): "the Docker API",
    (2376, "tcp"): "the Docker API",
    (2377, "tcp"): "the swarm's managers",
    (7946, "tcp"): "the swarm's nodes, to see each other",
    (7946, "udp"): "the swarm's nodes, to see each other",
    (4789, "udp"): "the swarm's overlay networks",
}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each published port that is one of these."""
    for key, service in inspection.services:
        for i, port in published(service) if service.ports else ():
            for (number, protocol), whose in _TAKEN.items():
                outside = port.published
                is_it = outside is not None and outside.first <= number <= outside.last
                if is_it and (port.protocol or "tcp") == protocol:
                    yield finding(
                        f"service {key} publishes port {number}/{protocol}, which belongs to {whose}",
                        at("services", key, service, "ports", i),
                        help="publish another port",
                    )
