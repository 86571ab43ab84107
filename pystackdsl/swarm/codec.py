"""From a value of the model to an object of the Engine's API: a generic reader of the keys that the model declares.

A key goes to its place (`Key.api`) in the way its shape says, else its type. Each class is read once and becomes a
table; what a class says in its own way it adds itself (`to_api`). Called by `lower`.
"""

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

from pystackdsl.model.gotext import float32
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import Open

if typing.TYPE_CHECKING:
    from pystackdsl.model.crossing import Lowering, Tree

__all__ = ["lowered_into"]

Convert = Callable[[Any, "Lowering"], object]
Step = tuple[tuple[str, ...], str, Convert | None, bool]
"""Where a field goes (the objects above, its name there), how, and whether zero is said. No name: into the parent."""

_TABLES: Final[dict[type, dict[str, Step]]] = {}


def lowered_into(tree: "Tree", value: Value, lowering: "Lowering") -> "Tree":
    """Write what a value says into an object of the API, and give that object back."""
    cls = type(value)
    table = _TABLES.get(cls)
    if table is None:
        table = _TABLES[cls] = _table(cls)
    for field, item in value.__dict__.items():
        if item is None or field not in table:
            continue
        if type(item) is Open:
            lowering.open()
            continue
        above, name, convert, zero = table[field]
        if not name:
            lowered_into(tree, item, lowering)
            continue
        said = item if convert is None else convert(item, lowering)
        place = _place(tree, above) if above else tree
        if said or (zero and said is not None):
            place[name] = said
    amend = getattr(cls, "to_api", None)
    if amend is not None:
        amend(value, tree, lowering)
    return tree


def _place(tree: "Tree", above: tuple[str, ...]) -> "Tree":
    """The object at a place, made where it is not there yet."""
    for part in above:
        inner = tree.get(part)
        if inner is None:
            inner = tree[part] = {}
        tree = inner
    return tree


def _table(cls: type) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for field, (key, hint) in keys_of(cls).items():
        if key.api is None:
            continue
        *above, name = key.api.split(".")
        if key.api == ".":
            if issubclass(_parts(hint)[0], Value):
                found[field] = ((), "", None, False)
            continue
        convert = _convert(key, hint)
        found[field] = tuple(above), name, convert, key.zero or _is_part(hint)
    return found


def _is_part(hint: Any) -> bool:
    """Whether a value is an object, which is said even when it is empty."""
    return any(isinstance(part, type) and issubclass(part, Value) for part in _parts(hint))


def _convert(key: Key, hint: Any) -> Convert | None:
    if key.shape is not None and key.shape.lower is not None:
        return key.shape.lower
    kinds = {_conversion(part) for part in _parts(hint)}
    assert len(kinds) == 1, key.name
    return kinds.pop()


def _parts(hint: Any) -> tuple[Any, ...]:
    """The types that a value may have."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return tuple(part for part in typing.get_args(hint) if part is not types.NoneType)
    return (hint,)


def _conversion(hint: Any) -> Convert | None:
    """How values of a type are written; None where they are written as they are."""
    origin = typing.get_origin(hint)
    if origin is typing.Literal or hint is str:
        return _text
    if origin is tuple:
        return _each(_conversion(typing.get_args(hint)[0]))
    if origin is FrozenDict:
        return _texts
    if issubclass(hint, Value):
        return _object
    if hint is float:
        return _fraction
    if hasattr(hint, "number"):
        return _quantity
    return _spelled if hasattr(hint, "text") else None


def _text(value: str, lowering: "Lowering") -> object:
    return value if value.isascii() else lowering.text(value)


def _texts(value: Mapping[str, str], lowering: "Lowering") -> object:
    return lowering.texts(value)


def _each(convert: Convert | None) -> Convert:
    if convert is None:
        return lambda values, _: list(values)
    return lambda values, lowering: [convert(value, lowering) for value in values]


def _object(value: Value, lowering: "Lowering") -> object:
    return lowered_into({}, value, lowering)


def _fraction(value: float, _lowering: "Lowering") -> object:
    return float32(value)


def _quantity(value: Any, _lowering: "Lowering") -> object:
    return value.number


def _spelled(value: Any, lowering: "Lowering") -> object:
    if type(value) is Open:
        lowering.open()
        return None
    return lowering.text(value.text)
