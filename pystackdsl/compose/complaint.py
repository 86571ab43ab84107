"""What a YAML parser complains about, with the text around it: the input of every wording of a syntax error.

`compose.document` makes one from PyYAML's exception; `compose.syntax` and `compose.indicators` put it in words.
"""

from __future__ import annotations

import re
from typing import Any

import attrs

__all__ = ["Complaint", "quoted", "shown", "spaces"]


@attrs.frozen(kw_only=True, eq=False)
class Complaint:
    """What a parser says: the broken rule, what it was reading, the indices of both places, and the whole text."""

    problem: str
    context: str
    at: int
    since: int
    text: str

    @classmethod
    def of(cls, error: Any, data: bytes, text: str) -> Complaint:
        """What an exception of PyYAML says about a text and its bytes."""
        if hasattr(error, "reason"):
            # A reader's error. libyaml counts bytes, the parser in Python counts characters.
            is_bytes = error.encoding == "?"
            at = len(data[: error.position].decode("utf-8-sig", "ignore")) if is_bytes else error.position
            return cls(problem=str(error.reason), context="reading", at=at, since=at, text=text)
        since = error.context_mark.index if error.context_mark else None
        at = error.problem_mark.index if error.problem_mark else since or 0
        since = at if since is None else since
        return cls(problem=str(error.problem), context=str(error.context), at=at, since=since, text=text)

    @property
    def token_start(self) -> int:
        """The index at which the token begins that could not be read."""
        return self.at if "simple key" in self.context else min(self.at, self.since)

    def line_start(self, at: int) -> int:
        """The index at which the line of an index begins."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line(self, at: int) -> str:
        """The line around an index, without its break."""
        return re.split(r"[\r\n]", self.text[self.line_start(at) :], maxsplit=1)[0]

    def number(self, at: int) -> int:
        """The number of the line around an index."""
        return len(re.findall(r"\r\n|\n|\r", self.text[: self.line_start(at)])) + 1

    def indent(self, at: int) -> int:
        """How far the line around an index is indented."""
        line = self.line(at)
        return len(line) - len(line.lstrip(" "))

    def is_first(self, at: int) -> bool:
        """Whether nothing stands before an index in its line."""
        return not self.text[self.line_start(at) : at].strip()

    def line_end(self, at: int) -> int:
        """The index behind what stands in the line around an index."""
        return self.line_start(at) + len(self.line(at).rstrip())

    def value(self, at: int) -> str:
        """What a person meant as the value that begins at an index: the rest of its line, or of an item in brackets."""
        rest = self.text[at : self.line_end(at)]
        before = self.text[self.line_start(at) : at]
        if sum(before.count(sign) for sign in "[{") > sum(before.count(sign) for sign in "]}"):
            return re.split(r"[,\]}]", rest, maxsplit=1)[0]
        return re.split(r"\s#", rest, maxsplit=1)[0]

    def due(self, at: int) -> int:
        """How far the line around an index is probably meant to be indented, by the one above it."""
        above = self.before(at)
        indent = self.indent(above)
        if self.text[above : above + 1] != ":":
            return indent
        is_item = self.line(above).lstrip(" ").startswith("- ")
        return indent + (4 if is_item else 2)

    def before(self, at: int) -> int:
        """The index of the last character above the line around an index that is no comment and no blank."""
        start = self.line_start(at)
        while start > 0:
            start = self.line_start(start - 1)
            line = self.line(start).strip()
            if line and not line.startswith("#"):
                return start + len(self.line(start).rstrip()) - 1
        return 0

    def after(self, at: int) -> int:
        """The index of the first character below the line around an index that is no comment and no blank; the end of
        the text where there is none.
        """
        end = self.line_start(at) + len(self.line(at))
        found = re.search(r"[\r\n][ \t]*(?=[^\s#])", self.text[end:])
        return end + found.end() if found else len(self.text)


def spaces(count: int) -> str:
    """A number of spaces, in words."""
    return {0: "no space", 1: "1 space"}.get(count, f"{count} spaces")


def shown(text: str) -> str:
    """A text cut to a length that fits into a message."""
    return text if len(text) <= 40 else text[:39] + "…"


def quoted(text: str) -> str:
    """A text in the quotes that need no escape, cut short where it is long."""
    bare = shown(text.strip().removesuffix(",").strip("\"'"))
    return f"'{bare}'" if '"' in bare or "\\" in bare else f'"{bare}"'
