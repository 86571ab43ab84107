"""Findings as people read them: what is wrong, the line with a caret, what was expected, the cure.

Findings with their places come in; text for a terminal goes out. Called by the command line.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from pystackdsl.diagnostics import Diagnostic, Place, Severity, Span, Subject
from pystackdsl.views.cells import fold, legible, width_of
from pystackdsl.views.excerpt import Line, excerpt, line_alone, line_of, word_alone
from pystackdsl.views.places import file_of, in_stack

__all__ = ["folded", "in_order", "render", "tally"]

NARROWEST: Final = 30
"""Below this many cells nothing is folded any further."""

_COLOURS: Final = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_NOUNS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
_BOLD: Final = "1"
_FAINT: Final = "36"


def render(findings: Iterable[Diagnostic], *, width: int = 100, colour: bool = False) -> str:
    """The findings as text, sorted by place, a blank line between them; nothing for no findings.

    No line is wider than `width` cells, but for file names. Paths inside the working folder are written relative to
    it. With `colour`, ANSI escapes mark what is what.
    """
    page = _Page(max(width, NARROWEST), colour)
    return "\n".join("".join(f"{line}\n" for line in page.finding(finding)) for finding in in_order(findings))


def in_order(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings sorted by place, each once."""
    once = {(each.severity, each.summary, each.stack, each.path, each.places): each for each in findings}
    return sorted(once.values(), key=_order)


