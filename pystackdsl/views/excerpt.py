"""A line of source text with carets under the part that is meant, cut to a width, secrets hidden.

A Span comes in; the two lines to print go out. Called by `views.diagnostics`.
"""

import re
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from pystackdsl.diagnostics import Span
from pystackdsl.views.cells import drawn, width_of

__all__ = ["excerpt", "line_of"]

HIDDEN: Final = "…"
_POSITIONAL: Final = "*"
_CONTENT: Final = frozenset({"content", "values", _POSITIONAL})
_KNOWN: Final = {"Secret": _POSITIONAL, "Config": "public"}
_OPENING: Final = ("(", "[", "{")
_TOKENS: Final = re.compile(
    r"""(?P<text>[rbuf]{0,2}(?P<quote>\"{3}|'{3}|"|')(?P<inside>(?:\\.|(?!(?P=quote)).)*)(?:(?P=quote)|$))"""
    r"|(?P<call>\w+)\s*\(|(?P<keyword>\w+)\s*=(?!=)|(?P<mark>[](){}[,])|\w+",
    re.IGNORECASE,
)


def line_of(span: Span) -> str | None:
    """The source line that a span begins in: its own text, or read from its file. None when it cannot be had."""
    if span.text is not None or span.file is None:
        return span.text
    lines = _lines(span.file)
    return lines[span.line - 1] if 0 < span.line <= len(lines) else None


@cache
def _lines(file: Path) -> tuple[str, ...]:
    """The lines of a file as Python and YAML count them; none when it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError:
        return ()
    text = data.decode("utf-8-sig", errors="replace")
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def excerpt(line: str, start: int, end: int | None, width: int) -> tuple[str, str]:
    """The line as it is printed, and the carets below it.

    `start` and `end` count characters from 0; no end is the end of the line.
    """
    line = line.rstrip()
    shown = _without_secrets(line)
    edges = [0, *accumulate(map(width_of, shown))]
    first = min(start, len(line))
    last = len(line) if end is None else min(max(end, first), len(line))
    if last == first and last < len(line):
        last += 1
    left, right = _window(edges, first, last, width)
    text = ("…" if left else "") + "".join(shown[left:right]) + ("…" if right < len(line) else "")
    margin = (1 if left else 0) - edges[left]
    carets = max(1, edges[min(last, right)] - edges[first])
    return text, " " * (edges[first] + margin) + "^" * carets


def _window(edges: list[int], first: int, last: int, width: int) -> tuple[int, int]:
    """The part of a line, in characters, that fits into `width` cells around the marked part."""
    size = len(edges) - 1
    if edges[size] <= width:
        return 0, size
    room = max(10, width - 2)
    marked = edges[last] - edges[first]
    before = room // 4 if marked > room * 3 // 4 else max(room // 4, room - marked - room // 4)
    left = first
    while left and edges[first] - edges[left - 1] <= before:
        left -= 1
    right = left
    while right < size and edges[right + 1] - edges[left] <= room:
        right += 1
    while left and edges[right] - edges[left - 1] <= room:
        left -= 1
    return left, right


def _without_secrets(line: str) -> list[str]:
    """What is printed for each character, where the inside of a text that may be a secret's content is one `…`."""
    shown = [drawn(char) for char in line]
    for start, end in _secret_texts(line):
        shown[start:end] = [HIDDEN, *[""] * (end - start - 1)]
    return shown


def _secret_texts(line: str) -> list[tuple[int, int]]:
    """Where the insides of texts stand that are given to `content=` or `values=`, or straight to `Secret(…)`."""
    found = []
    keywords = [""]  # what each open bracket is filling at this point, the outermost first
    for token in _TOKENS.finditer(line):
        mark = token["mark"] or ""
        if token["call"]:
            keywords.append(_KNOWN.get(token["call"], ""))
        elif token["keyword"] and keywords[-1] != "public":
            keywords[-1] = token["keyword"]
        elif mark in _OPENING:
            keywords.append("")
        elif mark == ",":
            keywords[-1] = keywords[-1] if keywords[-1] in _KNOWN.values() else ""
        elif mark:
            keywords[-1:] = [] if len(keywords) > 1 else [""]
        elif token["text"] and token["inside"] and not _CONTENT.isdisjoint(keywords):
            found.append(token.span("inside"))
    return found
