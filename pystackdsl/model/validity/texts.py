"""Texts anywhere in a stack: the paths of secrets and configs that they speak of, and what no file can hold.

Nearly every text is ASCII, which tells at once that it holds no such path and no variable. Only a resource with other
texts is walked through, by `check`.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pystackdsl.model.names import KEEP_UNICODE, holds_escaped, path_tokens
from pystackdsl.model.validity.finding import at, is_plain
from pystackdsl.model.validity.holdings import Held, ancestors
from pystackdsl.model.value import Resource, Value

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Subject
    from pystackdsl.model.stack import Stack

__all__ = ["check", "check_root"]

_UNSPOKEN = frozenset(("values", "origin"))
"""Fields that are not written: the values of a template are any Python objects."""

Steps = tuple[str | int, ...]


def check(kind: str, key: str, resource: Resource, held: Held) -> None:
    """Find what is wrong with the texts of a resource, keys included; which of these may be open, each door tells."""
    for within, text in _texts(resource.__dict__, ()):
        if _is_faulty(text, held):
            _told(f"{kind[:-1]} {key}", at(kind, key, resource, *within), text, held)


def check_root(stack: "Stack", held: Held) -> None:
    """Find what is wrong with the texts of the stack's own extension fields."""
    for within, text in _texts({"x": stack.x}, ()):
        if _is_faulty(text, held):
            from pystackdsl.diagnostics import KeyPath, Subject

            _told("the stack", Subject(path=KeyPath(*within[1:]), within=KeyPath(*within)), text, held)


def _is_faulty(text: str, held: Held) -> bool:
    """Whether there is anything to tell of a text, asked before its place is made."""
    return not is_plain(text) and (
        holds_escaped(text) or _is_unwritable(text) or not _tokens(held).issuperset(path_tokens(text))
    )


def _told(who: str, place: "Subject", text: str, held: Held) -> None:
    if holds_escaped(text):
        held.found.error(
            f"a path or an open value in a text of {who} was escaped, so it cannot be put in place",
            place,
            help=KEEP_UNICODE,
        )
    for token in path_tokens(text):
        if token not in _tokens(held):
            _unheld(who, place, token, held)
    if _is_unwritable(text):
        held.found.error(
            f"a text of {who} is no valid Unicode, so no file can hold it",
            place,
            help="decode the bytes that it was made from, in their own encoding",
        )


def _tokens(held: Held) -> frozenset[str]:
    """The tokens of the secrets and configs that the stack holds, made for the first odd text."""
    if held.tokens is None:
        resources = (*held.stack.secrets.values(), *held.stack.configs.values())
        held.tokens = frozenset(resource.token for resource in resources)
    return held.tokens


def _unheld(who: str, place: "Subject", token: str, held: Held) -> None:
    for each, holder in (*held.stack.secrets.items(), *held.stack.configs.items()):
        for other in ancestors(holder):
            if other.__dict__.get("_token") == token:
                noun = type(other).__name__.lower()
                held.found.error(
                    f"{who} speaks of the path of a {noun} that this stack does not hold",
                    place,
                    at(f"{noun}s", each, other, note="made here"),
                    help=f"the stack holds a changed copy of it, {each}, made by evolve: take {each}.path",
                )
                return
    held.found.error(
        f"{who} speaks of the path of a secret or config that this stack does not hold",
        place,
        help="hold it in a top-level variable whose name does not begin with _, or in a dict",
    )


def _texts(values: Mapping[str, Any], path: Steps) -> Iterator[tuple[Steps, str]]:
    """Every text with its path, and the keys of mappings with the path of their values."""
    for name, value in list(values.items()):  # a resource's token is made when it is first asked for
        if value is not None and name[:1] != "_" and name not in _UNSPOKEN:
            yield from _texts_of(value, (*path, name))


def _texts_of(value: Any, path: Steps, above: tuple[int, ...] = ()) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        yield path, value
    elif id(value) in above:  # an extension field that holds itself is told by `extensions`
        return
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from _texts_of(item, (*path, i), (*above, id(value)))
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(name, str):
                yield (*path, name), name
            yield from _texts_of(item, (*path, name), (*above, id(value)))
    elif isinstance(value, Value) and not isinstance(value, Resource):
        yield from _texts(value.__dict__, path)


def _is_unwritable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
