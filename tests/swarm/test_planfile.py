"""A plan in a file: what is in it, what it is read back as, and when it no longer holds."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from swarm.live import desired, live, raw, service

from pystackdsl.diagnostics import InvalidStack, KeyPath
from pystackdsl.swarm import fingerprints
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.planfile import Saved, as_data, dump, load
from pystackdsl.swarm.specs import Specs
from pystackdsl.swarm.writes import Stale

SECRET = b"hunter2-very-secret"
LINES = {KeyPath("services", "a"): "stack.py:3"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest is slow on purpose."""
    monkeypatch.setattr(fingerprints, "COST", 4)


BEFORE = desired({"a": {"replicas": 2}, "b": {}, "old": {}}, configs={"conf": b"1"}, networks=["net"])
AFTER = desired(
    {"a": {"replicas": 3, "image": "web:2"}, "b": {}, "c": {"secrets": ["pw"]}},
    configs={"conf": b"2"},
    secrets={"pw": SECRET},
    networks=["net"],
)


@pytest.fixture
def there() -> Live:
    return live(BEFORE)


@pytest.fixture
def plan(there: Live) -> Plan:
    return compare(AFTER, there, Options(prune=True))


def saved(plan: Plan) -> Saved:
    return load(dump(plan, source=("stack.py",), lines=LINES, words={"file": "stack.py"}), "shop.plan")


def with_service(there: Live, name: str, **parts: Any) -> Live:
    """The swarm with a service that somebody has written meanwhile."""
    old = there.services[f"shop_{name}"]
    new = {**raw(service(name, **parts)), "ID": old["ID"]}
    return attrs.evolve(there, services={**there.services, f"shop_{name}": new})


def test_it_reads_back(plan: Plan, there: Live) -> None:
    kept = saved(plan)
    assert (kept.stack, kept.source, kept.words, kept.lines) == ("shop", ("stack.py",), {"file": "stack.py"}, LINES)
    assert kept.needs_source
    again = kept.plan(there, AFTER.contents)
    assert again.changes == plan.changes
    assert again.notes == plan.notes
    assert again.desired
    assert again.desired.contents == {("secrets", "pw"): SECRET, ("configs", "conf"): b"2"}


def test_no_secret_is_in_it(plan: Plan) -> None:
    text = dump(plan)
    assert "hunter2" not in text
    assert "aHVudGVyMi" not in text  # in base64


def test_the_program_reads_no_bodies(plan: Plan) -> None:
    data = as_data(plan, source=("stack.py",), lines=LINES)
    assert "saved" not in data
    assert data["summary"] == {"add": 2, "replace": 1, "change": 1, "remove": 2, "restart": 1}
    change = next(each for each in data["changes"] if each["key"] == "a")
    assert change["place"] == "stack.py:3"
    assert change["effect"]["replaced"] == 2
    assert "spec" not in change
    json.dumps(data)


@pytest.mark.parametrize("data", [{}, {"contents": {("secrets", "pw"): b"other"}}])
def test_the_source_of_a_secret_has_changed(plan: Plan, there: Live, data: dict[str, Any]) -> None:
    with pytest.raises(Stale, match=r"(the stack has no secret pw|the source of secret pw has been changed)"):
        saved(plan).plan(there, data.get("contents"))


def test_what_it_touches_has_changed(plan: Plan, there: Live) -> None:
    with pytest.raises(Stale, match="service shop_a has been changed"):
        saved(plan).plan(with_service(there, "a", replicas=9), AFTER.contents)
    gone = {name: each for name, each in there.services.items() if name != "shop_old"}
    with pytest.raises(Stale, match="service shop_old is gone"):
        saved(plan).plan(attrs.evolve(there, services=gone), AFTER.contents)
    made = {**there.services, "shop_c": raw(service("c"))}
    with pytest.raises(Stale, match="service shop_c exists now"):
        saved(plan).plan(attrs.evolve(there, services=made), AFTER.contents)


def test_what_it_does_not_touch_may_change(plan: Plan, there: Live) -> None:
    assert saved(plan).plan(with_service(there, "b", replicas=9), AFTER.contents).changes == plan.changes


def test_a_version_that_rose_with_nothing_changed_is_no_matter(plan: Plan, there: Live) -> None:
    now = with_service(there, "a", replicas=2)
    [change] = [each for each in saved(plan).plan(now, AFTER.contents).changes if each.key == "a"]
    assert change.version == now.services["shop_a"]["Version"]["Index"]


def test_another_swarm_is_refused(plan: Plan, there: Live) -> None:
    with pytest.raises(Stale, match="the plan is for another swarm"):
        saved(plan).plan(attrs.evolve(there, swarm=attrs.evolve(there.swarm, id="other")), AFTER.contents)


def test_without_secrets_no_source_is_needed(there: Live) -> None:
    specs = Specs(
        **{**attrs.asdict(AFTER, recurse=False), "secrets": {}, "services": {}, "contents": {("configs", "conf"): b"2"}}
    )
    kept = saved(compare(specs, there))
    assert not kept.needs_source
    assert [change.kind for change in kept.plan(there).changes] == ["configs", "configs"]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("", "shop.plan holds no plan"),
        ("{}", "shop.plan holds no plan"),
        ("[1]", "shop.plan holds no plan"),
        (
            '{"format": "pystackdsl plan", "version": 1}',
            "shop.plan holds no plan that can be carried out: it was printed",
        ),
        (
            '{"format": "pystackdsl plan", "version": 7}',
            "shop.plan holds no plan that can be carried out: it has version 7",
        ),
        ('{"format": "pystackdsl plan", "version": 1, "saved": {}}', "shop.plan holds no plan"),
    ],
)
def test_another_text_is_refused(text: str, summary: str) -> None:
    with pytest.raises(InvalidStack) as error:
        load(text, "shop.plan")
    assert error.value.findings[0].summary.startswith(summary)


@pytest.mark.parametrize(
    "path",
    [
        ("stack",),
        ("changes", 0, "kind"),
        ("changes", 0, "action"),
        ("swarm", "where"),
        ("saved", "bodies"),
        ("digest",),
    ],
)
def test_a_plan_that_is_not_as_it_was_written_is_refused(plan: Plan, path: tuple[str | int, ...]) -> None:
    """Else it could show one thing, and do another."""
    data = json.loads(dump(plan))
    held = data
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = "other"
    with pytest.raises(InvalidStack) as error:
        load(json.dumps(data), "shop.plan")
    assert error.value.findings[0].summary.endswith("it is not as it was written")


def test_how_its_text_is_laid_out_is_no_matter(plan: Plan) -> None:
    text = dump(plan)
    assert load(json.dumps(json.loads(text)), "shop.plan") == load(text, "shop.plan")
