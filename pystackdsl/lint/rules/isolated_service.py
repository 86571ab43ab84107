"""A service can reach nobody, and nobody can reach it.

It is alone on networks that have no way to the outside, and publishes no port. Most often it was to join the network
of another service, or the network was to have `internal` taken away.

## Bad

```python
inner = Network(internal=True)
outer = Network()
api = Service(image="example/api:1", networks=[inner])
web = Service(image="nginx:1.27", networks=[outer], ports=["80:80"])
```

## Good

```python
inner = Network(internal=True)
outer = Network()
api = Service(image="example/api:1", networks=[inner])
web = Service(image="nginx:1.27", networks=[outer, inner], ports=["80:80"])
```

## When to ignore it

Where containers outside of the stack join the network, and it is not marked `attachable`.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, replicas_of

ID: Final = "PSD506"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service whose networks are internal, closed, and its own alone."""
    for key, service in inspection.services:
        if service.ports or not service.networks or is_job(service) or replicas_of(service) == 0:
            continue
        joined = list(inspection.joined(service))
        alone = all(
            network.internal is True
            and network.external in (None, False)
            and network.attachable is not True
            and network.name is None
            and len(inspection.members[name]) == 1
            for name, network in joined
        )
        if joined and alone:
            yield finding(
                f"service {key} reaches nobody, and nobody reaches it",
                at("services", key, service, "networks"),
                at("networks", joined[0][0], joined[0][1], "internal", note="no way to the outside"),
                help="let another service join its network, or leave out internal",
            )
