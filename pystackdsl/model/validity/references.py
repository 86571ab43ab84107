"""References: every object that a service refers to is held by the stack, once, and every name it says exists."""

from typing import TYPE_CHECKING

from pystackdsl.model.names import KINDS
from pystackdsl.model.network import default_network
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.validity.finding import Findings, at
from pystackdsl.model.validity.holdings import Held, ancestors
from pystackdsl.model.value import Resource
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_depends_on", "check_holders", "unheld"]


def check_holders(stack: Stack, held: Held) -> None:
    """Find objects that the stack holds under two keys: a reference to them would have two names."""
    for kind in KINDS:
        resources = getattr(stack, kind)
        if len(held.keys(kind)) - (kind == "networks" and default_network not in resources.values()) < len(resources):
            _two_names(kind, resources, held.found)


def _two_names(kind: str, resources: dict[str, Resource], found: Findings) -> None:
    first: dict[int, str] = {}
    for key, resource in resources.items():
        other = first.setdefault(id(resource), key)
        if other != key:
            noun = kind[:-1]
            found.error(
                f"one {noun} has two names, {other} and {key}",
                at(kind, key, resource),
                help=f"keep one name; for a second {noun} that says the same write evolve({other})",
                at_key=True,
            )


def unheld(
    key: str, service: Service, held: Held, kind: str, resource: Resource, within: "tuple[str | int, ...]"
) -> None:
    """Say that a service refers to a resource that the stack does not hold, and why it might be so."""
    noun = kind[:-1]
    place = at("services", key, service, *within)
    copy = held.copy_of(kind, resource)
    known = held.keys(kind)
    original = next((known[id(each)] for each in ancestors(resource) if id(each) in known), None)
    if copy is not None:
        help = f"the stack holds a changed copy of it, {copy}, made by evolve: refer to that one"
    elif original is not None and resource.origin is not None and resource.origin.copied:
        help = f"a deep copy has a {noun} of its own: copy the service by evolve(…), which keeps {original}"
    elif original is not None:
        help = f"it is a changed copy of {original}: hold it under a name of its own, or refer to {original}"
    else:
        help = f"hold the {noun} in a top-level variable whose name does not begin with _, or in a dict of {kind}"
    held.found.error(
        f"service {key} uses a {noun} that this stack does not hold",
        place,
        at("services", key, resource, note="made here") if resource.origin is not None else place,
        help=help,
    )


def check_depends_on(key: str, service: Service, others: "Sequence[str | Resource]", held: Held) -> None:
    """Find services that `depends_on` names twice, or that the stack does not have. Cycles are legal in Docker."""
    found = held.found
    found.odd = True
    names: list[str] = []
    for i, other in enumerate(others):
        if isinstance(other, Resource):
            name = held.services.get(id(other))
            if not isinstance(other, Service):
                found.error(
                    f"service {key} depends on something that is no service",
                    at("services", key, service, "depends_on", i),
                    expected="services, or their names",
                    help=f"a {type(other).__name__.lower()} is there before any service starts: leave it out",
                )
                continue
            if name is None:
                unheld(key, service, held, "services", other, ("depends_on", i))
                continue
        else:
            name = str(other)
            if name not in held.stack.services and OPEN not in name:
                _unknown(key, service, i, name, held)
        if name in names:
            found.remark(
                f"service {key} names {name} twice in depends_on: once is enough",
                at("services", key, service, "depends_on", i),
                help="leave one of them out",
            )
        names.append(name)


def _unknown(key: str, service: Service, i: int, name: str, held: Held) -> None:
    from pystackdsl.diagnostics import nearest

    near = nearest(name, held.stack.services)
    held.found.warning(
        f'service {key} depends on "{name}", and the stack has no such service',
        at("services", key, service, "depends_on", i),
        expected="one of its services",
        help=f"did you mean {near}?" if near else "",
    )
