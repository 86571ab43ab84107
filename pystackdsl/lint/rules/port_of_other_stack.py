"""Another service of the swarm has the port already.

A port of the swarm belongs to one service, whatever node is asked. The Engine refuses the second service, so the stack
is deployed in part. This is asked of a swarm, with `--live`.

## Bad

```python
web = Service(image="nginx:1.27", ports=["443:443"])
```

## Good

```python
web = Service(image="nginx:1.27", ports=["8443:443"])
```

## When to ignore it

Where the other service is removed first.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import published

ID: Final = "PSD415"
SEVERITY: Final = Severity.ERROR
IS_LIVE: Final = True


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each published port that a service of another stack has; on nodes, two may have the same one."""
    if inspection.facts is None:
        return
    ingress, host = inspection.facts.ports, inspection.facts.host_ports
    for key, service in inspection.services:
        for i, port in published(service) if service.ports else ():
            if port.published is None:
                continue
            for number in range(port.published.first, port.published.last + 1):
                place = (number, port.protocol or "tcp")
                other = ingress.get(place) or (host.get(place) if port.mode != "host" else None)
                if other is not None:
                    yield finding(
                        f"service {key} publishes port {number}/{port.protocol or 'tcp'}, which {other} has",
                        at("services", key, service, "ports", i),
                        help="publish another port, or remove the other service first",
                    )
                    break
