"""The comments of a text while it is written as Python: each is kept once, above what it was written above.

`python.writer` and `python.wording` take them by path. What stands above a value that has no line of its own in Python
goes above the nearest one that has.
"""

from typing import Final

from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.python.literals import comment_lines

__all__ = ["Remarks"]

Path = tuple[str | int, ...]

END: Final = -1
"""The last segment of the path of comments at the end of a block."""


class Remarks:
    """The comments of a source that nobody has taken yet."""

    def __init__(self, notes: SourceNotes) -> None:
        # A comment without a word in it would stand for nothing in Python.
        told = {path: lines for path, lines in notes.comments.items() if any(line.strip("# \t") for line in lines)}
        self._left = {path: tuple(comment_lines(lines)) for path, lines in told.items()}
        self._below: dict[Path, list[KeyPath]] = {}
        for path in self._left:
            for length in range(len(path) + 1):
                self._below.setdefault(path[:length], []).append(path)
        first = next((path for path in notes if len(path) == 1), None) if self._left else None
        self._head = [path for path in (KeyPath(), first) if path is not None and path in self._left]

    def head(self) -> list[tuple[str, ...]]:
        """The comments at the head of the source: those that stand alone, then those above its first key."""
        return [self._left.pop(path) for path in self._head]

    def take(self, path: Path) -> tuple[str, ...]:
        """The comment lines above the value at a path, and above what is in it."""
        paths = self._below.get(path) if self._left else None
        return tuple(line for each in paths for line in self._left.pop(each, ())) if paths else ()

    def end(self, path: Path) -> tuple[str, ...]:
        """The comment lines behind the last value of the block at a path, which is not the whole source."""
        return self._left.pop(KeyPath(*path, END), ()) if path and self._left else ()

    def take_one(self, path: Path) -> tuple[str, ...]:
        """The comment lines above the value at a path, without those in it."""
        return self._left.pop(KeyPath(*path), ())