def folded(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The remarks among findings, those of a rule made one: at the first place, the others named below it.

    Those of running stacks are one for each stack.
    """
    remarks: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for each in in_order(findings):
        if each.severity is Severity.INFO:
            one = each.rule and (each.places or each.stack)
            remarks.setdefault((each.stack, each.rule, "" if one else each.summary), []).append(each)
    kept = []
    for first, *others in remarks.values():
        if first.stack:
            more = [Subject(path=other.path, note=other.summary) for other in others]
            kept.append(attrs.evolve(first, subjects=(Subject(path=first.path), *more)))
            continue
        places = [Place(other.places[0].span, other.summary) for other in others if other.places]
        kept.append(first.at(*first.places[:1], *places) if places else first)
    return kept


def tally(findings: Iterable[Diagnostic]) -> str:
    """How many findings of each severity: `2 errors, 1 warning`."""
    found = [finding.severity for finding in findings]
    counts = [(found.count(severity), noun) for severity, noun in _NOUNS.items()]
    return ", ".join(f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)


def _order(finding: Diagnostic) -> tuple[bool, str, int, int]:
    """By the main place; what has no place comes first, for it concerns the whole. Running stacks have their names."""
    if not finding.places:
        return False, finding.stack, 0, 0
    span = finding.places[0].span
    return True, str(span.file or ""), span.line, span.column


class _Page:
    """What all findings of one text share: its width and whether it has colours."""

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour

    def paint(self, text: str, style: str) -> str:
        return f"\033[{style}m{text}\033[0m" if self.colour and text else text

    def finding(self, finding: Diagnostic) -> Iterator[str]:
        """The lines of one finding."""
        gutter = max([2, *(len(str(place.span.line)) for place in finding.places[:1])])
        yield from self.header(finding)
        if finding.places:
            main, *others = finding.places
            yield from self.main_place(main, finding, gutter)
            column = max([width_of(_spelled(other.span)) for other in others], default=0)
            for other in others:
                yield from self.other_place(other, gutter, column)
        elif finding.stack:
            yield from self.subjects(finding, gutter)
        elif finding.excerpt is not None and "\n" not in finding.excerpt[0]:
            text, start, end = finding.excerpt
            yield from self.source(line_alone(text), (start, end), gutter, _COLOURS[finding.severity])
        for label, remark in (("expected", finding.expected), ("help", finding.help)):
            yield from self.remark(label, remark, gutter)

    def header(self, finding: Diagnostic) -> Iterator[str]:
        rule = f"{finding.rule} {finding.kind}" if finding.rule else ""
        word = f"{finding.severity.value} {rule}".rstrip() + ":"
        style = _COLOURS[finding.severity]
        where = f"{finding.path}: " if finding.path and not finding.places and not finding.stack else ""
        first, *rest = fold(f"{word} {where}{finding.summary}", self.width)
        yield self.paint(first[: len(word)], style) + self.paint(first[len(word) :], _BOLD)
        for line in rest:
            yield self.paint(line, _BOLD)

    def subjects(self, finding: Diagnostic, gutter: int) -> Iterator[str]:
        """What a finding of a running stack speaks of, a line each."""
        named = [(legible(in_stack(finding, each.path)), each.note) for each in finding.subjects]
        named = named or [(legible(in_stack(finding)), "")]
        column = max(width_of(name) for name, _ in named)
        for name, note in named:
            yield from self.pointed(name, note, gutter, column)

    def main_place(self, place: Place, finding: Diagnostic, gutter: int) -> Iterator[str]:
        yield f"{self.arrow(gutter)} {_spelled(place.span)}"
        line = line_of(place.span)
        if line is None or not line.text.strip():
            yield from self.note(place.note, gutter)
            return
        marked = _marked(line.text, place.span, finding.excerpt)
        if finding.is_discreet:
            line, marked = word_alone(line.text, place.span.column - 1, str(finding.path[-1]) if finding.path else "")
        number = str(place.span.line)
        yield from self.source(line, marked, gutter, _COLOURS[finding.severity], number=number, note=place.note)

    def source(
        self, line: Line, marked: tuple[int, int | None], gutter: int, style: str, *, number: str = "", note: str = ""
    ) -> Iterator[str]:
        """A line with its number and the carets below it, the note after the carets where it fits."""
        bar = self.paint("|", _FAINT)
        text, carets = excerpt(line, *marked, self.width - gutter - 3)
        beside = bool(note) and gutter + 4 + len(carets) + width_of(legible(note)) <= self.width
        yield f"{' ' * gutter} {bar}"
        yield f"{self.paint(number.rjust(gutter), _FAINT) if number else ' ' * gutter} {bar} {text}"
        yield f"{' ' * gutter} {bar} {self.paint(f'{carets} {legible(note)}' if beside else carets, style)}"
        if not beside:
            yield from self.note(note, gutter)

    def note(self, note: str, gutter: int) -> Iterator[str]:
        if note:
            yield from self.remark("note", note, gutter)

    def other_place(self, place: Place, gutter: int, column: int) -> Iterator[str]:
        """One more place in one line: its note, or the source itself where it has none, from `column` on."""
        spelled = _spelled(place.span)
        if place.note:
            yield from self.pointed(spelled, place.note, gutter, column)
            return
        room = max(self.width - gutter - 7 - column, NARROWEST)
        source = line_of(place.span)
        shown = excerpt(source.stripped(), 0, None, room)[0] if source else ""
        yield f"{self.arrow(gutter)} {spelled}{' ' * (column - width_of(spelled))}   {shown}".rstrip()

    def pointed(self, spelled: str, note: str, gutter: int, column: int) -> Iterator[str]:
        """A place and what is to be said of it: beside it from `column` on, or below where that has no room."""
        start = f"{self.arrow(gutter)} {spelled}"
        room = self.width - gutter - 7 - column
        if room < NARROWEST:
            room = self.width - gutter - 6
            lines = ["", *fold(note, room)] if note else [""]
        else:
            lines = fold(note, room)
            start += " " * (column - width_of(spelled))
        yield f"{start}   {lines[0]}".rstrip()
        for line in lines[1:]:
            yield " " * (self.width - room) + line

    def arrow(self, gutter: int) -> str:
        return f"{' ' * gutter}{self.paint('-->', _FAINT)}"

    def remark(self, label: str, text: str, gutter: int) -> Iterator[str]:
        """`= help      text`, folded."""
        if not text:
            return
        indent = gutter + 13
        first, *rest = fold(text, self.width - indent)
        yield f"{' ' * gutter} {self.paint('=', _FAINT)} {self.paint(label.ljust(8), _BOLD)}  {first}".rstrip()
        for line in rest:
            yield f"{' ' * indent}{line}".rstrip()


def _marked(line: str, span: Span, faulty: tuple[str, int, int] | None) -> tuple[int, int | None]:
    """What the carets stand under, in characters from 0: the span, or the faulty part of the text in it."""
    start = span.column - 1
    over = span.end_line is not None and span.end_line > span.line
    end = None if over else span.end_column - 1 if span.end_column is not None else start + 1
    if faulty is not None and end is not None:
        text, first, last = faulty
        at = line.find(text, start, end) if text else -1
        if at >= 0 and (first, last) != (0, len(text)):
            return at + first, at + max(last, first + 1)
    return start, end


def _spelled(span: Span) -> str:
    return legible(f"{file_of(span)}:{span.line}:{span.column}")
