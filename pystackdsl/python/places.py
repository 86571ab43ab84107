"""Where findings stand in Python source: the user's own lines, with a caret under the very value.

Findings whose subjects know their origins, or an exception raised while a user's file ran, come in; the same findings
with places go out. Called by `loader` and by the command line, at the moment something is to be told.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from pystackdsl.diagnostics import Diagnostic, Place, Span, StackError, Subject
from pystackdsl.python.arguments import At, Frames, Path, follow, is_called, literal
from pystackdsl.python.selection import PSEUDO
from pystackdsl.python.slips import explained
from pystackdsl.python.sources import Source, Sources
from pystackdsl.python.tracebacks import Step, places_of, steps, syntax_error, told
from pystackdsl.python.vocabulary import secret_keys

__all__ = ["placed", "placed_error"]

Excerpt = tuple[str, int, int]

_QUOTED = re.compile(r"""[a-zA-Z]*("{3}|'{3}|"|')(.*)\1""", re.DOTALL)


def placed(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings with the places of their subjects, which the origins of the resources tell.

    A finding that has places keeps them; one whose subjects have no origin stays without.
    """
    sources = Sources()
    return [finding if finding.places else _with_places(sources, finding) for finding in findings]


def placed_error(error: BaseException) -> list[Diagnostic]:
    """The findings for an exception raised while a user's file ran, each at the user's own line.

    The findings that an error of this package carries keep what places they have. Any other exception becomes one
    finding, whose places are the user's frames, the innermost first.
    """
    sources = Sources()
    found = steps(error)
    if isinstance(error, StackError):
        findings = [finding if finding.places else _with_places(sources, finding) for finding in error.findings]
        return [finding if finding.places else _raised(sources, finding, found) for finding in findings]
    if isinstance(error, SyntaxError):
        return [syntax_error(error, found, sources)]
    if found:
        try:
            source, node = sources.node(found[0].code, found[0].lasti)
        except LookupError:
            return [told(sources, error, found)]
        explanations = explained(error, found[0], source, node)
        if explanations:
            callers = tuple(places_of(sources, found)[1:])
            return [attrs.evolve(each, places=each.places + callers) for each in explanations]
    return [told(sources, error, found)]


def _with_places(sources: Sources, finding: Diagnostic) -> Diagnostic:
    places: dict[Span, Place] = {}
    for number, subject in enumerate(finding.subjects):
        main = finding if number == 0 else None
        for place in _of_subject(sources, subject, main):
            places.setdefault(place.span, place)
    return finding.at(*places.values())


def _of_subject(sources: Sources, subject: Subject, main: Diagnostic | None) -> Iterator[Place]:
    """The place of a subject's value, then the line that asked for it where that is another.

    For the subject that a finding is mainly about, `main`, it is the faulty part of the value, or its key.
    """
    frames = _frames(subject.resource)
    if not frames:
        return
    path, excerpt = tuple(subject.within), main.excerpt if main is not None else None
    if main is not None and main.at_key and path:
        at = _traced(sources, subject.resource, path[:-1], None)
        span = None if at is None else _key(literal(sources, at), path[-1])
    else:
        at = _traced(sources, subject.resource, path, excerpt)
        span = None if at is None else _span(at, path, excerpt)
    spans = [sources.span(*frame) for frame in frames]
    shown = [span or spans[0]]
    yield Place(shown[0], subject.note)
    key = subject.path[1] if len(subject.path) > 1 else None
    for asking in (spans[0], _outermost(spans)):
        if not any(_holds(asking, span) for span in shown):
            shown.append(asking)
            yield Place(asking, f'made here, for "{key}"' if isinstance(key, str) else "")


def _outermost(spans: Sequence[Span]) -> Span:
    """The call furthest out: where that is a comprehension or a class around the next one, the call inside it."""
    asking = spans[-1]
    for inner in reversed(spans[:-1]):
        if not _holds(asking, inner):
            break
        asking = inner
    return asking


def _frames(resource: object) -> Frames:
    """The user's frames that made a resource, innermost first; none where they are not known."""
    origin = getattr(resource, "origin", None)
    return tuple(frame for frame in getattr(origin, "frames", ()) if frame[0].co_filename != PSEUDO)


def _traced(sources: Sources, resource: Any, path: Path, excerpt: Excerpt | None) -> At | None:
    """The node that spells a value of a resource, or of what the resource was evolved from; None without a source."""
    best: tuple[At, Path] | None = None
    while resource is not None and (best is None or best[1]):
        frames = _frames(resource)
        if not frames:
            break
        try:
            source, node = sources.node(*frames[0])
        except LookupError:
            break
        if node is None:
            break
        found = follow(sources, At(source, node, frames), _shown_part(path))
        if best is None or len(found[1]) < len(best[1]):
            best = found
        resource = resource.origin.evolved_from
    if best is None:
        return None
    return literal(sources, best[0]) if excerpt is not None and not best[1] else best[0]


def _shown_part(path: Path) -> Path:
    """A path as far as it may be followed: not into what is secret."""
    return () if path and path[0] in secret_keys() else path


def _raised(sources: Sources, finding: Diagnostic, found: Sequence[Step]) -> Diagnostic:
    """A finding of a constructor, at the argument of the user's call that the finding's path names."""
    if not found:
        return finding
    frames = tuple((step.code, step.lasti) for step in found)
    callers = places_of(sources, found)
    try:
        source, node = sources.node(*frames[0])
    except LookupError:
        return finding.at(*callers)
    if node is None:
        return finding.at(*callers)
    path = tuple(finding.path)
    at, rest = follow(sources, At(source, node, frames), _shown_part(path))
    if not rest and at.node is not node:
        at = literal(sources, at)
    span = _span(at, path, finding.excerpt)
    here = source.span(node)
    if isinstance(at.node, ast.Call) and len(path) == 1 and not _holds(here, span):
        span = _argument(source, node, path[0]) or span
    given = [] if _holds(here, span) else [Place(here, "given here")]
    outermost = _outermost([place.span for place in callers])
    outer = [] if _holds(outermost, here) or outermost == here else [Place(outermost, "called here")]
    others = [place for place in (*given, *outer) if not _holds(place.span, span)]
    return finding.at(Place(span), *others)


def _argument(source: Source, node: ast.AST, name: str | int) -> Span | None:
    """The stretch of a call's argument, for an object that is well made and does not belong there."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    given = (each.value for each in keywords if each.arg is not None and is_called(each.arg, name))
    return next((source.span(value) for value in given), None)


def _span(at: At, path: Path, excerpt: Excerpt | None) -> Span:
    """The stretch of a value's text, or of the faulty part in it; of a secret value, its key alone."""
    node, source = at.node, at.source
    if path and path[0] in secret_keys():
        return _key(at, path[0])
    if excerpt is None:
        return source.span(node)
    texts = [
        each for each in ast.walk(node) if isinstance(each, ast.Constant) and str(each.value).find(excerpt[0]) >= 0
    ]
    return _narrowed(source, texts[0], excerpt) if len(texts) == 1 else source.span(node)


def _key(at: At, segment: str | int) -> Span:
    """Where a call's keyword, or a mapping's key, stands; the whole where it is not seen."""
    node, source = at.node, at.source
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg is not None and is_called(keyword.arg, segment):
                return source.word(keyword)
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value == segment:
                return source.span(key)
    return source.span(node)


def _narrowed(source: Source, node: ast.Constant, excerpt: Excerpt) -> Span:
    """The faulty part of a plain string; the whole where its text is escaped, or all of it is meant."""
    text, start, end = excerpt
    span = source.span(node)
    match = _QUOTED.fullmatch(source.said(node))
    if match is None or match[2] != node.value or (start, end) == (0, len(match[2])):
        return span
    first = span.column + match.start(2) + match[2].index(text) + start
    return attrs.evolve(span, column=first, end_column=first + max(end - start, 1))


def _holds(outer: Span, inner: Span) -> bool:
    """Whether a stretch of a file holds another one."""
    if outer.file != inner.file:
        return False
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    last = (outer.end_line or outer.line, outer.end_column or outer.column)
    return begins and last >= (inner.end_line or inner.line, inner.end_column or inner.column)
