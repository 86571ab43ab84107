"""Changed copies of model values, and what differs between a value and its changed copy.

The checks of constructors are not made again: what goes in has been checked. `compose.exchange` and `lint` make copies
here; the editors of source text (`python.edits`, `compose.edits`) ask what to write.
"""

from collections.abc import Iterator, Sequence
from types import NoneType
from typing import Any, Final, NamedTuple, TypeVar, cast, get_args, get_origin

from pystackdsl.model.key import keys_of
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["REMOVED", "Difference", "altered", "differences", "value_at", "with_value"]

V = TypeVar("V", bound=Value)


class _Removed:
    """What stands for a value that is no longer there."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = _Removed()


class Difference(NamedTuple):
    """A value that another stands in place of: its path inside the resource, by fields, and the new value.

    A key that goes has `REMOVED`; one that was not there before, and an item behind the last of a list, has what it
    becomes.
    """

    path: tuple[str | int, ...]
    value: Any


def altered(value: V, **changes: Any) -> V:
    """A copy of a model value with other attributes, already checked. A resource keeps its origin and its paths."""
    twin = object.__new__(type(value))
    twin.__dict__.update(value.__dict__, **changes)
    return twin


def with_value(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy in which `new` stands at a path of fields, keys and positions; `REMOVED` takes away what stands there.

    A position behind the last item of a list appends; objects that are missing on the way are made.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        pairs = {**value, step: with_value(value.get(step), rest, new)}
        kept = FrozenDict({name: item for name, item in pairs.items() if item is not REMOVED})
        return kept or None
    if isinstance(value, tuple) and isinstance(step, int):
        items = [*value[:step], with_value(value[step] if step < len(value) else None, rest, new), *value[step + 1 :]]
        return tuple(item for item in items if item is not REMOVED) or None
    part = getattr(value, str(step))
    changed = with_value(_blank(type(value), str(step)) if part is None and rest else part, rest, new)
    return altered(cast("Value", value), **{str(step): None if changed is REMOVED else changed})


def _blank(cls: type, field: str) -> Any:
    """An object or list that says nothing, for a field that has none."""
    hint = keys_of(cls)[field][1]
    classes = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    if any(get_origin(each) is tuple for each in classes):
        return ()
    if any(get_origin(each) is FrozenDict for each in classes):
        return FrozenDict()
    return next(each for each in classes if isinstance(each, type) and issubclass(each, Value))()


def value_at(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path of fields, keys and positions; `REMOVED` where nothing is said."""
    for step in path:
        parts: Any = value if isinstance(value, (dict, tuple)) else value.__dict__
        value = parts[step]
    return REMOVED if value is None else value


def differences(old: Any, new: Any, path: tuple[str | int, ...] = ()) -> Iterator[Difference]:
    """What to change in `old` to have `new`, as near to the leaves as can be."""
    if old is new or (type(old) is type(new) and not isinstance(old, Resource) and old == new):
        return
    before, after = _parts(old), _parts(new)
    if type(old) is not type(new) or before is None or after is None or (type(old) is tuple and len(old) > len(new)):
        yield Difference(path, REMOVED if new is None else new)
        return
    for name in {**before, **after}:
        if name not in after:
            yield Difference((*path, name), REMOVED)
        elif name not in before:
            yield Difference((*path, name), after[name])
        else:
            yield from differences(before[name], after[name], (*path, name))


def _parts(value: Any) -> dict[Any, Any] | None:
    """What a value is made of, by field, key or position; None for what has no parts."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple):
        return dict(enumerate(value))
    if isinstance(value, Value):
        return {name: part for name, part in value.__dict__.items() if part is not None and name[0] != "_"}
    return None
