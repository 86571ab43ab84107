"""One thing wrong with a YAML text, by its position: a fault comes in, a finding that people can read goes out.

`compose.tree`, `compose.dialect` and `compose.document` make faults while they read; lines and columns are looked up
only when there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from pystackdsl.compose.tree import DEEPEST
from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity

if TYPE_CHECKING:
    from pystackdsl.compose.marks import Marks

__all__ = ["Fault", "too_deep"]

_MOST = 10_000
"""So many characters of the lines of a fault are looked through; what is said of them is short."""


@attrs.frozen(kw_only=True, eq=False)
class Fault:
    """What is wrong between two indices into a text."""

    summary: str
    start: int
    end: int
    path: tuple[str | int, ...] = ()
    expected: str = ""
    help: str = ""
    mapping: int | None = None
    """For a key that is given twice: the index where its mapping starts."""
    also: tuple[int, str] | None = None
    """Another place that has to do with it, and what."""
    cure: Callable[[str, int], str] | None = None
    """What makes the help of the whole text and the index of the start, where the text tells more; else `help` is."""
    severity: Severity = Severity.ERROR

    def finding(self, marks: Marks) -> Diagnostic:
        """The finding, with its places in the file."""
        places = [Place(marks.span(self.start, self.end))]
        if self.mapping is not None:
            first = marks.first_key(self.mapping, str(self.path[-1]))
            if first is not None:
                places.append(Place(first, "given first here"))
        if self.also is not None:
            index, remark = self.also
            places.append(Place(marks.span(index, index + 1), remark))
        help = (self.cure and self.cure(marks.text, self.start)) or self.help
        return Diagnostic(
            summary=self.discreet(self.summary, marks.text),
            severity=self.severity,
            path=KeyPath(*self.path),
            places=tuple(places),
            expected=self.discreet(self.expected, marks.text),
            help=self.discreet(help, marks.text),
        )

    def discreet(self, said: str, text: str) -> str:
        """What is said of the place, without what looks secret in its lines."""
        from pystackdsl.model.secrecy import secret_words

        end = text.find("\n", max(self.start, self.end))
        lines = text[text.rfind("\n", 0, self.start) + 1 : end if end >= 0 else len(text)]
        for word in sorted(secret_words(lines[:_MOST], is_python=False), key=len, reverse=True):
            said = said.replace(word, "…")
        return said


def too_deep(start: int, end: int, path: tuple[str | int, ...] = ()) -> Fault:
    """The fault of a text that is nested too deeply, whoever gives it up."""
    return Fault(
        summary=f"the text is nested more than {DEEPEST} levels deep",
        start=start,
        end=end,
        path=path,
        expected="the few levels that a stack file has",
    )
