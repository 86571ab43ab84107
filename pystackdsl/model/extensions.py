"""Extension fields: the `x-*` keys of a stack, kept as they are for other tools."""

from collections.abc import Mapping
from typing import Any, cast

from pystackdsl.model.value import FrozenDict
from pystackdsl.model.variable import OpenValue

__all__ = ["as_extensions"]


def as_extensions(value: Mapping[str, Any] | None) -> FrozenDict[str, Any] | None:
    """Take a mapping whose keys begin with `x-`; values are plain mappings, lists and scalars."""
    if not isinstance(value, Mapping) or type(value) is FrozenDict:
        return cast("FrozenDict[str, Any] | None", value)
    return FrozenDict({name: _held(item, ()) for name, item in value.items()})


def _held(value: Any, above: tuple[int, ...]) -> Any:
    """A copy of nested lists and dicts, with open values as texts; what contains itself stays, to be refused."""
    if type(value) is OpenValue:
        return str(value)
    if id(value) in above:
        return value
    if type(value) is dict:
        return {name: _held(item, (*above, id(value))) for name, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([_held(item, (*above, id(value))) for item in value])
    return value
