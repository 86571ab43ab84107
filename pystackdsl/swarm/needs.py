"""What an Engine is too old for: an older one drops in silence the fields of its API that it does not know.

A stack and an API version come in; warnings with the places in the stack go out (`unsupported`), or the places in a
service's body that this Engine cannot hold (`newer`). Both are read from the keys' own declarations (`api_since`).
"""

import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pystackdsl.diagnostics import Diagnostic, Severity
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.uses import Use, uses
from pystackdsl.model.value import Resource, Value

__all__ = ["Api", "needs", "newer", "unsupported"]

Api = tuple[int, int]
Pair = tuple[type, str]


def needs(stack: Stack) -> Iterator[tuple[Use, Api]]:
    """The keys of a stack that need more than API 1.41, with the version that each needs."""
    for use in uses(stack, None, _young(Service)):
        since = _since(use.key, use.value)
        if since is not None:
            yield use, since


def unsupported(stack: Stack, api: Api) -> list[Diagnostic]:
    """Warnings for the keys of a stack that an Engine with this API version does not know."""
    return [_unknown(use, since, api) for use, since in needs(stack) if since > api]


def _unknown(use: Use, since: Api, api: Api) -> Diagnostic:
    said, here = ".".join(map(str, since)), ".".join(map(str, api))
    refuses = isinstance(use.key.api_since, Mapping)
    what = f"{use.key.name} {use.value}" if refuses else use.key.name
    return Diagnostic(
        severity=Severity.WARNING,
        summary=f"{what} needs Engine API {said}, and this swarm speaks {here}: "
        + ("it will refuse the service" if refuses else "it will drop the key"),
        path=use.where.path,
        subjects=(use.where.subject(),),
        help="leave it out, or bring the swarm's managers and nodes up to date",
    )


def _since(key: Key, value: object) -> Api | None:
    """The API version that a key needs for a value, where it is above the least."""
    given = key.api_since
    text = given.get(str(value), "") if isinstance(given, Mapping) else given
    return _version(text) if text else None


def _version(text: str) -> Api:
    major, minor = text.split(".")
    return int(major), int(minor)


@cache
def _young(cls: Any) -> frozenset[Pair]:
    """The (class, field) pairs below a class that some Engine API does not know yet."""
    found = set()
    for field, (key, hint) in keys_of(cls).items():
        if key.api_since:
            found.add((cls, field))
        for part in _parts(hint):
            found |= _young(part)
    return frozenset(found)


@cache
def newer(api: Api) -> tuple[tuple[str, ...], ...]:
    """The places in a service's body that an Engine with this API version drops; a list is entered by its name."""
    return tuple(path for path, since in _places(Service, ()) if since > api)


def _places(cls: type[Value], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Api]]:
    for key, hint in keys_of(cls).values():
        if key.api is None:
            continue
        path = above if key.api == "." else (*above, *key.api.split("."))
        if isinstance(key.api_since, str) and key.api_since:
            yield path, _version(key.api_since)
        for part in _parts(hint):
            yield from _places(part, path)


def _parts(hint: Any) -> Iterator[Any]:
    """The classes of parts that a value of a type may hold; references lead elsewhere."""
    if isinstance(hint, types.GenericAlias) or typing.get_origin(hint) is not None:
        for argument in typing.get_args(hint):
            yield from _parts(argument)
    elif isinstance(hint, type) and issubclass(hint, Value) and not issubclass(hint, Resource):
        yield hint
