"""Where tasks may run: constraints as the Engine compares them with nodes.

Rules ask whether a service stays where its data is, and, once nodes are known, which of them would take it.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

from pystackdsl.lint.facts import Facts, NodeFacts
from pystackdsl.model.placement import Constraint
from pystackdsl.model.service import Service
from pystackdsl.model.variable import OPEN

__all__ = ["constraints_of", "fitting", "has_open_constraint", "is_on_managers", "is_pinned", "matches"]

_LABELS = ("node.labels.", "engine.labels.")
_WHERE = ("node.id", "node.hostname", "node.ip", "node.role")


def constraints_of(service: Service) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The constraints of a service as (key, operator, value), with their positions; open ones are left out."""
    placement = service.deploy.placement if service.deploy is not None else None
    for i, constraint in enumerate((placement.constraints if placement is not None else None) or ()):
        if type(constraint) is Constraint and OPEN not in constraint.text:
            yield i, constraint.parts


def has_open_constraint(service: Service) -> bool:
    """Whether some constraint is known only when the stack is deployed."""
    placement = service.deploy.placement if service.deploy is not None else None
    constraints = (placement.constraints if placement is not None else None) or ()
    return any(type(each) is not Constraint or OPEN in each.text for each in constraints)


def is_pinned(service: Service, facts: Facts | None) -> bool:
    """Whether a service stays on one node, as far as can be known.

    With facts, one node at most may fit. Without, a constraint by name, role or label counts: how many nodes it leaves
    is not to be seen.
    """
    if has_open_constraint(service):
        return True
    if facts is not None:
        return len(fitting(service, facts.nodes)) <= 1
    return any(
        operator == "==" and (key in _WHERE or key.startswith(_LABELS))
        for _, (key, operator, _value) in constraints_of(service)
    )


def is_on_managers(service: Service) -> bool:
    """Whether constraints keep a service on managers, or might."""
    if has_open_constraint(service):
        return True
    for _, (key, operator, value) in constraints_of(service):
        if key == "node.role":
            if (value.lower() == "manager") == (operator == "=="):
                return True
        elif operator == "==" and (key in _WHERE or key.startswith(_LABELS)):
            return True  # a node or a label of their own choice
    return False


def fitting(service: Service, nodes: Iterable[NodeFacts]) -> list[NodeFacts]:
    """The nodes that meet all constraints of a service."""
    wanted = [parts for _, parts in constraints_of(service)]
    return [node for node in nodes if all(matches(parts, node) for parts in wanted)]


def matches(parts: tuple[str, str, str], node: NodeFacts) -> bool:
    """Whether a node meets a constraint, as the Engine decides: without regard to case; a missing label is empty."""
    key, operator, value = parts
    if key == "node.ip":
        return _is_in(node.ip, value) == (operator == "==")
    return (_attribute(key, node).casefold() == value.casefold()) == (operator == "==")


def _attribute(key: str, node: NodeFacts) -> str:
    for prefix, labels in zip(_LABELS, (node.labels, node.engine_labels), strict=True):
        if key.startswith(prefix):
            return labels.get(key[len(prefix) :], "")
    attribute = {
        "node.id": node.id,
        "node.hostname": node.hostname,
        "node.role": node.role,
        "node.platform.os": node.os,
        "node.platform.arch": node.arch,
    }
    return attribute.get(key, "")


def _is_in(ip: str, value: str) -> bool:
    try:
        return ip_address(ip) in ip_network(value, strict=False)
    except ValueError:
        return False
