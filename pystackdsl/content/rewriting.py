"""Source text changed in some stretches, the rest left as it stands: texts and replacements come in, texts go out.

`python.edits` and `compose.edits` say what to replace, the command line puts it into files.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Span

__all__ = ["Replacement", "Uneditable", "rewritten", "without_comment"]


class Replacement(NamedTuple):
    """A stretch of a text, in characters from 0, and what stands there afterwards."""

    start: int
    end: int
    text: str


class Uneditable(Exception):
    """The source does not show where a value is said, or shares it: its writer alone can change it."""


def rewritten(text: str, found: Iterable[Replacement]) -> str:
    """A text with stretches replaced. Raises Uneditable for stretches that overlap."""
    last = len(text)
    for each in sorted(found, reverse=True):
        if each.end > last:
            raise Uneditable
        text = text[: each.start] + each.text + text[each.end :]
        last = each.start
    return text


def without_comment(text: str, span: "Span") -> Replacement:
    """What takes away a comment, or one word of a list in it. A line with nothing else on it goes too."""
    lines = text.split("\n")
    line = lines[span.line - 1].rstrip("\r")
    first = sum(len(each) + 1 for each in lines[: span.line - 1])
    start, end = span.column - 1, (span.end_column or span.column) - 1
    before, after = line[:start], line[end:]
    if line[start : start + 1] != "#":
        return _without_word(first, before, after, end)
    rest = after.strip()
    if not rest and not before.strip():
        return Replacement(first, min(first + len(lines[span.line - 1]) + 1, len(text)), "")
    if not rest:
        return Replacement(first + len(before.rstrip()), first + len(line), "")
    behind = first + len(line) - len(after.lstrip())  # where what follows in the comment begins
    return Replacement(first + start, behind, "" if rest.startswith("#") else "# ")


def _without_word(first: int, before: str, after: str, end: int) -> Replacement:
    """What takes away a word of a list, and one comma beside it."""
    if after.lstrip().startswith(","):
        more = len(after) - len(after.lstrip().removeprefix(",").lstrip())
        return Replacement(first + len(before), first + end + more, "")
    return Replacement(first + len(before.rstrip().removesuffix(",")), first + end, "")
