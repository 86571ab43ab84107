"""A constraint names an architecture as images do, and not as nodes do.

`node.platform.arch` is what the node's kernel says: `x86_64` and `aarch64`. Compared with `amd64` or `arm64`, the names
that images have, no node ever fits, and tasks stay pending (`scheduling constraints not satisfied`).

## Bad

```python
web = Service(
    image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.platform.arch == "amd64"]))
)
```

## Good

```python
web = Service(
    image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.platform.arch == "x86_64"]))
)
```

## When to ignore it

Hardly ever.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.placing import constraints_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.alteration import with_value
from pystackdsl.model.placement import Constraint

ID: Final = "PSD309"
SEVERITY: Final = Severity.ERROR

_MEANT: Final = {
    "node.platform.arch": {
        **dict.fromkeys(("amd64", "x64", "x86-64"), "x86_64"),
        **dict.fromkeys(("arm64", "arm64v8", "armv8"), "aarch64"),
        **dict.fromkeys(("arm32v7", "armhf", "arm/v7"), "armv7l"),
    },
    "node.platform.os": dict.fromkeys(("ubuntu", "debian", "centos", "alpine", "fedora", "rhel"), "linux"),
}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each platform that no node has under that name."""
    for key, service in inspection.services:
        for i, (name, operator, value) in constraints_of(service):
            meant = _MEANT.get(name, {}).get(value.lower())
            if meant is not None:
                yield finding(
                    f"{'no' if operator == '==' else 'every'} node fits service {key}: to none of them is {name} "
                    f'"{value}"',
                    at("services", key, service, "deploy", "placement", "constraints", i),
                    help=f"write {name} {operator} {meant}",
                    fix=with_value(
                        service, ("deploy", "placement", "constraints", i), Constraint(f"{name} {operator} {meant}")
                    ),
                )
