"""One source checked: what `check` was told to look at comes in, findings in their places go out.

A source is opened as for every verb, its own checks and all rules are asked, and what comments ignore is left out. A
source that cannot be read as a stack has the errors that say why.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import attrs

from pystackdsl.cli import sources
from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.project import CheckSettings, check_settings
from pystackdsl.cli.sources import Opened
from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity, Span, StackError, Subject
from pystackdsl.lint.facts import Facts
from pystackdsl.lint.rule import GROUP, Rule, every_rule
from pystackdsl.lint.runner import UnknownRule, chosen
from pystackdsl.lint.runner import check as findings_of
from pystackdsl.lint.silence import PATTERN, Line, heard

__all__ = ["Checked", "check_each", "check_source", "each_of", "known_rules", "max_warnings", "rules_for"]

_Done = TypeVar("_Done")

UNUSED: Final = "unused-ignore"


class Checked(NamedTuple):
    """A source as people named it, what was found, and the stack where there is one."""

    names: Sequence[str]
    findings: Sequence[Diagnostic]
    opened: Opened | None


def known_rules() -> tuple[Rule, ...]:
    """All rules that there are. Raises CommandError where a package adds one that is none."""
    try:
        return every_rule()
    except ImportError as error:
        cure = f"mend or remove the package; its entry points {GROUP} name modules with ID, SEVERITY and find"
        raise CommandError(str(error), help=cure) from None


def check_source(options: argparse.Namespace, facts_for: Callable[[Opened], Facts] | None = None) -> Checked:
    """Check the source that the options name, with the facts of a swarm if given. Raises CommandError where the source
    cannot be had.
    """
    rules = rules_for(options, _folder(options))
    try:
        opened = sources.opened(options)
    except StackError as error:
        return Checked(_names(options), ruled(error.findings), None)
    return Checked(opened.files, found(opened, rules, facts_for(opened) if facts_for else None), opened)


def check_each(each: Sequence[argparse.Namespace]) -> list[Checked]:
    """Check several sources. Raises CommandError as `each_of` does."""
    return each_of(each, check_source, lambda checked: checked)


def each_of(
    each: Sequence[argparse.Namespace],
    done: Callable[[argparse.Namespace], _Done],
    otherwise: Callable[[Checked], _Done],
) -> list[_Done]:
    """What is done with each source. One that cannot be had hides nothing of the others: that is a finding as well.

    Raises CommandError where the only one cannot be had, and people read of it.
    """
    results = []
    for options in each:
        is_read = options.format == "text"
        try:
            results.append(done(options))
        except UsageError:
            raise
        except CommandError as error:
            if len(each) == 1 and is_read:
                raise
            names = _names(options)
            places = () if is_read else (Place(Span(Path(names[0]), 1)),)
            told = Diagnostic(summary=error.summary, expected=error.expected, help=error.help, places=places)
            results.append(otherwise(Checked(names, ruled([told]), None)))
    return results


def found(opened: Opened, rules: Sequence[Rule], facts: Facts | None = None) -> list[Diagnostic]:
    """What rules find in an opened stack, in its places, without what comments ignore."""
    from pystackdsl import compose, content

    told = [*opened.warnings, *compose.findings(opened.stack), *content.missing_files(opened.stack)]
    is_text = sources.is_text(opened.files[0])
    findings = opened.placed(findings_of(opened.stack, rules=rules, told=told, facts=facts, is_interpolated=is_text))
    unused = next(rule for rule in known_rules() if rule.name == UNUSED)
    return heard(
        findings,
        opened.comments(PATTERN),
        lambda finding: _lines(finding, opened),
        known_rules(),
        rules,
        unused,
    )


def _lines(finding: Diagnostic, opened: Opened) -> Iterable[Line]:
    """The lines on which a comment counts for a finding: those of its main value and of its resource's beginning."""
    main = finding.subjects[:1]
    placed = [finding]
    if main:
        placed = [attrs.evolve(finding, subjects=main, places=())]
        path = main[0].path
        if main[0].resource is not None and len(path) > 1:
            head = Subject(path=KeyPath(*path[:2]), resource=main[0].resource)
            placed.append(
                Diagnostic(summary="", path=head.path, subjects=(head,), at_key=sources.is_text(opened.files[0]))
            )
        placed = opened.placed(placed)
    for each in placed:
        for place in each.places:
            yield place.span.file, place.span.line
            yield place.span.file, place.span.end_line or place.span.line


def ruled(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of a source that is no stack, under the rules that stand for what has none of its own."""
    by_name = {rule.name: rule for rule in known_rules()}
    found = []
    for each in findings:
        rule = by_name.get(each.kind) or by_name["refused" if each.severity is Severity.ERROR else "doubtful"]
        found.append(attrs.evolve(each, rule=rule.id, kind=rule.name))
    return found


def rules_for(options: argparse.Namespace, folder: Path) -> tuple[Rule, ...]:
    """The rules that count for a source in a folder: by the command line, else by the project. Raises CommandError."""
    settings = check_settings(folder, known_rules())
    select = _listed(options.select) or settings.select
    try:
        return chosen(select, [*settings.ignore, *_listed(options.ignore)])
    except UnknownRule as unknown:
        summary = f'there is no rule "{unknown.word}"'
        raise UsageError(summary, expected=unknown.expected, help=unknown.cure) from None


def max_warnings(options: argparse.Namespace, checked: Sequence[Checked]) -> int:
    """How many warnings pass: what the command line says, else what the project of the first source does, else none."""
    if options.max_warnings is not None:
        return int(options.max_warnings)
    named = checked[0].names[0] if checked and checked[0].names else ""
    settings = check_settings(_folder_of(named)) if named else CheckSettings()
    return settings.max_warnings or 0


def _listed(words: Iterable[str]) -> list[str]:
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def _names(options: argparse.Namespace) -> list[str]:
    return list(options.compose_file) or [options.file or sources.USUAL]


def _folder(options: argparse.Namespace) -> Path:
    return _folder_of(_names(options)[0])


def _folder_of(named: str) -> Path:
    """The folder of a source, from which projects are looked for; the working folder for standard input."""
    path = Path(named.partition(",")[0])
    return path.resolve().parent if named != sources.STANDARD_INPUT else Path.cwd()
