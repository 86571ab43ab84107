"""Which rules are asked, and what becomes of what they find."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace

import attrs
import pytest

from pystackdsl import Deploy, Service, Stack
from pystackdsl.diagnostics import Severity
from pystackdsl.lint import Rule, check, chosen, every_rule
from pystackdsl.lint.rule import Inspection, at, finding
from pystackdsl.lint.runner import UnknownRule

STACK = Stack(services={"web": Service(image="nginx")})


def names(*words: str, ignore: tuple[str, ...] = ()) -> set[str]:
    """The names of the rules that words choose, without those that can never be ignored."""
    return {rule.name for rule in chosen(words, ignore) if not rule.is_firm}


def test_without_words_all_rules_are_asked() -> None:
    assert chosen() == every_rule()


@pytest.mark.parametrize("word", ["PSD101", "psd101", "floating-image-tag", "floating_image_tag"])
def test_a_rule_is_chosen_by_id_or_name(word: str) -> None:
    assert names(word) == {"floating-image-tag"}
    assert "floating-image-tag" not in names(ignore=(word,))


def test_the_beginning_of_an_id_chooses_a_family() -> None:
    assert names("PSD10") == {rule.name for rule in every_rule() if rule.id.startswith("PSD10")}


def test_what_is_more_exact_counts() -> None:
    assert names("PSD1", ignore=("PSD101",)) == names("PSD1") - {"floating-image-tag"}
    assert names("PSD101", ignore=("PSD1",)) == {"floating-image-tag"}
    assert names("floating-image-tag", ignore=("ALL",)) == {"floating-image-tag"}
    assert names("ALL", ignore=("ALL",)) == set()


def test_what_docker_refuses_is_always_told() -> None:
    firm = {rule.name for rule in every_rule() if rule.is_firm}
    assert "refused" in firm
    assert {rule.name for rule in chosen(["PSD101"], ["ALL", "refused"])} == firm | {"floating-image-tag"}


@pytest.mark.parametrize(("word", "near"), [("floating-image-tags", "floating-image-tag"), ("x", None)])
def test_a_word_that_means_no_rule_is_an_error(word: str, near: str | None) -> None:
    with pytest.raises(UnknownRule) as raised:
        chosen([word])
    assert raised.value.nearest == near


def test_findings_carry_their_rule() -> None:
    (found,) = check(STACK, rules=chosen(["PSD101"]))
    assert (found.rule, found.kind, found.severity) == ("PSD101", "floating-image-tag", Severity.WARNING)
    assert str(found.path) == "services.web.image"


def test_a_stack_is_checked_by_its_own_checks_too() -> None:
    stack = Stack(services={"web": Service(image="nginx:1.27", deploy=Deploy(mode="global", replicas=2))})
    assert [each.rule for each in check(stack, rules=chosen(["PSD001"]))] == ["PSD001"]


def test_live_rules_wait_for_facts() -> None:
    asked = []

    def find(inspection: Inspection) -> Iterator[object]:
        asked.append(inspection.facts)
        yield from ()

    rule = Rule(id="X1", name="x", severity=Severity.ERROR, page="x", find=find, is_live=True)  # type: ignore[arg-type]
    check(STACK, rules=[rule])
    assert asked == []


def module(name: str, **held: object) -> ModuleType:
    made = ModuleType(name, "What is wrong.\n\nMore.")
    vars(made).update(held)
    return made


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ModuleType]]:
    """Modules that an installed package adds by its entry points."""
    modules: list[ModuleType] = []

    def entry_points(*, group: str) -> list[SimpleNamespace]:
        assert group == "pystackdsl.rules"
        dist = SimpleNamespace(name="company-rules")
        return [SimpleNamespace(name=m.__name__, value="", dist=dist, load=lambda m=m: m) for m in modules]

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    every_rule.cache_clear()
    yield modules
    every_rule.cache_clear()


def test_packages_add_rules(added: list[ModuleType]) -> None:
    def find(inspection: Inspection) -> Iterator[object]:
        for key, service in inspection.services:
            yield finding("no owner", at("services", key, service))

    added.append(module("company_rules.owner_missing", ID="ACME001", SEVERITY=Severity.ERROR, find=find))
    (found,) = [each for each in check(STACK, rules=chosen(["ACME"])) if each.rule == "ACME001"]
    assert (found.kind, found.severity) == ("owner-missing", Severity.ERROR)
    (rule,) = [each for each in every_rule() if each.id == "ACME001"]
    assert (rule.package, rule.summary) == ("company-rules", "What is wrong.")


def test_a_rule_that_fails_is_told_with_its_package(added: list[ModuleType]) -> None:
    def find(inspection: Inspection) -> Iterator[object]:
        raise KeyError("owner")

    added.append(module("company_rules.owner", ID="ACME001", SEVERITY=Severity.INFO, find=find))
    (found,) = [each for each in check(STACK, rules=chosen(["ACME001"])) if each.rule == "ACME001"]
    assert found.summary == "the rule owner of company-rules failed: KeyError: 'owner'"
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ({}, "has no ID, no SEVERITY, no find"),
        ({"ID": "ACME001", "SEVERITY": "error", "find": print}, "needs ID, a text, SEVERITY, a Severity, and find"),
        ({"ID": "PSD101", "SEVERITY": Severity.INFO, "find": print}, "has the id PSD101 of floating-image-tag"),
    ],
)
def test_what_is_no_rule_is_refused(added: list[ModuleType], held: dict[str, object], why: str) -> None:
    added.append(module("company_rules.owner", **held))
    with pytest.raises(ImportError, match=re.escape(why)) as raised:
        every_rule()
    assert "company-rules" in str(raised.value)


def test_a_rule_of_ours_that_fails_is_our_fault() -> None:
    def find(inspection: Inspection) -> Iterator[object]:
        raise KeyError("owner")

    rule = attrs.evolve(every_rule()[0], find=find)
    with pytest.raises(KeyError):
        check(STACK, rules=[rule])
