"""Stack files as most are written, read line by line: a text comes in, a plain tree goes out, or None.

`compose.document` asks here first. What is read is a text in which each line is one `key: value`, one item of a list,
or a comment: no anchors, tags, escapes or tabs, and no value over several lines. Whatever else a text holds, and
whatever is wrong with it, makes None of the whole, and libyaml reads it. It reads the rest alike in three times the
time, for it makes objects of all marks; here a line that stands in a text many times is looked at once.
"""

from __future__ import annotations

import io
import math
import re
from typing import Any, Final

from pystackdsl.compose.goscalar import NUMBER_STARTS, WORDS, Timestamp, go_text, is_text_key, plain_value

__all__ = ["Lines", "lines_of"]

_VISIBLE: Final = bytes([10, *range(32, 127)])
_ODD: Final = "[^\n -~\xa1-\u1fff\u2030-\ud7ff]"
"""Characters of which libyaml shall tell what they mean."""

_HEAD: Final = re.compile(rb"(?:\ufeff)?(?: *(?:#[^\n]*)?\n)*+---\n".replace(rb"\ufeff", b"\xef\xbb\xbf"))
_LINE: Final = re.compile(
    r"""
    (?P<indent>\ *+)
    (?P<dash>-(?:\ ++|$))?
    (?:(?:(?P<key>[A-Za-z_.0-9][\w./$+-]{0,200})|"(?P<quoted>[^"\\]{1,200})"):(?:\ ++|$))?
    (?:
        (?P<plain>(?![\[\]{}"'&*!|>%@`?,#]|[:-](?:\ |$)):*+[^\s:#]++(?:(?:[:#]++|\ ++(?!\#):*+)[^\s:#]++)*+)
        | "(?P<double>[^"\\]*)" | '(?P<single>[^']*)'
        | \[(?P<list>(?:[^\[\]{}\#?"']|"[^"\\]*"|'[^']*')*+)\]
        | \{(?P<map>(?:[^\[\]{}\#?"']|"[^"\\]*"|'[^']*')*+)\}
    )?
    \ *+(?:(?<![^\ ])\#.*)?
    """,
    re.ASCII | re.VERBOSE,
)
_ITEM: Final = re.compile(
    r"""
    \ *+(?:(?P<key>[A-Za-z_][\w./-]{0,200}):\ ++)?
    (?:"(?P<double>[^"\\]*)" | '(?P<single>[^']*)' | (?P<plain>-{0,2}[\w./$=][\w./$=@%+;<>~^()-]*+))
    \ *+(?:,|$)
    """,
    re.ASCII | re.VERBOSE,
)
_DEEPEST: Final = 100
_MOST_REMEMBERED: Final = 20_000
"""Lines kept, so that memory does not grow with the number of different ones."""

_NUMBERS: Final = frozenset({int, float})

_Found = tuple[int, int, str, Any, bool, str]
"""A line: its first column that is no blank, the column of its key (-1 without one, another than the first behind a
dash), the key, its value, whether that may follow on the next lines, and the text of a number that Docker respells.
"""

_BLANK: Final[_Found] = (-1, -1, "", None, False, "")


class Lines:
    """What such a text says: the tree of a `Document`, and what it calls `respelled`."""

    __slots__ = ("respelled", "tree")

    def __init__(self, tree: dict[str, Any], respelled: dict[tuple[str | int, ...], str]) -> None:
        self.tree = tree
        self.respelled = respelled


class _OtherError(Exception):
    """The text is none of those that are read here."""


def lines_of(data: bytes) -> Lines | None:
    """What a text in UTF-8 says; None where its lines alone do not tell."""
    try:
        if data.translate(None, _VISIBLE) and (data.isascii() or re.search(_ODD, data.decode("utf-8-sig"))):
            return None
        head = _HEAD.match(data)
        stream = io.BytesIO(data)
        stream.seek(head.end() if head else 3 if data[:3] == b"\xef\xbb\xbf" else 0)
        return _read(stream)
    except (_OtherError, UnicodeDecodeError):
        return None


