"""Comments that ignore rules: `# psd: ignore[PSD101]` on the line of a finding, or on the first line of its resource.

Findings and comments come in; the findings that nobody ignores go out, and one more for each word of a comment that
ignores nothing. Called by the command line, once the places of findings are known.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from pystackdsl.diagnostics import Comment, Diagnostic, Fix, Place, Severity, Span
from pystackdsl.lint.rule import Rule

__all__ = ["PATTERN", "Line", "heard"]

PATTERN: Final = re.compile(r"#[ \t]*psd:[ \t]*ignore\b(?:\[([^\]\n]*)\])?")
"""What such a comment holds; the words in the brackets are ids or names of rules, with commas between them."""

Line = tuple[Path | None, int]


@attrs.define(eq=False)
class _Word:
    """One word of a comment, and whether it was of use."""

    text: str
    span: Span
    rules: tuple[Rule, ...]
    comment: Comment
    is_used: bool = False


def heard(
    findings: Sequence[Diagnostic],
    comments: Iterable[Comment],
    lines_of: Callable[[Diagnostic], Iterable[Line]],
    every_rule: Sequence[Rule],
    asked: Sequence[Rule],
    unused: Rule,
) -> list[Diagnostic]:
    """The findings that no comment ignores, and what is to be said of comments.

    `lines_of` tells the lines on which a comment counts for a finding. Of `every_rule` those in `asked` were run: a
    comment about another one is left alone. `unused` is the rule that a comment which ignores nothing breaks, None
    where that is not asked for.
    """
    by_line: dict[Line, list[_Word]] = {}
    bare: list[Comment] = []
    for comment in comments:
        words = list(_words(comment, every_rule))
        bare += [] if words else [comment]
        by_line.setdefault((comment.span.file, comment.span.line), []).extend(words)
    if not by_line:
        return list(findings)
    firm = {rule.id for rule in every_rule if rule.is_firm}
    kept = [each for each in findings if each.rule in firm or not _is_ignored(each, by_line, lines_of)]
    told = [] if unused not in asked else [*map(_names_nothing, bare), *_unused(by_line, {rule.id for rule in asked})]
    return kept + [attrs.evolve(each, rule=unused.id, kind=unused.name, severity=unused.severity) for each in told]


def _words(comment: Comment, every_rule: Sequence[Rule]) -> Iterator[_Word]:
    match = PATTERN.match(comment.text)
    words = (match[1] if match else None) or ""
    at = comment.span.column + comment.text.find("[") + 1
    for part in words.split(","):
        word = part.strip()
        if word:
            column = at + part.index(word)
            span = attrs.evolve(comment.span, column=column, end_column=column + len(word))
            meant = tuple(rule for rule in every_rule if rule.id == word.upper() or rule.name == word)
            yield _Word(word, span, meant, comment)
        at += len(part) + 1


def _is_ignored(
    finding: Diagnostic, by_line: dict[Line, list[_Word]], lines_of: Callable[[Diagnostic], Iterable[Line]]
) -> bool:
    found = [
        word
        for line in lines_of(finding)
        for word in by_line.get(line, ())
        if any(rule.id == finding.rule for rule in word.rules)
    ]
    for word in found:
        word.is_used = True
    return bool(found)


def _names_nothing(comment: Comment) -> Diagnostic:
    return Diagnostic(
        summary="this comment says no rule that is to be ignored",
        severity=Severity.WARNING,
        places=(Place(comment.span),),
        fix=Fix(cut=comment.span),
        expected="ids or names of rules in brackets, such as ignore[PSD101]",
    )


def _unused(by_line: dict[Line, list[_Word]], asked: set[str]) -> Iterator[Diagnostic]:
    """What is to be said of each word that ignored nothing, unless its rule was not run."""
    for words in by_line.values():
        useless = [
            word
            for word in words
            if not word.is_used and (not word.rules or any(rule.id in asked for rule in word.rules))
        ]
        for word in useless:
            others = [each for each in words if each.comment is word.comment]
            yield _useless(word, word.comment.span if all(each in useless for each in others) else word.span)


def _useless(word: _Word, cut: Span) -> Diagnostic:
    help = "take it away"
    if not word.rules:
        summary, help = f'there is no rule "{word.text}" to be ignored', "`pystackdsl check --rules` lists them all"
    elif any(rule.is_firm for rule in word.rules):
        summary = f"{word.text} cannot be ignored: Docker refuses what it finds"
    else:
        summary = f"{word.text} finds nothing here that could be ignored"
    fix = Fix(cut=cut)
    return Diagnostic(summary=summary, severity=Severity.WARNING, places=(Place(word.span),), help=help, fix=fix)
