"""The docstring of every rule is its page: it has all sections, and what it calls bad or good is so."""

from __future__ import annotations

import pytest
from lint.pages import Example, examples, sections
from lint.swarm import SWARM

from pystackdsl.compose import dump
from pystackdsl.diagnostics import InvalidStack, Severity
from pystackdsl.lint import Rule, check, every_rule

RULES = every_rule()
OF_COMMENTS = "unused-ignore"
"""The rule about comments, which tests of the command run."""

HEADINGS = ["", "Bad", "Good", "When to ignore it"]

rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
in_stacks = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.name != OF_COMMENTS], ids=lambda rule: rule.name
)


@rules
def test_a_page_has_all_its_sections(rule: Rule) -> None:
    found = sections(rule)
    assert list(found) == HEADINGS
    assert all(text.strip() for text in found.values())
    assert rule.summary.endswith(".")
    assert len(rule.page) > 300


@rules
def test_a_page_shows_one_bad_and_one_good_stack(rule: Rule) -> None:
    assert len(examples(rule, "Bad")) == 1
    assert len(examples(rule, "Good")) == 1


@rules
def test_a_remark_says_that_it_fails_no_check(rule: Rule) -> None:
    told = "It is a remark and fails no check." in sections(rule)["When to ignore it"]
    assert told == (rule.severity is Severity.INFO)


def found(rule: Rule, example: Example) -> list[str]:
    """The rules that find something in an example, by name."""
    return [each.kind for each in example.findings(SWARM if rule.is_live else None)]


@in_stacks
def test_what_a_page_calls_bad_is_found(rule: Rule) -> None:
    assert rule.name in found(rule, examples(rule, "Bad")[0])


@in_stacks
def test_what_a_page_calls_good_is_not_found(rule: Rule) -> None:
    assert rule.name not in found(rule, examples(rule, "Good")[0])


@in_stacks
def test_a_good_stack_has_no_other_fault_of_that_weight(rule: Rule) -> None:
    """A cure that brings another failure is none."""
    good = examples(rule, "Good")[0].findings(SWARM if rule.is_live else None)
    bad = examples(rule, "Bad")[0].findings(SWARM if rule.is_live else None)
    before = {each.kind for each in bad}
    assert [each.kind for each in good if each.severity is not Severity.INFO and each.kind not in before] == []


@in_stacks
def test_every_subject_stands_in_the_stack(rule: Rule) -> None:
    stack, told = examples(rule, "Bad")[0].opened()
    facts = SWARM if rule.is_live else None
    for finding in check(stack, rules=[rule], facts=facts, told=told):
        assert finding.subjects or finding.places, finding
        for subject in finding.subjects:
            value: object = subject.resource
            for step in subject.within:
                value = getattr(value, step) if isinstance(step, str) and hasattr(value, step) else value[step]  # type: ignore[index]


@in_stacks
def test_the_same_is_found_in_yaml(rule: Rule) -> None:
    """What a page shows in Python is as bad when Docker's own text says it."""
    example = examples(rule, "Bad")[0]
    if example.language == "yaml":
        return
    stack, _ = example.opened()
    try:
        text = dump(stack)
    except InvalidStack:  # what Docker refuses, and contents that need files, have no text
        return
    told_by_source = {"literal-interpolation"}
    assert (rule.name in found(rule, Example("yaml", text))) == (rule.name not in told_by_source)


def test_ids_and_names_are_their_own() -> None:
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
    assert len(RULES) >= 40