def _read(stream: io.BytesIO) -> Lines:
    """What the lines say from here on. Raises _OtherError.

    A key without a value, and an item, is null and `waiting` while the next lines may bring one.
    """
    known: dict[bytes, _Found] = {}
    respelled: dict[tuple[str | int, ...], str] = {}
    collections = _Open()
    top: Any = collections.nodes[0]
    column, is_list = -1, False
    waiting: str | int | None = ""
    for line in stream:
        found = known.get(line) or _found(line, known)
        first, at, name, value, waits, source = found
        if first != column or waiting is not None or (first != at) is not is_list:
            if first < 0:
                continue
            is_list = first != at
            top, column = collections.move(first, waiting, is_item=is_list), first
        if not is_list:
            if name in top:
                raise _OtherError
            top[name] = value
            waiting = name if waits else None
        elif at < 0:
            top.append(value)
            waiting = -1 if waits else None
        else:
            top.append({name: value})
            top, column, is_list = collections.opened(top[-1], at), at, False
            waiting = name if waits else None
        if source:
            respelled[collections.path()] = source
    tree = collections.nodes[0][""]
    if type(tree) is not dict:
        raise _OtherError
    return Lines(tree, respelled)


class _Open:
    """The collections that are open, each the last value of the one before it, and the columns where they stand."""

    def __init__(self) -> None:
        self.nodes: list[Any] = [{"": None}]
        self.columns = [-1]

    def opened(self, node: Any, column: int) -> Any:
        """A collection, which is open from now on."""
        if len(self.nodes) > _DEEPEST:
            raise _OtherError
        self.nodes.append(node)
        self.columns.append(column)
        return node

    def move(self, column: int, waiting: str | int | None, *, is_item: bool) -> Any:
        """The collection that a line belongs to by its column: a new one where the key above waits for it, else one
        that is open. Raises _OtherError.
        """
        nodes, columns = self.nodes, self.columns
        above = columns[-1]
        if waiting is not None and (column > above or (column == above and is_item and type(nodes[-1]) is dict)):
            node: Any = [] if is_item else {}
            nodes[-1][waiting] = node
            return self.opened(node, column)
        while columns[-1] > column or (columns[-1] == column and not is_item and type(nodes[-1]) is list):
            nodes.pop()
            columns.pop()
        if columns[-1] != column or (type(nodes[-1]) is list) is not is_item:
            raise _OtherError
        return nodes[-1]

    def path(self) -> tuple[str | int, ...]:
        """The path of the value last read."""
        return tuple(len(node) - 1 if type(node) is list else next(reversed(node)) for node in self.nodes[1:])


def _found(line: bytes, known: dict[bytes, _Found]) -> _Found:
    """What a line says, which is remembered. Raises _OtherError."""
    match = _LINE.fullmatch(line.decode().removesuffix("\n"))
    if match is None:
        raise _OtherError
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[line] = found = _said(match)
    return found


def _said(match: re.Match[str]) -> _Found:
    plain, key, quoted, dash = match["plain"], match["key"], match["quoted"], match["dash"]
    value = _scalar(plain) if plain is not None else _bounded(match)
    source = plain if plain is not None and _is_respelled(plain, value) else ""
    waits = value is None and plain is None
    if key is not None and not is_text_key(None, key, plain=True):
        raise _OtherError
    name = quoted if key is None else key
    first = match.end("indent")
    if name is not None:
        return first, first if dash is None else match.end("dash"), name, value, waits, source
    if dash is not None:
        return first, -1, "", value, waits, source
    if not waits:
        raise _OtherError
    return _BLANK


def _bounded(match: re.Match[str]) -> Any:
    """A value between quotes or brackets; None where there is none. Raises _OtherError."""
    if match["list"] is not None:
        return [item for _, item in _between(match["list"], is_keyed=False)]
    if match["map"] is not None:
        pairs = _between(match["map"], is_keyed=True)
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _OtherError
        return found
    return match["double"] if match["single"] is None else match["single"]


def _scalar(text: str) -> Any:
    """The value of an unquoted scalar. Raises _OtherError."""
    if text not in WORDS and text[0] not in NUMBER_STARTS:
        return text
    value = plain_value(text)
    if (type(value) is float and not math.isfinite(value)) or type(value) is Timestamp:
        raise _OtherError
    return value


def _between(text: str, *, is_keyed: bool) -> list[tuple[str, Any]]:
    """The values between brackets, with their keys between curly ones. Raises _OtherError."""
    found: list[tuple[str, Any]] = []
    end = 0
    while text[end:].strip():
        match = _ITEM.match(text, end)
        if match is None or (match["key"] is not None) is not is_keyed:
            raise _OtherError
        end = match.end()
        plain, key = match["plain"], match["key"] or ""
        value: Any = match["double"] if match["single"] is None else match["single"]
        if plain is not None:
            value = _scalar(plain)
        if (is_keyed and not is_text_key(None, key, plain=True)) or (plain is not None and _is_respelled(plain, value)):
            raise _OtherError
        found.append((key, value))
    return found


def _is_respelled(text: str, value: Any) -> bool:
    """Whether Docker makes another text of a number."""
    return type(value) in _NUMBERS and go_text(value) != text
