"""What the language has, for a did-you-mean: its names, its classes, and which class nests which.

Nothing comes in: everything is read from the model's own declarations, beginning at Stack. Called by `slips`,
`arguments` and `places`, only when something is wrong.
"""

import sys
import typing
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import attrs

from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, Value

__all__ = ["Part", "aliases", "classes", "names", "parents", "parts", "secret_keys", "spelled", "ways_to"]


class Part(NamedTuple):
    """A field that holds objects of another class: one, or a list (or mapping) of them."""

    field: str
    cls: type[Value]
    many: bool


def names() -> list[str]:
    """Every name that a stack file can import from the package."""
    return list(sys.modules[__name__.partition(".")[0]].__all__)


@cache
def classes() -> Mapping[str, type[Value]]:
    """Every class of the model that has keys, by name."""
    found: dict[str, type[Value]] = {}
    waiting: deque[type[Value]] = deque([Stack])
    while waiting:
        cls = waiting.popleft()
        if cls.__name__ not in found:
            found[cls.__name__] = cls
            waiting += (part.cls for part in parts(cls))
    return found


def parts(cls: type[Value]) -> list[Part]:
    """The fields of a class that hold objects of other classes."""
    return [
        Part(field, inner, many)
        for field, (_, hint) in keys_of(cls).items()
        for inner, many in _classes_in(hint, many=False)
    ]


def _classes_in(hint: Any, *, many: bool) -> Iterator[tuple[type[Value], bool]]:
    if isinstance(hint, type) and issubclass(hint, Value) and attrs.has(hint):
        yield typing.cast("type[Value]", hint), many
    plural = typing.get_origin(hint) is not None and isinstance(typing.get_origin(hint), type)
    for argument in typing.get_args(hint):
        yield from _classes_in(argument, many=many or (plural and not _is_union(hint)))


def _is_union(hint: Any) -> bool:
    import types

    return typing.get_origin(hint) in (types.UnionType, typing.Union)


def ways_to(cls: type[Value], key: str) -> list[list[Part]]:
    """The shortest ways from a class, by its nested parts, to one that has `key`; references are no parts."""
    ways = [[part] for part in _own(cls)]
    while ways:
        found = [way for way in ways if key in spelled(way[-1].cls)]
        if found:
            return found
        ways = [[*way, part] for way in ways for part in _own(way[-1].cls)]
    return []


def _own(cls: type[Value]) -> list[Part]:
    return [part for part in parts(cls) if not issubclass(part.cls, Resource)]


def parents(cls: type[Value], key: str) -> list[type[Value]]:
    """The classes that have `key` themselves and nest `cls` somewhere below."""
    return [
        other
        for other in classes().values()
        if other not in (cls, Stack) and key in spelled(other) and cls in _below(other)
    ]


def _below(cls: type[Value]) -> set[type[Value]]:
    found: set[type[Value]] = set()
    waiting = [cls]
    while waiting:
        fresh = {part.cls for part in _own(waiting.pop())} - found
        found |= fresh
        waiting += fresh
    return found


def spelled(cls: type[Value]) -> Mapping[str, str]:
    """A class's keys as Python spells them and as Compose does, each with its parameter's name."""
    keys: Mapping[str, tuple[Key, Any]] = keys_of(cls)
    return {key.name: field for field, (key, _) in keys.items()} | {field: field for field in keys}


@cache
def aliases() -> frozenset[tuple[str, str]]:
    """The keys that Compose spells otherwise than Python does: (Compose key, parameter)."""
    return frozenset(
        (name, field) for cls in classes().values() for name, field in spelled(cls).items() if name != field
    )


@cache
def secret_keys() -> frozenset[str]:
    """The keys whose values are never shown."""
    return frozenset(field for cls in classes().values() for field, (key, _) in keys_of(cls).items() if key.secret)
