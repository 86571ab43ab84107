"""What can be wrong with a stack, as values: findings, the places they point at, and the exceptions that carry them.

Every layer makes these and none of them draws: text is made at the edge, in `pystackdsl.views`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import attrs

__all__ = [
    "Comment",
    "Diagnostic",
    "Fix",
    "InvalidStack",
    "InvalidText",
    "InvalidType",
    "KeyPath",
    "Place",
    "Severity",
    "SourceNotes",
    "Span",
    "StackError",
    "Subject",
    "nearest",
]


class KeyPath(tuple[str | int, ...]):
    """Where a value stands in a stack, one segment a level: `KeyPath("services", "api", "ports", 0)`.

    A dot inside a label is part of its segment, so nothing needs escaping. `str()` gives the form people read:
    `services.api.ports[0]`, with a segment that holds anything but letters, digits, `_` and `-` in `["…"]`.
    """

    __slots__ = ()

    def __new__(cls, *segments: str | int) -> Self:
        """The path with these segments."""
        return super().__new__(cls, segments)

    def __truediv__(self, segment: str | int) -> KeyPath:
        return KeyPath(*self, segment)

    def join(self, other: Iterable[str | int]) -> KeyPath:
        """This path followed by another."""
        return KeyPath(*self, *other)

    @property
    def parent(self) -> KeyPath:
        """The path without its last segment; the empty path is its own parent."""
        return KeyPath(*self[:-1])

    def __str__(self) -> str:
        text = ""
        for segment in self:
            if isinstance(segment, int):
                text += f"[{segment}]"
            elif segment.replace("_", "").replace("-", "").isalnum() and segment.isascii():
                text += f".{segment}" if text else segment
            else:
                text += '["' + segment.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        return text


class Severity(enum.Enum):
    """How grave a finding is. Errors always fail a command; warnings do with `--strict`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@attrs.frozen
class Span:
    """A stretch of a text file. Lines and columns count characters from 1; the end column is the first one after."""

    file: Path | None
    line: int
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None
    text: str | None = attrs.field(default=None, repr=False)  # there may be a secret in it
    """The whole source line, for places whose file cannot be read again (standard input, a notebook cell)."""


@attrs.frozen
class Place:
    """One place a finding points at, with a remark for the reader (`api published it first`)."""

    span: Span
    note: str = ""


@attrs.frozen
class Comment:
    """A comment of a source file, or the part of it that somebody looked for."""

    span: Span
    text: str


@attrs.frozen(kw_only=True)
class Subject:
    """A value of a stack that a finding speaks of, before its place in a source file is known.

    `path` is its place in the stack (`services.api.ports[0]`). `resource` is the object that holds it, whose origin
    tells the place in Python; `within` the path inside that object (`ports[0]`). In YAML the path alone tells.
    """

    path: KeyPath
    resource: object = None
    within: KeyPath = attrs.field(factory=KeyPath)
    note: str = ""


@attrs.frozen(kw_only=True)
class Fix:
    """The one safe cure of a finding: `resource` becomes `value`, its changed copy; or the text at `cut` goes."""

    resource: object = None
    value: object = None
    cut: Span | None = None


@attrs.frozen(kw_only=True)
class Diagnostic:
    """One finding: what is wrong, where, what was expected and how to cure it.

    `path` tells the place in the stack; `subjects` the values it speaks of, and `places` their places in source
    files, once known, the main one first.
    `at_key` says that the key at `path` is meant, not its value.
    `excerpt` is a misspelt text and the (start, end) of the faulty part in it, for a caret where no source is known.
    `kind` names what is wrong where a rule of `lint` tells of it, such as `overlapping-subnets`; `rule` is that rule's
    id, shown before the summary. `help_in_yaml` is the cure as it is spelled in YAML, where that differs from Python.
    `is_discreet` says that the source line may hold a secret, so that only the word it is about is shown. `fix` is what
    can be done about it without asking. `stack` is the running stack that it speaks of, where there is no source.
    """

    summary: str
    severity: Severity = Severity.ERROR
    path: KeyPath = attrs.field(factory=KeyPath)
    subjects: tuple[Subject, ...] = ()
    places: tuple[Place, ...] = ()
    expected: str = ""
    help: str = ""
    help_in_yaml: str = ""
    rule: str = ""
    kind: str = ""
    excerpt: tuple[str, int, int] | None = None
    at_key: bool = False
    is_discreet: bool = False
    fix: Fix | None = attrs.field(default=None, eq=False, repr=False)
    stack: str = ""

    def at(self, *places: Place) -> Diagnostic:
        """The same finding, with places."""
        return attrs.evolve(self, places=places)

    def below(self, path: Iterable[str | int]) -> Diagnostic:
        """The same finding, its path continued upwards: `path` comes before the path it has."""
        return attrs.evolve(self, path=KeyPath(*path, *self.path))

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        tail = "".join(f"; {word} {text}" for word, text in (("expected", self.expected), ("help:", self.help)) if text)
        return f"{where}{self.summary}{tail}"


class StackError(Exception):
    """The base of every error this package raises about a stack; `findings` holds what is wrong as values.

    StackError
    ├── InvalidText   a value is misspelt (also a ValueError)
    ├── InvalidType   a value has the wrong type (also a TypeError)
    └── InvalidStack  a whole stack or file is wrong, with all its findings (also a ValueError)
    """

    findings: tuple[Diagnostic, ...]

    def __init__(self, findings: Diagnostic | Iterable[Diagnostic]) -> None:
        self.findings = (findings,) if isinstance(findings, Diagnostic) else tuple(findings)
        super().__init__(*self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class InvalidText(StackError, ValueError):
    """A value is misspelt. `text` is what was given, `span` the (start, end) of the faulty part in it."""

    text: str
    span: tuple[int, int]

    def __init__(
        self,
        findings: Diagnostic | Iterable[Diagnostic],
        text: str = "",
        span: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(findings)
        self.text = text
        self.span = span or (0, len(text))

    @classmethod
    def of(
        cls, text: str, noun: str, *, expected: str, help: str = "", span: tuple[int, int] | None = None
    ) -> InvalidText:
        """The error for a text that is not a `noun` (`a port mapping`)."""
        start, end = span or (0, len(text))
        shown = text if len(text) <= 80 else text[:77] + "…"
        finding = Diagnostic(
            summary=f'"{shown}" is not {noun}', expected=expected, help=help, excerpt=(text, start, end)
        )
        return cls(finding, text, (start, end))


class InvalidType(StackError, TypeError):
    """A value has a type that its place does not take."""


class InvalidStack(StackError, ValueError):
    """A stack, or the file it comes from, is wrong; `findings` are all the faults, errors and warnings alike."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be, or None when nothing is close."""
    import difflib

    by_fold = {other.casefold(): other for other in words}
    close = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.7)
    if not close:  # of few letters, such as tpc
        close = [other for other in by_fold if sorted(other) == sorted(word.casefold())]
    return by_fold[close[0]] if close else None


@attrs.frozen
class SourceNotes:
    """What a source text tells beside the stack itself, all by KeyPath: where each value stands, the comments above
    it, and which blocks share one text (YAML anchors).
    """

    spans: Mapping[KeyPath, Span] = attrs.field(factory=dict)
    comments: Mapping[KeyPath, Sequence[str]] = attrs.field(factory=dict)
    shared: Mapping[KeyPath, str] = attrs.field(factory=dict)

    def span_of(self, path: KeyPath) -> Span | None:
        """The place of `path`, or of the nearest value above it that has one."""
        while True:
            found = self.spans.get(path)
            if found is not None or not path:
                return found
            path = path.parent

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self.spans)
