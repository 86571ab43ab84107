"""A service reserves more than any common node has.

A task with such a reservation stays pending (`insufficient resources`). Most often the unit is wrong: `512G` for
`512M`, or `cpus: "500"` by somebody who thinks in thousandths of a CPU.

## Bad

```python
web = Service(image="nginx:1.27", deploy=Deploy(resources=Resources(reservations=Reservations(memory="512G"))))
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(resources=Resources(reservations=Reservations(memory="512M"))))
```

From 256 GiB of memory and from 128 CPUs on it is reported. With `--live` the swarm's own nodes are asked instead.

## When to ignore it

Where you do have such nodes.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import reserved

ID: Final = "PSD303"
SEVERITY: Final = Severity.WARNING

_MOST: Final = {"cpus": 128 * 10**9, "memory": 256 << 30}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each reservation that no common node can meet; where the nodes are known they decide."""
    if inspection.facts is not None:
        return
    for key, service in inspection.services:
        for name, amount in reserved(service).items():
            if amount.number >= _MOST[name]:
                yield finding(
                    f"service {key} reserves {amount} {'CPUs' if name == 'cpus' else 'of memory'} for each task",
                    at("services", key, service, "deploy", "resources", "reservations", name),
                    help='half a gigabyte is "512M"' if name == "memory" else "half a CPU is 0.5",
                )
