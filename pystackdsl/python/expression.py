"""Python expressions as values, and their layout: on one line where it fits, else one part a line.

The layout is that of common formatters, so a formatter leaves what is written here as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from pystackdsl.python.literals import Part, literal

__all__ = ["Atom", "Bracketed", "Expression", "Item", "call", "dictionary", "joined", "laid_out", "listing"]

WIDTH: Final = 88
"""Columns of a line, as formatters have them by default."""


@attrs.frozen
class Atom:
    """An expression that is written as it stands: a name, a literal, an attribute."""

    text: str


@attrs.frozen
class Item:
    """A part in brackets: what stands before it (`name=`, `"key": `), the expression, and comments above."""

    before: str
    value: "Expression"
    comments: tuple[str, ...] = ()


@attrs.frozen
class Bracketed:
    """A call, list or dict: its opening text, its parts, comments behind the last of them, and its closing bracket."""

    opening: str
    items: tuple[Item, ...]
    closing: str
    tail: tuple[str, ...] = ()


@attrs.frozen
class Joined:
    """A text of several lines: its literal, and those of its lines, for where one line of source is too short."""

    text: str
    lines: tuple[str, ...]


Expression = Atom | Bracketed | Joined


def call(name: str, arguments: Iterable[Item], tail: tuple[str, ...] = ()) -> Bracketed:
    """A call; `tail` are comments at its end."""
    return Bracketed(f"{name}(", tuple(arguments), ")", tail)


def listing(items: Iterable[Item], tail: tuple[str, ...] = ()) -> Bracketed:
    """A list."""
    return Bracketed("[", tuple(items), "]", tail)


def dictionary(pairs: Iterable[Item], tail: tuple[str, ...] = ()) -> Bracketed:
    """A dict; the parts' `before` are its keys with their colons."""
    return Bracketed("{", tuple(pairs), "}", tail)


def joined(parts: Sequence[Part]) -> Expression:
    """The literal of a text with names in it, which may be laid out by its lines."""
    lines: list[list[Part]] = [[]]
    for is_named, text in parts:
        for piece in [text] if is_named else text.splitlines(keepends=True):
            lines[-1].append((is_named, piece))
            if not is_named and piece.splitlines() != [piece]:
                lines.append([])
    spelled = tuple(literal(line) for line in lines if line)
    return Joined(literal(parts), spelled) if len(spelled) > 1 else Atom(literal(parts))


def laid_out(before: str, value: Expression, indent: int = 0, after: str = "") -> list[str]:
    """The lines of `before value after`, indented."""
    pad = " " * indent
    flat = _flat(value)
    if flat is not None and (_columns(f"{pad}{before}{flat}{after}") <= WIDTH or not _can_break(value)):
        return [f"{pad}{before}{flat}{after}"]
    if isinstance(value, Atom):
        return [f"{pad}{before}{value.text}{after}"]
    if isinstance(value, Joined):
        whole = f"{pad}    {value.text}"  # formatters join the parts of a text where this fits
        inside = [whole] if _columns(whole) <= WIDTH else [f"{pad}    {line}" for line in value.lines]
        return [f"{pad}{before}(", *inside, f"{pad}){after}"]
    lines = [f"{pad}{before}{value.opening}"]
    for item in value.items:
        lines += [f"{pad}    {comment}" for comment in item.comments if comment]
        lines += laid_out(item.before, item.value, indent + 4, ",")
    lines += [f"{pad}    {comment}" for comment in value.tail if comment]
    return [*lines, f"{pad}{value.closing}{after}"]


def _columns(line: str) -> int:
    """How wide a line is; some letters are two columns wide, some none."""
    if line.isascii():
        return len(line)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
    return len(line) + wide - sum(unicodedata.category(letter) in ("Mn", "Me") for letter in line)


def _can_break(value: Expression) -> bool:
    return isinstance(value, Joined) or (isinstance(value, Bracketed) and bool(value.items or value.tail))


def _flat(value: Expression) -> str | None:
    """The expression on one line; None where a comment forbids it."""
    if not isinstance(value, Bracketed):
        return value.text
    if value.tail:
        return None
    parts: list[str] = []
    for item in value.items:
        inner = _flat(item.value)
        if item.comments or inner is None:
            return None
        parts.append(item.before + inner)
    return value.opening + ", ".join(parts) + value.closing
