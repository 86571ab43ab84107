"""Where everything stands in a YAML text: its nodes come in, and places, comments and shared blocks go out.

`compose.document` makes this when somebody asks where a value stands, which is when there is something to say about
it, or when a file is imported. Paths are those of the tree: what came in by an alias or a merge key is found where it
is written.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pystackdsl.compose.nodes import Node
from pystackdsl.diagnostics import Comment, KeyPath, SourceNotes, Span

__all__ = ["Marks"]


class Marks:
    """The places of one text. Indices count its characters, without a byte order mark."""

    def __init__(self, root: Node | None, text: str, file: Path | None) -> None:
        self.root = root
        self.text = text
        self.file = file
        self._by_key: dict[int, dict[str, tuple[Node, Node]]] = {}

    def key(self, path: Iterable[str | int]) -> Span | None:
        """The place of the key that the value at `path` has; None for an item of a list, or where nothing stands."""
        found = self._find(tuple(path))
        return self._span(found[0]) if found and found[0] else None

    def value(self, path: Iterable[str | int], start: int = 0, end: int | None = None) -> Span | None:
        """The place of the value at `path`, a block's being where it begins.

        With `start` and `end`, the place of these characters of its text, where they are written as they read.
        """
        found = self._find(tuple(path))
        if found is None:
            return None
        return self._span(found[1]) if end is None else self._part(found[1], start, end)

    def nearest(self, path: Iterable[str | int]) -> Span | None:
        """The place of the key at `path` (of the item, in a list), or of the nearest one above it that is there."""
        steps = tuple(path)
        while True:
            found = self._find(steps)
            if found is not None:
                return self._span(found[0] or found[1])
            if not steps:
                return None
            steps = steps[:-1]

    def alias(self, path: Iterable[str | int]) -> Span | None:
        """The place of the first alias on the way to `path`, behind which its value is written; None without one."""
        node = self.root
        steps = tuple(path)
        for depth, step in enumerate(steps):
            if node is None:
                return None
            found = self._child(node, step)
            if found is None:
                return None
            if step not in self._by_key.get(id(node), {}):  # it comes by a merge key
                for source in node.merge_sources():
                    if source.kind == "alias" and source.behind and self._child(source.behind, step) == found:
                        return self._span(source)
            if found[1].kind == "alias" and depth + 1 < len(steps):
                return self._span(found[1])
            node = found[1].behind
        return None

    def source_text(self, path: Iterable[str | int]) -> str | None:
        """The text of the scalar at `path` as it is written, quotes taken away; None for anything else."""
        found = self._find(tuple(path))
        node = found[1].behind if found else None
        return node.text if node and node.kind == "scalar" else None

    def span(self, start: int, end: int) -> Span:
        """The place of the characters from index `start` up to `end`."""
        line, column = self._position(start)
        end_line, end_column = self._position(max(end, start))
        shown = None if self.file else self._line(line - 1)
        return Span(self.file, line, column, end_line, end_column, shown)

    def first_key(self, mapping: int, text: str) -> Span | None:
        """The place where the mapping that starts at index `mapping` has the key `text` for the first time."""
        for _, _, node in self._walk():
            if node.kind == "mapping" and node.start == mapping:
                return next((self._span(key) for key, _ in node.pairs if key.key_text == text), None)
        return None

    @functools.cached_property
    def notes(self) -> SourceNotes:
        """Places of keys (of values, in lists), comments above them, and shared blocks, all by path.

        Blocks that share one text have the anchor's name in `shared`, both where they are written and where an alias
        stands for them; an alias under a merge key has the path of its mapping, then `<<`, then its position when
        there are several. Of comments, `compose.comments` tells what has which path.
        """
        from pystackdsl.compose.comments import comments_by_path

        comments = comments_by_path(self.text, self._lines, self._walk())
        return SourceNotes(spans=_Spans(self), comments=comments, shared=self._shared())

    def comments(self, pattern: re.Pattern[str]) -> Iterator[Comment]:
        """The comments in which a pattern is found that begins with their `#`, as far as it reaches."""
        nodes = [node for _, key, value in self._walk() for node in (key, value) if node]
        scalars = [(node.start, node.end) for node in nodes if node.kind == "scalar"]
        for match in pattern.finditer(self.text):
            start, before = match.start(), self.text[match.start() - 1 : match.start()]
            is_written = any(first <= start < last for first, last in scalars)
            if not is_written and (not before or before.isspace()):
                yield Comment(self.span(start, match.end()), match[0])

    def paths(self) -> Iterator[KeyPath]:
        """The path of every value that is written in the text, from the top down."""
        return (path for path, _, _ in self._walk())

    def _walk(self) -> Iterator[tuple[KeyPath, Node | None, Node]]:
        """Every value with its path and its key, from the top down."""
        waiting: list[tuple[KeyPath, Node | None, Node]] = [(KeyPath(), None, self.root)] if self.root else []
        while waiting:
            path, key, node = waiting.pop()
            yield path, key, node
            if node.kind == "mapping":
                waiting += [(path / key.key_text, key, value) for key, value in reversed(node.pairs)]
            elif node.kind == "list":
                waiting += [(path / at, None, item) for at, item in reversed(list(enumerate(node.items)))]

    def _find(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node] | None:
        if self.root is None:
            return None
        key: Node | None = None
        value = self.root
        for segment in path:
            child = self._child(value.behind, segment) if value.behind else None
            if child is None:
                return None
            key, value = child
        return key, value

    def _child(self, node: Node, segment: str | int) -> tuple[Node | None, Node] | None:
        if isinstance(segment, int):
            return (None, node.items[segment]) if 0 <= segment < len(node.items) else None
        if node.kind == "list":  # of KEY=VALUE, in place of a mapping
            return next(((None, item) for item in node.items if item.text.partition("=")[0] == segment), None)
        keys = self._by_key.get(id(node))
        if keys is None:
            keys = self._by_key[id(node)] = {key.key_text: (key, value) for key, value in node.pairs}
        if segment in keys:
            return keys[segment]
        for source in node.merged():
            found = self._child(source, segment)
            if found is not None:
                return found
        return None

    def _span(self, node: Node) -> Span:
        if node.kind in {"mapping", "list"} and not node.flow:
            line, column = self._position(node.start)
            return Span(self.file, line, column, text=None if self.file else self._line(line - 1))
        return self.span(node.start, node.end)

    def _part(self, alias: Node, start: int, end: int) -> Span:
        """The place of some characters of a scalar: of the whole scalar where escapes or folding move them."""
        node = alias.behind or alias
        if node.kind != "scalar":
            return self._span(alias)
        raw = self.text[node.start : node.end].removesuffix(node.style if node.style in {"'", '"'} else "")
        if raw.endswith(node.text) and "\n" not in node.text:
            at = node.start + len(raw) - len(node.text)
            return self.span(at + start, at + end)
        if node.style == "|":
            line = node.text[:end].rpartition("\n")[2] if start == end else node.text[:start].rpartition("\n")[2]
            shown = node.text[start - len(line) :].partition("\n")[0]
            at = raw.find(shown, raw.find("\n"))
            if raw.count(shown) == 1 and at > 0:
                return self.span(node.start + at + len(line), node.start + at + len(line) + end - start)
        return self._span(node)

    def _shared(self) -> dict[KeyPath, str]:
        nodes = list(self._walk())
        targets = {id(node.target) for _, _, node in nodes if node.kind == "alias"}
        names: dict[int, str] = {}
        taken: dict[str, int] = {}
        for _, _, node in nodes:
            if id(node) in targets and node.kind in {"mapping", "list"} and node.anchor:
                taken[node.anchor] = taken.get(node.anchor, 0) + 1
                again = taken[node.anchor]
                names[id(node)] = node.anchor if again == 1 else f"{node.anchor}_{again}"
        return {path: names[id(node.behind)] for path, _, node in nodes if id(node.behind) in names}

    @functools.cached_property
    def _lines(self) -> list[int]:
        """The index at which each line starts."""
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]

    def _line(self, number: int) -> str:
        lines = [*self._lines[number : number + 2], len(self.text)]
        return self.text[lines[0] : lines[1]].rstrip("\r\n")

    def _position(self, index: int) -> tuple[int, int]:
        index = min(index, len(self.text))
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1


class _Spans(Mapping[KeyPath, Span]):
    """The places of a text by path, looked up as they are asked for."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def __getitem__(self, path: KeyPath) -> Span:
        span = self._marks.key(path) or self._marks.value(path)
        if span is None:
            raise KeyError(path)
        return span

    def __iter__(self) -> Iterator[KeyPath]:
        return self._marks.paths()

    def __len__(self) -> int:
        return sum(1 for _ in self._marks.paths())
