"""A service that fills its nodes is updated start-first, so its new tasks find no room.

`max_replicas_per_node` counts the old task and the new one alike. With one task a node and a task on every node, a
start-first update waits for ever (`max replicas per node limit exceed`).

## Bad

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(
        replicas=3,
        update_config=UpdateConfig(order="start-first"),
        placement=Placement(max_replicas_per_node=1),
    ),
)
```

## Good

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(
        replicas=3,
        update_config=UpdateConfig(order="start-first"),
        placement=Placement(max_replicas_per_node=2),
    ),
)
```

## When to ignore it

Where there are always more nodes for the service than it has tasks.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.placing import constraints_of, fitting
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, order_of, replicas_of
from pystackdsl.model.service import Service

ID: Final = "PSD202"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each start-first service that has, or most probably has, no place for one more task."""
    for key, service in inspection.services:
        placement = service.deploy.placement if service.deploy is not None else None
        most = placement.max_replicas_per_node if placement is not None else None
        replicas = replicas_of(service)
        if type(most) is not int or not most or not replicas or order_of(service) != "start-first" or is_job(service):
            continue
        if _is_full(inspection, service, most, replicas):
            yield finding(
                f"service {key} is updated start-first, and {most} {'task' if most == 1 else 'tasks'} a node may leave "
                "no room for a new one",
                at("services", key, service, "deploy", "placement", "max_replicas_per_node"),
                at("services", key, service, "deploy", "update_config", "order", note="because of this"),
                help=f'write max_replicas_per_node={most + 1}, or order="stop-first"',
                yaml=f"write `max_replicas_per_node: {most + 1}`, or `order: stop-first`",
            )


def _is_full(inspection: Inspection, service: Service, most: int, replicas: int) -> bool:
    if inspection.facts is not None:
        return len(fitting(service, inspection.facts.nodes)) * most <= replicas
    on_one = any(key in ("node.hostname", "node.id") and operator == "==" for _, (key, operator, _v) in
                 constraints_of(service))  # fmt: skip
    return most <= replicas if on_one else most == 1 and replicas > 1
