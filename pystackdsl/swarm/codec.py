"""From a value of the model to an object of the Engine's API and back: a generic reader of the keys that the model
declares.

A key goes to its place (`Key.api`), and comes from there, in the way its shape says, else its type. Each class is read
once and becomes a table; what a class says in its own way it adds itself (`to_api`, `from_api`). Called by `lower` and
`lift`.
"""

import copy
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

from pystackdsl.diagnostics import StackError
from pystackdsl.model.external import Nameable
from pystackdsl.model.gotext import float32
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import Open

if typing.TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree

__all__ = ["left_in", "lifted", "lowered_into", "says_something"]

Convert = Callable[[Any, "Lowering"], object]
Step = tuple[int, str, Convert | None, bool]
"""Where a field goes: the number of the place above it and its name there; how; and whether zero is said."""

_HERE: Final = 0
_INTO: Final = -1
_BY_CLASS: Final = -2
"""Numbers of places: the object itself; no place, since the value is spread over the object, or its class writes it."""


class _Table:
    """How the fields of a class are written: a step for each, and the places that they go to."""

    __slots__ = ("amend", "places", "steps")

    def __init__(self, cls: type) -> None:
        self.steps: dict[str, Step] = {}
        self.places: list[tuple[str, ...]] = [()]
        self.amend: Callable[[Any, Tree, Lowering], None] | None = getattr(cls, "to_api", None)
        for field, (key, hint) in keys_of(cls).items():
            if key.api is not None:
                self.add(field, key, hint)

    def add(self, field: str, key: Key, hint: Any) -> None:
        if key.shape is not None and key.shape.by_class:
            self.steps[field] = _BY_CLASS, "", None, False
        elif key.api == ".":
            if issubclass(_parts(hint)[0], Value):
                self.steps[field] = _INTO, "", None, False
        else:
            *above, name = (key.api or "").split(".")
            if tuple(above) not in self.places:
                self.places.append(tuple(above))
            self.steps[field] = self.places.index(tuple(above)), name, _convert(key, hint), key.zero or _is_part(hint)


_TABLES: Final[dict[type, _Table]] = {}


def lowered_into(tree: "Tree", value: Value, lowering: "Lowering") -> "Tree":
    """Write what a value says into an object of the API, and give that object back."""
    table = _TABLES.get(type(value))
    if table is None:
        table = _TABLES[type(value)] = _Table(type(value))
    found: dict[int, Tree] = {_HERE: tree}
    step_of = table.steps.get
    for field, item in value.__dict__.items():
        if item is None or (step := step_of(field)) is None:
            continue
        if type(item) is Open:
            lowering.open()
            continue
        number, name, convert, zero = step
        if number < 0:
            if number == _INTO:
                lowered_into(tree, item, lowering)
            continue
        said = item if convert is None else convert(item, lowering)
        place = found.get(number)
        if place is None:
            place = found[number] = _place(tree, table.places[number])
        if said or (zero and said is not None):
            place[name] = said
    if table.amend is not None:
        table.amend(value, tree, lowering)
    return tree


def _place(tree: "Tree", above: tuple[str, ...]) -> "Tree":
    """The object at a place, made where it is not there yet."""
    for part in above:
        inner = tree.get(part)
        if inner is None:
            inner = tree[part] = {}
        tree = inner
    return tree


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


# The way back ---------------------------------------------------------------------------------------------------------

Read = Callable[[Any, "Lifting"], Any]
Reading = tuple[tuple[str, ...], str, Read | None, bool]
"""Where a field comes from (the objects above, its name there), how, and whether zero says something."""

_READINGS: Final[dict[type, dict[str, Reading]]] = {}
V = typing.TypeVar("V", bound=Value)


