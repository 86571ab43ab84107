"""No node of the swarm can take a task of the service.

Either no node meets all constraints, such as a label that no node bears, or those that do have not as many CPUs or as
much memory as a task reserves. Tasks stay pending until that changes. This is asked of a swarm, with `--live`.

## Bad

```python
web = Service(
    image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.labels.zone == "nowhere"]))
)
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(placement=Placement(constraints=[node.labels.zone == "a"])))
```

## When to ignore it

Where nodes get the label, or join, before tasks are to run.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.facts import NodeFacts
from pystackdsl.lint.placing import constraints_of, fitting, has_open_constraint, matches
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import replicas_of, reserved
from pystackdsl.model.service import Service

ID: Final = "PSD312"
SEVERITY: Final = Severity.ERROR
IS_LIVE: Final = True


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that no ready node can take."""
    nodes = [node for node in inspection.facts.nodes if node.is_ready] if inspection.facts is not None else []
    for key, service in inspection.services:
        if not nodes or has_open_constraint(service) or replicas_of(service) == 0:
            continue
        left = fitting(service, nodes)
        yield from _resources(key, service, left) if left else _constraints(key, service, nodes)


def _constraints(key: str, service: Service, nodes: list[NodeFacts]) -> Iterator[Diagnostic]:
    left = nodes
    for i, parts in constraints_of(service):
        before, left = left, [node for node in left if matches(parts, node)]
        if not left:
            name, operator, value = parts
            several = "" if len(before) == len(nodes) else " that meets the others"
            yield finding(
                f"no node{several} has {name} {operator} {value}: service {key} cannot run",
                at("services", key, service, "deploy", "placement", "constraints", i),
                expected=_there_is(name, nodes),
                help=f"docker node update --label-add {name.removeprefix('node.labels.')}={value} NODE"
                if name.startswith("node.labels.") and operator == "=="
                else "",
            )
            return


def _there_is(name: str, nodes: list[NodeFacts]) -> str:
    """What the nodes have in place of what was asked for."""
    label = name.removeprefix("node.labels.")
    if label != name:
        values = sorted({node.labels[label] for node in nodes if label in node.labels})
        return f"one of the values that nodes have: {', '.join(values)}" if values else f"a label {label} on some node"
    attributes = {
        "node.role": {node.role for node in nodes},
        "node.hostname": {node.hostname for node in nodes},
        "node.platform.arch": {node.arch for node in nodes},
        "node.platform.os": {node.os for node in nodes},
    }
    return ", ".join(sorted(attributes.get(name, ())))


def _resources(key: str, service: Service, nodes: list[NodeFacts]) -> Iterator[Diagnostic]:
    for name, amount in reserved(service).items():
        most = max(getattr(node, name) for node in nodes)
        if most and amount.number > most:
            has = f"{most / 10**9:g} CPUs" if name == "cpus" else f"{most >> 20}M of memory"
            yield finding(
                f"service {key} reserves {amount} {'CPUs' if name == 'cpus' else 'of memory'}, more than any node has",
                at("services", key, service, "deploy", "resources", "reservations", name),
                expected=f"at most {has}",
            )
