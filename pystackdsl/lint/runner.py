"""Runs rules over a stack: a stack and what others found of it come in, findings with their rules go out.

Called by the verb `check`, and by programs as `pystackdsl.lint.check`. Findings have the places of the stack; where
they stand in a source, the doors know.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from pystackdsl.diagnostics import Diagnostic, Severity, nearest
from pystackdsl.lint.facts import Facts
from pystackdsl.lint.inspection import Inspection
from pystackdsl.lint.rule import Rule, every_rule
from pystackdsl.model.stack import Stack
from pystackdsl.model.validity import findings

__all__ = ["UnknownRule", "check", "chosen", "unknown_rules"]


class UnknownRule(LookupError):
    """A word that means no rule: what was expected, and the cure."""

    expected: Final = "an id or its beginning, or a name"

    def __init__(self, word: str, near: str | None) -> None:
        super().__init__(word)
        self.word = word
        self.nearest = near
        self.cure = f"did you mean {near}?" if near else "`pystackdsl check --rules` lists them all"


def check(
    stack: Stack,
    *,
    rules: Sequence[Rule] | None = None,
    told: Iterable[Diagnostic] | None = None,
    facts: Facts | None = None,
    is_interpolated: bool = False,
) -> list[Diagnostic]:
    """Everything that is wrong with a stack and that will go wrong with it, each finding with its rule.

    `rules` are those to ask, by default all. `told` are findings that others made already, by default those of the
    stack's own checks. `facts` are those of the swarm it is for. `is_interpolated` says that the source had variables
    filled in, as YAML has: then a `$` that is left was asked for.
    """
    asked = every_rule() if rules is None else rules
    inspection = Inspection(
        stack, told=findings(stack) if told is None else told, facts=facts, is_interpolated=is_interpolated
    )
    return [each for rule in asked if facts is not None or not rule.is_live for each in _found(rule, inspection)]


def _found(rule: Rule, inspection: Inspection) -> Iterator[Diagnostic]:
    """What a rule finds. That a rule of another package fails is a finding too."""
    try:
        for each in rule.find(inspection):
            severity = each.severity if each.severity is Severity.INFO else rule.severity
            yield attrs.evolve(each, rule=rule.id, kind=rule.name, severity=severity)
    except Exception as error:
        if not rule.package:
            raise
        yield Diagnostic(
            summary=f"the rule {rule.name} of {rule.package} failed: {type(error).__name__}: {error}",
            severity=Severity.ERROR,
            rule=rule.id,
            kind=rule.name,
            help=f"tell its authors; --ignore {rule.id} leaves it out",
        )


def chosen(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that words select, all where there are none, without those that other words ignore.

    A word is an id, the beginning of one, a name, or `ALL`; what is more exact counts, whichever list it is in. Raises
    UnknownRule.
    """
    rules = every_rule()
    for unknown in unknown_rules((*select, *ignore), rules):
        raise unknown
    return tuple(rule for rule in rules if rule.is_firm or _is_chosen(rule, select or ("ALL",), ignore))


def unknown_rules(words: Iterable[str], rules: Sequence[Rule]) -> Iterator[UnknownRule]:
    """The words that mean none of the rules."""
    for word in words:
        if not any(rule.answers_to(word) for rule in rules):
            yield UnknownRule(word, nearest(word, [name for rule in rules for name in (rule.id, rule.name)]))


def _is_chosen(rule: Rule, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return _closeness(rule, select) > _closeness(rule, ignore)


def _closeness(rule: Rule, words: Iterable[str]) -> int:
    """How exactly the most exact of some words means a rule; -1 where none does."""
    sizes = [_size(rule, word) for word in words if rule.answers_to(word)]
    return max(sizes, default=-1)


def _size(rule: Rule, word: str) -> int:
    return 0 if word == "ALL" else len(word) if rule.id.startswith(word.upper()) else len(rule.id)
