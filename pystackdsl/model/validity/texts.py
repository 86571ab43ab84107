"""Texts anywhere in a stack: the paths of secrets and configs that they speak of, and what no file can hold.

Nearly every text is ASCII, which tells at once that it holds no such path and no variable. Only a resource with other
texts is walked through, by `check`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pystackdsl.model.names import KEEP_UNICODE, holds_escaped, path_tokens
from pystackdsl.model.validity.finding import at
from pystackdsl.model.validity.holdings import Held, ancestors
from pystackdsl.model.value import Resource, Value

__all__ = ["check"]

_UNSPOKEN = frozenset(("values", "origin"))
"""Fields that are not written: the values of a template are any Python objects."""

Steps = tuple[str | int, ...]


def check(kind: str, key: str, resource: Resource, held: Held) -> None:
    """Find what is wrong with the texts of a resource, keys included; which of these may be open, each door tells."""
    for within, text in _texts(resource.__dict__, ()):
        if text.isascii():
            continue
        for token in path_tokens(text):
            if token not in _tokens(held):
                _unheld(kind, key, resource, within, token, held)
        if _is_unwritable(text):
            held.found.error(
                f"a text of {kind[:-1]} {key} is no valid Unicode, so no file can hold it",
                at(kind, key, resource, *within),
                help="decode the bytes that it was made from, in their own encoding",
            )


def _tokens(held: Held) -> frozenset[str]:
    """The tokens of the secrets and configs that the stack holds, made for the first odd text."""
    if held.tokens is None:
        resources = (*held.stack.secrets.values(), *held.stack.configs.values())
        held.tokens = frozenset(resource.token for resource in resources)
    return held.tokens


def _unheld(kind: str, key: str, resource: Resource, within: Steps, token: str, held: Held) -> None:
    place = at(kind, key, resource, *within)
    for each, holder in (*held.stack.secrets.items(), *held.stack.configs.items()):
        for other in ancestors(holder):
            if other.__dict__.get("_token") == token:
                noun = type(other).__name__.lower()
                held.found.error(
                    f"{kind[:-1]} {key} speaks of the path of a {noun} that this stack does not hold",
                    place,
                    at(f"{noun}s", each, other, note="made here"),
                    help=f"the stack holds a changed copy of it, {each}, made by evolve: take {each}.path",
                )
                return
    held.found.error(
        f"{kind[:-1]} {key} speaks of the path of a secret or config that this stack does not hold",
        place,
        help="hold it in a top-level variable whose name does not begin with _, or in a dict",
    )


def _texts(values: Mapping[str, Any], path: Steps) -> Iterator[tuple[Steps, str]]:
    """Every text with its path, and the keys of mappings with the path of their values."""
    for name, value in list(values.items()):  # a resource's token is made when it is first asked for
        if value is not None and name[:1] != "_" and name not in _UNSPOKEN:
            yield from _texts_of(value, (*path, name))


def _texts_of(value: Any, path: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from _texts_of(item, (*path, i))
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(name, str):
                yield (*path, name), name
            yield from _texts_of(item, (*path, name))
    elif isinstance(value, Value) and not isinstance(value, Resource):
        yield from _texts(value.__dict__, path)


def _is_unwritable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
