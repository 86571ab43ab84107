"""The comments above the keys of a YAML text: its lines and the places of its keys come in, comments by path go out.

`compose.marks` calls this when a file is imported, so that what people wrote beside their services is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from pystackdsl.compose.nodes import Node
from pystackdsl.diagnostics import KeyPath

__all__ = ["comments_above"]


def comments_above(
    text: str, lines: Sequence[int], nodes: Iterable[tuple[KeyPath, Node | None, Node]]
) -> dict[KeyPath, tuple[str, ...]]:
    """The comment lines right above each key or item, without their `#`; the head of the text has the empty path.

    `lines` has the index at which each line starts, `nodes` every value with its path and key, from the top down. A
    comment that is indented deeper than what stands below it belongs to what ended there, and is left out.
    """
    nodes = list(nodes)
    comments = _comment_lines(text, lines, [node for _, _, node in nodes])
    above: dict[KeyPath, tuple[str, ...]] = {}
    first = len(lines)
    for path, key, node in nodes:
        if path:
            start = (key or node).start
            line = bisect_right(lines, start) - 1
            first = min(first, line)
            found = _taken(comments, line, start - lines[line])
            if found:
                above[path] = found
    head = tuple(shown for line, (_, shown) in sorted(comments.items()) if line < first)
    return {KeyPath(): head, **above} if head else above


def _taken(comments: dict[int, tuple[int, str]], line: int, indent: int) -> tuple[str, ...]:
    """The comments right above a line that are indented no deeper than it; nothing else gets them."""
    found: list[str] = []
    while line - 1 in comments and comments[line - 1][0] <= indent:
        line -= 1
        found.append(comments.pop(line)[1])
    return tuple(reversed(found))


def _comment_lines(text: str, lines: Sequence[int], nodes: Iterable[Node]) -> dict[int, tuple[int, str]]:
    """Every line that is a comment and no more: its number, its indentation, and its text."""
    inside: set[int] = set()
    for node in nodes:
        if node.kind == "scalar":
            first, last = (bisect_right(lines, index) - 1 for index in (node.start, node.end - 1))
            inside.update(range(first + 1, last + 1))
    found: dict[int, tuple[int, str]] = {}
    for number, start in enumerate(lines):
        end = lines[number + 1] if number + 1 < len(lines) else len(text)
        line = text[start:end].strip(" \t\r\n")
        if line.startswith("#") and number not in inside:
            indent = len(text[start:end]) - len(text[start:end].lstrip(" \t"))
            found[number] = indent, line[1:].removeprefix(" ")
    return found
