"""A constraint asks for a label where it means what every node has, or for a role that there is none.

`node.labels.role` is a label that somebody has to give to nodes; the role itself is `node.role`, and is `manager` or
`worker`. A node without the label does not match, so tasks stay pending (`no suitable node`).

## Bad

```python
web = Service(
    image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.labels.role == "manager"]))
)
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])))
```

## When to ignore it

Where your nodes do bear such a label. With `--live` the nodes are asked.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.placing import constraints_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding, told_as

ID: Final = "PSD308"
SEVERITY: Final = Severity.WARNING

_MEANT: Final = {
    "role": "node.role",
    "node.role": "node.role",
    "hostname": "node.hostname",
    "node.hostname": "node.hostname",
    "platform.os": "node.platform.os",
    "platform.arch": "node.platform.arch",
    "node.platform.os": "node.platform.os",
    "node.platform.arch": "node.platform.arch",
}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """The roles that there are not, which the model's own checks tell, and labels called like an attribute."""
    yield from told_as("misspelt-node-attribute")(inspection)
    borne = {name for node in (inspection.facts.nodes if inspection.facts else ()) for name in node.labels}
    for key, service in inspection.services:
        for i, (name, operator, value) in constraints_of(service):
            label = name.removeprefix("node.labels.")
            meant = _MEANT.get(label.lower()) if label != name and label not in borne else None
            if meant is None or (meant == "node.role" and value.lower() not in ("manager", "worker")):
                continue
            yield finding(
                f"service {key} asks for a label {label}, which nodes do not have by themselves",
                at("services", key, service, "deploy", "placement", "constraints", i),
                help=f"did you mean {meant} {operator} {value}?",
            )
