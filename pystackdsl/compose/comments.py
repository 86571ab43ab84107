"""The comments of a YAML text by what they speak of: its lines and the places of its values come in, comments by path
go out.

`compose.marks` calls this when a file is imported, so that what people wrote beside their services is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from pystackdsl.compose.nodes import Node
from pystackdsl.diagnostics import KeyPath

__all__ = ["END", "GAP", "comments_by_path"]

END: Final = -1
"""The last segment of a path that means the end of a block: what stands behind its last value."""

GAP: Final = "\n"
"""Stands for blank lines between comments, or between a comment and what it is above."""

_BEHIND: Final = re.compile(r"[\s:,\]}]*(?:[&!]\S+\s+)*(?:[|>][-+0-9]*\s+)?(?<=\s)#(.*)")
"""What may stand between a value and the comment on its line."""

Placed = tuple[KeyPath, Node | None, Node]


def comments_by_path(text: str, lines: Sequence[int], nodes: Iterable[Placed]) -> dict[KeyPath, tuple[str, ...]]:
    """The comment lines of each key or item, without their `#`: those above it, then the one on its line.

    `lines` has the index at which each line starts, `nodes` every value with its path and key, from the top down.
    Comments that are indented deeper than what stands below them, or are items taken out of a list, belong to the end
    of what they are in, whose path ends with `END`. Lines that follow each other stay together, up to one further left.
    The head of the text has the empty path.
    """
    return _Comments(text, lines, [node for node in nodes if node[0]]).found()


_ITEM: Final = re.compile(r"-\s")
_KEY: Final = re.compile(r"[\w.-]+:(?:\s|$)")


class _Line(NamedTuple):
    """A line that is a comment: its number, its indentation, its text, and how far that is from the hash."""

    number: int
    indent: int
    text: str
    gap: int

    @property
    def is_item(self) -> bool:
        """Whether it looks like an item of a list that was taken out."""
        return bool(_ITEM.match(self.text.lstrip()))

    @property
    def columns(self) -> tuple[int, ...]:
        """Where a line of YAML may have stood that was taken out at the left margin, the hash written over or before
        it; none for any other comment.
        """
        if self.indent or self.gap < 2 or not (self.is_item or _KEY.match(self.text.lstrip())):
            return ()
        return (self.gap + 1, self.gap - 1) if self.gap % 2 else (self.gap,)


class _Comments:
    """The comments of one text, while they are given to values."""

    def __init__(self, text: str, lines: Sequence[int], nodes: list[Placed]) -> None:
        self.text = text
        self.lines = lines
        self.nodes = sorted(nodes, key=lambda node: (node[1] or node[2]).start)
        self.starts = [(key or node).start for _, key, node in self.nodes]
        self.at = {path: (key, node) for path, key, node in self.nodes}
        self.first: dict[int, KeyPath] = {}
        for (path, _, _), start in zip(self.nodes, self.starts, strict=True):
            self.first.setdefault(self.position(start)[0], path)
        self.by_path: dict[KeyPath, list[str]] = {}

    def position(self, index: int) -> tuple[int, int]:
        """The line and the column of an index, both from 0."""
        line = bisect_right(self.lines, index) - 1
        return line, index - self.lines[line]

    def found(self) -> dict[KeyPath, tuple[str, ...]]:
        """All comments by path."""
        content = sorted(self.first)
        groups: dict[int, list[_Line]] = {}
        for line in self.alone():
            groups.setdefault(bisect_left(content, line.number), []).append(line)
        for at, group in groups.items():
            self.give(group, content[at] if at < len(content) else None, is_head=at == 0)
        for path, text in self.behind():
            self.by_path.setdefault(path, []).append(text)
        return {path: tuple(found) for path, found in self.by_path.items()}

    def alone(self) -> Iterable[_Line]:
        """Every line that is a comment and no more."""
        inside: set[int] = set()
        for _, _, node in self.nodes:
            if node.kind == "scalar":
                first, last = (self.position(index)[0] for index in (node.start, node.end - 1))
                inside.update(range(first + 1, last + 1))
        for number in range(len(self.lines)):
            line = self.line(number)
            shown = line.strip(" \t\r\n")
            if shown.startswith("#") and number not in inside:
                gap = len(shown) - 1 - len(shown[1:].lstrip(" \t"))
                yield _Line(number, len(line) - len(line.lstrip(" \t")), shown[1:].removeprefix(" "), gap)

    def line(self, number: int) -> str:
        """A line by its number."""
        return self.text[self.lines[number] : [*self.lines[number : number + 2], len(self.text)][1]]

    def give(self, group: list[_Line], below: int | None, *, is_head: bool) -> None:
        """Give comments that stand together to what is below them, or to what ends above them."""
        if below is None:
            self.keep_at_ends(_runs(group))
            return
        target, at = self.first[below], 0
        if is_head:
            at = len(group)
            while at and group[at - 1].number == below - (len(group) - at) - 1:
                at -= 1
            self.keep_all(KeyPath(), group[:at], None)
        else:
            runs = _runs(group)
            ends = list(takewhile(lambda run: self.ends_a_block(run[0], target), runs))
            self.keep_at_ends(ends)
            at, group = sum(map(len, ends)), [line for run in runs for line in run]
        self.keep_all(target, group[at:], below)

    def keep_at_ends(self, runs: Sequence[Sequence[_Line]]) -> None:
        """Note comments that end the blocks above them."""
        paths = [self.block_at(run[0]) / END if self.nodes else KeyPath() for run in runs]
        for at, (run, path) in enumerate(zip(runs, paths, strict=True)):
            goes_on = path in paths[at + 1 : at + 2]
            self.keep_all(path, run, runs[at + 1][0].number if goes_on else None)

    def keep_all(self, path: KeyPath, lines: Sequence[_Line], below: int | None) -> None:
        """Note comments, each with the gap before the one after it."""
        for line, after in _with_next(lines, below):
            self.keep(path, line, after)

    def keep(self, path: KeyPath, line: _Line, after: int | None) -> None:
        """Note a comment, and the gap before the line that comes after it."""
        has_gap = after is not None and after > line.number + 1
        self.by_path.setdefault(path, []).extend([line.text, GAP] if has_gap else [line.text])

    def column(self, path: KeyPath) -> int:
        """The column at which what is at a path begins: the key, or what is behind the dash."""
        key, node = self.at[path]
        return self.position((key or node).start)[1]

    def indent(self, path: KeyPath) -> int:
        """The column of a key, or of the dash of an item."""
        key, node = self.at[path]
        outer = self.at.get(path.parent)
        if key is not None or (outer is not None and outer[1].flow):
            return self.column(path)
        return self.position(max(self.text.rfind("-", 0, node.start), 0))[1]

    def ends_a_block(self, line: _Line, target: KeyPath) -> bool:
        """Whether a comment is in a block that ends before what follows: deeper than that, or taken out of it."""
        if line.indent <= self.column(target) and not line.is_item and not line.columns:
            return False
        block = self.block_at(line)
        return target[: len(block)] != block

    def block_at(self, line: _Line) -> KeyPath:
        """The block above a comment whose values stand where it stands, or further left."""
        above = bisect_left(self.starts, self.lines[line.number]) - 1
        path = self.nodes[above][0] if above >= 0 else KeyPath()
        outer = [KeyPath(*path[:length]) for length in range(len(path), 0, -1)]
        for column in line.columns:
            for each in outer:
                if self.indent(each) == column and isinstance(each[-1], int) == line.is_item:
                    return each.parent
        found = next((each for each in outer if len(each) == 1 or self.indent(each) <= line.indent), path)
        list_above = self.at[found][1] if line.is_item and found and self.indent(found) == line.indent else None
        if list_above is not None and list_above.kind == "list" and not list_above.flow:
            return found  # an item that was taken out, its hash below the list's key
        return found.parent

    def behind(self) -> Iterable[tuple[KeyPath, str]]:
        """The comments that stand behind something on its line, with the path of what is first there."""
        ends: dict[int, tuple[int, KeyPath]] = {}
        for path, key, node in self.nodes:
            is_whole = node.kind == "alias" or node.flow or (node.kind == "scalar" and node.style not in {"|", ">"})
            for end in [key.end] if key else []:
                self.note(ends, end, path)
            if is_whole and node.end > node.start:
                self.note(ends, node.end, path)
        for number, (end, path) in sorted(ends.items()):
            rest = _BEHIND.match(self.text, end, self.lines[number] + len(self.line(number).rstrip("\r\n")))
            if rest:
                yield self.first.get(number, path), rest[1].strip()

    def note(self, ends: dict[int, tuple[int, KeyPath]], end: int, path: KeyPath) -> None:
        """Note where something ends, if it is the last on its line so far."""
        number = self.position(end)[0] if end < len(self.text) else len(self.lines) - 1
        if number not in ends or end > ends[number][0]:
            ends[number] = end, path


def _runs(group: Iterable[_Line]) -> list[list[_Line]]:
    """Comments in parts: lines that follow each other, none further left than the first."""
    runs: list[list[_Line]] = []
    for line in group:
        first = runs[-1][0] if runs else line
        follows = bool(runs) and runs[-1][-1].number == line.number - 1 and _column(line) >= _column(first)
        if not follows:
            runs.append([line])
        elif line.columns or first.columns:  # the text itself is indented
            runs[-1].append(line)
        else:
            runs[-1].append(line._replace(text=" " * (line.indent - first.indent) + line.text))
    return runs


def _column(line: _Line) -> int:
    """How far right a comment stands."""
    return max(line.columns, default=line.indent)


def _with_next(group: Sequence[_Line], below: int | None) -> Iterable[tuple[_Line, int | None]]:
    """Each line with the number of the one after it."""
    return zip(group, [*(line.number for line in group), below][1:], strict=True) if group else ()