def lifted(cls: type[V], tree: "Tree", lifting: "Lifting") -> V:
    """The value that an object of the API is. What the model can say is taken out of the object, the rest stays.

    Raises ValueError where there is none.
    """
    readings = _READINGS.get(cls)
    if readings is None:
        readings = _READINGS[cls] = _readings(cls)
    take = getattr(cls, "from_api", None)
    fields: Fields = {} if take is None else take(tree, lifting)
    given: Fields = {}
    for field, (above, name, read, zero) in readings.items():
        place = _existing(tree, above)
        if not name and read is not None:
            fields[field] = _or_none(read(tree, lifting))
        elif name in place:
            item = given[field] = place.pop(name)
            if item or (zero and item is not None):
                place |= _take(fields, field, name, item, read, lifting)
    return _made(cls, fields, given, tree)


def _existing(tree: "Tree", above: tuple[str, ...]) -> "Tree":
    for part in above:
        tree = tree.get(part) or {}
    return tree


def _or_none(part: Any) -> Any:
    """A part that says nothing is none."""
    is_part = isinstance(part, Value) and not isinstance(part, Nameable)
    return None if is_part and not says_something(part) else part


def says_something(value: Value) -> bool:
    """Whether any key of a value is said."""
    return any(said is not None for name, said in value.__dict__.items() if name[0] != "_")


def _take(fields: "Fields", field: str, name: str, item: Any, read: Read | None, lifting: "Lifting") -> "Tree":
    """Read one key. What is left of it stays in its place."""
    rest = copy.deepcopy(item)
    try:
        fields[field] = _or_none(item if read is None else read(rest, lifting))
    except (ValueError, TypeError, KeyError, AttributeError):
        return {name: item}
    is_part = read is not None and (isinstance(rest, dict) or (isinstance(rest, list) and isinstance(rest[0], dict)))
    return {name: rest} if is_part and left_in(rest) else {}


def _made(cls: type[V], fields: "Fields", given: "Fields", tree: "Tree") -> V:
    """The value; what it does not take goes back to where it came from."""
    try:
        return cls(**fields)
    except StackError as error:
        refused = {finding.path[0] for finding in error.findings if finding.path}
        if not refused or not refused <= given.keys():
            raise ValueError(error) from None
    for field in refused:
        above, name, *_ = _READINGS[cls][str(field)]
        _place(tree, above)[name] = given[str(field)]
    return cls(**{field: value for field, value in fields.items() if field not in refused})


def left_in(tree: Any, path: str = "") -> dict[str, Any]:
    """What a tree says, by its path: `TaskTemplate.ContainerSpec.Groups`."""
    if isinstance(tree, dict):
        parts = [(f"{path}.{name}" if path else name, item) for name, item in tree.items()]
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        parts = [(f"{path}[{position}]", item) for position, item in enumerate(tree)]
    else:
        return {path: tree} if tree else {}
    return {inner: value for name, item in parts for inner, value in left_in(item, name).items()}


def _readings(cls: type[Value]) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    for field, (key, hint) in keys_of(cls).items():
        if key.api is None or (key.shape is not None and key.shape.by_class):
            continue
        *above, name = key.api.split(".")
        if key.api == ".":
            if issubclass(_parts(hint)[0], Value):
                found[field] = (), "", _reader(_parts(hint)[0]), False
            continue
        read = key.shape.lift if key.shape is not None and key.shape.lift is not None else _reader(_parts(hint)[0])
        found[field] = tuple(above), name, read, key.zero
    return found


def _reader(hint: Any) -> Read | None:
    """How values of a type are read; None where the class's own converter takes them as they are."""
    if typing.get_origin(hint) is tuple:
        each = _reader(typing.get_args(hint)[0])
        return None if each is None else lambda items, lifting: tuple([each(item, lifting) for item in items])
    if not isinstance(hint, type) or typing.get_origin(hint) is not None:
        return None
    if issubclass(hint, Nameable):
        return lambda name, lifting: lifting.resource(hint, name)
    if issubclass(hint, Value):
        return lambda tree, lifting: lifted(hint, tree, lifting)
    quantity: Any = hint
    return (lambda number, _: quantity(number)) if hasattr(hint, "number") else None
