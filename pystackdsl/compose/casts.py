"""What Docker casts an interpolated text to, by its path: read from the declared keys."""

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from pystackdsl.compose.interpolate import Cast, Casts, pattern_casts
from pystackdsl.model.key import keys_of
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["declared_casts"]


@cache
def declared_casts() -> Casts:
    """The casts of all keys, for `interpolate`."""
    return pattern_casts(dict(_patterns(Stack, ())))


def _patterns(cls: type[Any], path: tuple[str, ...]) -> Iterator[tuple[str, Cast]]:
    for key, hint in keys_of(cls).values():
        if key.local or key.name == "x-*":
            continue
        here = (*path, key.name)
        if key.cast is not None:
            yield ".".join(here), key.cast
        for inner, steps in _parts(hint):
            if issubclass(inner, Resource) and cls is not Stack:
                continue
            yield from _patterns(inner, (*here, *steps))
            if hasattr(inner, "to_compose") and (found := _only_cast(inner)):
                yield ".".join((*here, *steps)), found


def _parts(hint: Any, steps: tuple[str, ...] = ()) -> Iterator[tuple[type[Any], tuple[str, ...]]]:
    """The model classes in an annotation, with the steps from the key to them."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        for part in arguments:
            yield from _parts(part, steps)
    elif origin is tuple:
        yield from _parts(arguments[0], (*steps, "[]"))
    elif origin is FrozenDict:
        yield from _parts(arguments[1], (*steps, "*"))
    elif isinstance(hint, type) and issubclass(hint, Value):
        yield hint, steps


def _only_cast(cls: type[Any]) -> Cast | None:
    declared = [key for key, _ in keys_of(cls).values()]
    return declared[0].cast if all(key.cast == declared[0].cast for key in declared) else None
