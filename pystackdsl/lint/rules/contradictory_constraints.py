"""Constraints of a service exclude one another, so that no node can ever meet them.

All constraints must hold at once; there is no "or". Two roles, or two values of one label, leave no node, and tasks
stay pending (`no suitable node`).

## Bad

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(placement=Placement(constraints=[node.labels.zone == "a", node.labels.zone == "b"])),
)
```

## Good

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(placement=Placement(constraints=[node.labels.zone != "c"])),
)
```

## When to ignore it

Never, but to keep a service from running.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.placing import constraints_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD311"
SEVERITY: Final = Severity.ERROR


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each constraint that an earlier one of its service rules out."""
    for key, service in inspection.services:
        wanted: dict[str, tuple[int, str]] = {}
        refused: dict[tuple[str, str], int] = {}
        for i, (name, operator, value) in constraints_of(service):
            folded = value.casefold()
            if name == "node.ip":
                continue
            if operator == "==":
                first, other = wanted.setdefault(name, (i, folded))
                against = first if other != folded else refused.get((name, folded))
            else:
                refused.setdefault((name, folded), i)
                first, other = wanted.get(name, (i, ""))
                against = first if other == folded and name in wanted else None
            if against is not None:
                yield finding(
                    f"no node can meet the constraints of service {key}",
                    at("services", key, service, "deploy", "placement", "constraints", i),
                    at(
                        "services", key, service, "deploy", "placement", "constraints", against, note="against this one"
                    ),
                    help='constraints must all hold; for "one of them" give those nodes a label of their own',
                )
