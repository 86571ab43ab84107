"""Which services a rollback returns: those of the last apply, and no others."""

from __future__ import annotations

from typing import Any, cast

from swarm.fake import FakeEngine
from swarm.live import desired, live, raw, service

from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import compare
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.events import Outcome, Written
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.rollback import plan_back, read_back
from pystackdsl.swarm.rollout import Options, apply
from pystackdsl.swarm.specs import Kind, Raw, Specs
from pystackdsl.swarm.writes import APPLY, DETACHED, began, mark

FIRST, SECOND = "20260101T000001.000001-aaaaaa", "20260101T000002.000001-bbbbbb"


def held(
    key: str, now: str, before: str | None = None, *, image: str = "web:2", old: str = "web:1", **parts: Any
) -> Raw:
    """A live service that the apply `now` wrote, and `before` the one before it; an empty text is no apply of ours."""
    spec = service(key, image=image, labels={APPLY: now} if now else {})
    previous = None if before is None else service(key, image=old, labels={APPLY: before} if before else {})
    return {**raw(spec, previous=previous), **parts}


def swarm(*services: Raw) -> Live:
    return live(Specs(stack="shop", networks={}, secrets={}, configs={}, services={}), services=services)


def keys(plan: Plan) -> list[str]:
    assert all(change.is_return for change in plan.changes)
    return [change.key for change in plan.changes]


def notes(plan: Plan) -> list[str]:
    return [note.summary for note in plan.notes]


def test_services_of_the_last_apply_return_and_others_stay() -> None:
    plan = plan_back(swarm(held("api", SECOND, FIRST), held("db", FIRST, ""), held("web", SECOND, FIRST)))
    assert (keys(plan), notes(plan)) == (["api", "web"], [])
    (image,) = plan.changes[0].differences
    assert (str(image.path), image.before, image.after) == ("image", "web:2", "web:1")
    assert plan.changes[0].effect
    assert plan.changes[0].effect.is_restart


def test_a_service_that_the_apply_made_has_nothing_to_return_to() -> None:
    plan = plan_back(swarm(held("api", SECOND), held("db", SECOND, FIRST)))
    assert keys(plan) == ["db"]
    assert notes(plan) == ["service api was made by the last apply, and has nothing to return to: kept"]


def test_what_has_returned_already_stays_so() -> None:
    plan = plan_back(swarm(held("api", FIRST, SECOND), held("db", FIRST, "")))
    assert (keys(plan), notes(plan)) == ([], ["service api has been returned already"])


def test_after_docker_stack_deploy_all_return_that_were_another() -> None:
    plan = plan_back(swarm(held("api", "", ""), held("db", "", "", old="web:2"), held("new", "")))
    assert keys(plan) == ["api"]


def test_a_docker_stack_deploy_after_an_apply_is_what_is_undone() -> None:
    plan = plan_back(swarm(held("api", "", FIRST), held("db", "", FIRST, old="web:2"), held("new", "")))
    assert (keys(plan), notes(plan)) == (["api"], [])


def test_what_has_returned_to_a_body_of_docker_stays_so() -> None:
    update = {"State": "rollback_completed", "StartedAt": "2026-01-01T00:10:00.5Z"}
    plan = plan_back(swarm(held("api", "", FIRST, UpdateStatus=update), held("db", FIRST, "")))
    assert (keys(plan), notes(plan)) == (["db"], ["service api has been returned already"])


def test_what_was_returned_from_a_docker_stack_deploy_stays_so() -> None:
    update = {"State": "rollback_completed", "StartedAt": "2026-01-01T00:10:00.5Z"}
    plan = plan_back(swarm(held("api", SECOND, "", UpdateStatus=update), held("db", FIRST, "", UpdateStatus=update)))
    assert (keys(plan), notes(plan)) == ([], ["service api has been returned already"])


def test_a_service_that_was_changed_by_hand_since_is_left_alone() -> None:
    plan = plan_back(swarm(held("api", SECOND, SECOND), held("db", SECOND, FIRST)))
    assert keys(plan) == ["db"]
    assert "service api was changed by hand after the last apply" in notes(plan)[0]


def test_an_apply_that_swarm_rolled_back_itself_is_not_taken_for_the_one_before() -> None:
    update = {"State": "rollback_completed", "StartedAt": "2026-01-01T00:10:00.5Z"}
    plan = plan_back(swarm(held("api", FIRST, UpdateStatus=update), held("db", FIRST, "")))
    assert keys(plan) == []
    assert notes(plan) == ["Swarm itself rolled back api since"]


def test_a_rollback_by_swarm_before_the_last_apply_is_past() -> None:
    update = {"State": "rollback_completed", "StartedAt": "2026-01-01T00:00:00.5Z"}
    assert keys(plan_back(swarm(held("api", "", UpdateStatus=update), held("db", FIRST, "")))) == ["db"]


def test_a_step_between_two_networks_is_nothing_to_return_to() -> None:
    api = held("api", SECOND, FIRST)
    api["PreviousSpec"]["Labels"][DETACHED] = SECOND
    plan = plan_back(swarm(api))
    assert keys(plan) == []
    assert "taken off a network" in notes(plan)[0]


def test_names_of_applies_sort_by_time_and_tell_it() -> None:
    assert began(FIRST) == 1767225601
    assert (began(""), began("nonsense")) == (0, 0)
    assert began(mark()) > began(SECOND)
    marks = [mark() for _ in range(50)]
    assert [each.partition("-")[0] for each in sorted(marks)] == [each.partition("-")[0] for each in marks]


def test_the_engine_returns_to_what_it_has_kept() -> None:
    engine = FakeEngine()
    before = service("api", image="web:1", replicas=0)
    after = service("api", image="web:2", replicas=0, labels={APPLY: FIRST})
    engine.create("services", before)
    engine.change("services", engine.id_of("services", "shop_api"), after)
    plan = plan_back(engine.read("shop"))
    engine.lost["update services"] = 1
    events = list(apply(plan, engine, Options(detach=True)))  # type: ignore[arg-type]
    assert [event.outcome for event in events if isinstance(event, Written)] == ["updated"]
    found = engine.inspect("services", "shop_api")
    assert found
    assert found["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] == "web:1"


def test_what_the_former_state_refers_to_outside_of_the_stack_is_looked_for() -> None:
    fake = FakeEngine()
    engine = cast(Engine, fake)
    outside: list[tuple[Kind, str]] = [("secrets", "shop_theirs"), ("configs", "shop_theirs")]
    for kind, name in outside:
        fake.create(kind, {"Name": name, "Labels": {}})

    def applied(image: str) -> None:
        parts = {"image": image, "replicas": 0, "secrets": ["theirs"], "configs": ["theirs"]}
        plan = compare(desired({"api": parts}), engine.read("shop", names=outside))
        assert apply(plan, engine, Options(detach=True, is_fresh=True)).wait().status == 0

    def returned(*, is_fresh: bool) -> Outcome:
        return apply(plan_back(read_back(engine, "shop")), engine, Options(detach=True, is_fresh=is_fresh)).wait()

    applied("web:1")
    for is_fresh in (True, False):
        applied("web:2")
        outcome = returned(is_fresh=is_fresh)
        assert (outcome.findings, outcome.status, len(outcome.done)) == ((), 0, 1)
    applied("web:3")
    fake.objects["secrets"].clear()
    assert [each.help for each in returned(is_fresh=True).findings] == ["make it anew, or apply the former stack"]
