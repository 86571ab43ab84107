"""A stack with some of its resources exchanged, every reference to them included.

`compose.assets` comes here with secrets and configs that got a file or a name. References are objects, so the services
that hold them are made anew too; all else is shared with the first stack.
"""

from collections.abc import Mapping
from typing import Any

from pystackdsl.model.alteration import altered
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["exchanged"]

_SHARED = frozenset({str, int, float, bool, bytes, type(None)})


def exchanged(stack: Stack, others: Mapping[int, Resource]) -> Stack:
    """The stack with other resources, by the `id` of those they stand for. Keys and order stay."""
    if not others:
        return stack
    services = {id(service): altered(service) for service in stack.services.values()}
    table = {**services, **others}
    for service in services.values():
        service.__dict__.update({name: _in_place(value, table) for name, value in service.__dict__.items()})
    held = {kind: _held(getattr(stack, kind), table) for kind in ("services", "secrets", "configs")}
    return altered(stack, **held)


def _held(resources: Mapping[str, Resource], table: Mapping[int, Resource]) -> FrozenDict[str, Resource]:
    return FrozenDict({key: table.get(id(resource), resource) for key, resource in resources.items()})


def _in_place(value: Any, table: Mapping[int, Resource]) -> Any:
    """A value with its references exchanged; the value itself where it has none."""
    if type(value) in _SHARED:
        return value
    if isinstance(value, Resource):
        return table.get(id(value), value)
    if isinstance(value, Value):
        changes = _changes(value.__dict__, table)
        return altered(value, **changes) if changes else value
    if type(value) is tuple:
        items = tuple(_in_place(item, table) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if type(value) is FrozenDict:
        changes = _changes(value, table)
        return FrozenDict({**value, **changes}) if changes else value
    return value


def _changes(values: Mapping[str, Any], table: Mapping[int, Resource]) -> dict[str, Any]:
    found = {name: _in_place(value, table) for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not values[name]}
