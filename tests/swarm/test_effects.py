"""What a change does to tasks, as the Engine's updater would do it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from swarm.live import desired, live, raw, service

from pystackdsl.swarm.changes import Change, Effect
from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.specs import Spec
from pystackdsl.views.plan import brief


def change(before: Spec, after: Spec, *, running: int | None = None, **options: Any) -> Change:
    """What the plan has for service `a`."""
    specs = attrs.evolve(desired(), services={"a": after})
    there = live(desired(), services=[raw(before, running=running)])
    [found] = compare(specs, there, Options(**options)).changes
    return found


def effect(before: Spec, after: Spec, *, running: int | None = None) -> Effect:
    found = change(before, after, running=running).effect
    assert found is not None
    return found


def test_replicas_alone_replace_nothing() -> None:
    assert effect(service("a", replicas=2), service("a", replicas=4)) == Effect(running=2, added=2)
    assert effect(service("a", replicas=4), service("a", replicas=1)) == Effect(running=4, removed=3)


@pytest.mark.parametrize(
    "parts",
    [
        {"labels": {"a": "b"}},
        {"UpdateConfig": {"Parallelism": 2, "MaxFailureRatio": 0, "Order": "start-first"}},
        {"RollbackConfig": {"Parallelism": 2, "MaxFailureRatio": 0, "Order": "start-first"}},
    ],
)
def test_what_is_no_part_of_a_task_replaces_nothing(parts: dict[str, Any]) -> None:
    found = effect(service("a", replicas=3), service("a", replicas=3, **parts))
    assert (found.is_restart, found.replaced, found.moves) == (False, 0, False)


@pytest.mark.parametrize(
    "parts",
    [
        {"container": {"Env": ["A=1"]}},
        {"image": "web:2"},
        {"template": {"RestartPolicy": {"Condition": "none"}}},
        {"template": {"LogDriver": {"Name": "none"}}},
        {"EndpointSpec": {"Mode": "dnsrr"}},
        {"EndpointSpec": {"Ports": [{"TargetPort": 80, "PublishedPort": 8080}]}},
    ],
)
def test_what_tasks_are_made_of_replaces_them(parts: dict[str, Any]) -> None:
    update = {"Parallelism": 2, "MaxFailureRatio": 0, "Order": "start-first"}
    found = effect(
        service("a", replicas=3, UpdateConfig=update), service("a", replicas=3, UpdateConfig=update, **parts)
    )
    assert found == Effect(replaced=3, running=3, parallelism=2, order="start-first", is_restart=True)


def test_by_default_one_is_replaced_after_the_other() -> None:
    found = effect(service("a", replicas=3), service("a", replicas=5, image="web:2"))
    assert found == Effect(replaced=3, running=3, added=2, parallelism=1, order="stop-first", is_restart=True)


def test_all_at_once() -> None:
    update = {"Parallelism": 0, "MaxFailureRatio": 0, "Order": ""}
    found = effect(service("a", replicas=3), service("a", replicas=3, image="web:2", UpdateConfig=update))
    assert found.parallelism == 0


def test_fewer_are_replaced_where_fewer_run_or_are_wanted() -> None:
    assert effect(service("a", replicas=5), service("a", replicas=2, image="web:2")).replaced == 2
    found = effect(service("a", replicas=5), service("a", replicas=5, image="web:2"), running=1)
    assert (found.replaced, found.running) == (1, 1)


def test_placement_alone_moves_what_no_longer_fits() -> None:
    found = effect(service("a"), service("a", template={"Placement": {"Constraints": ["node.role==manager"]}}))
    assert (found.is_restart, found.moves, found.replaced) == (False, True, 0)


def test_global_services_have_no_number() -> None:
    before, after = service("a", Mode={"Global": {}}), service("a", Mode={"Global": {}}, image="web:2")
    found = effect(before, after, running=3)
    assert (found.mode, found.replaced, found.running, found.added) == ("global", 3, 3, 0)


def test_another_mode_is_another_service() -> None:
    found = change(service("a", replicas=3), service("a", Mode={"Global": {}}))
    assert found.action == "replace"
    assert found.id is not None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"Mode": {"Global": {}}}, {"replicas": 1}, Effect(running=1, removed=1, added=1, is_restart=True)),
        ({"Mode": {"Global": {}}}, {"replicas": 3}, Effect(running=1, removed=1, added=3, is_restart=True)),
        ({}, {"Mode": {"Global": {}}}, Effect(mode="global", running=1, removed=1, is_restart=True)),
        (
            {},
            {"Mode": {"GlobalJob": {}}},
            Effect(mode="global-job", running=1, removed=1, is_job=True),
        ),
    ],
)
def test_what_is_made_anew_starts_from_nothing(before: Spec, after: Spec, expected: Effect) -> None:
    assert effect(service("a", **before), service("a", **after), running=1) == expected


def detaching(replicas: int, *networks: str, **parts: Any) -> list[Change]:
    """What the plan has where `networks` are made anew, on which a service has two tasks, and another one none."""
    attached = {"template": {"Networks": [{"Target": f"shop_{name}"} for name in networks]}}
    there = live(desired({"a": {"replicas": 2, **attached, **parts}, "b": {}}, networks=networks))
    there.services["shop_a"]["Spec"]["TaskTemplate"]["Networks"] = [{"Target": f"net-shop_{name}"} for name in networks]
    specs = desired({"a": {"replicas": replicas, **attached, **parts}, "b": {}}, networks=networks)
    for name in networks:
        specs.networks[name]["Attachable"] = True
    return list(compare(specs, there, Options(replace_networks=True)).changes)


def test_a_service_that_is_taken_off_a_network_is_replaced_twice() -> None:
    network, change = detaching(2, "n")
    assert (network.action, network.users) == ("replace", ("a",))
    assert (change.kind, change.key, change.action, change.differences) == ("services", "a", "update", ())
    assert change.effect == Effect(running=2, replaced=2, detached=("n",), is_restart=True)
    assert (change.spec or {})["TaskTemplate"]["Networks"] == [{"Target": "shop_n"}]
    assert brief([network, change]) == "0 to add, 1 to replace, 1 to change (1 restarts tasks), 0 to remove"


def test_fewer_replicas_restart_too_where_a_network_is_made_anew() -> None:
    *_, change = detaching(1, "n", "m")
    assert change.effect == Effect(running=2, replaced=1, removed=1, detached=("m", "n"), is_restart=True)


def test_a_job_runs_again_where_its_network_is_made_anew() -> None:
    *_, change = detaching(1, "n", Mode=JOB)
    assert change.effect
    assert (change.effect.is_job, change.effect.detached) == (True, ("n",))


JOB = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}


def test_a_job_runs_again_when_anything_of_it_is_written() -> None:
    found = effect(service("a", Mode=JOB), service("a", Mode=JOB, labels={"a": "b"}), running=0)
    assert (found.is_job, found.mode) == (True, "replicated-job")


def test_a_job_that_did_not_change_runs_when_asked_for() -> None:
    before = service("a", Mode=JOB)
    specs, there = attrs.evolve(desired(), services={"a": before}), live(desired(), services=[raw(before)])
    assert compare(specs, there).is_empty
    found = change(before, before, rerun=frozenset("a"))
    assert found.forced == "--rerun"
    assert found.effect
    assert found.effect.is_job


def test_a_service_restarts_when_asked_for() -> None:
    before = service("a", replicas=2)
    before["TaskTemplate"]["ForceUpdate"] = 4
    found = change(before, service("a", replicas=2), force=frozenset("a"))
    assert found.forced == "--force"
    assert (found.spec or {})["TaskTemplate"]["ForceUpdate"] == 5
    assert found.effect == Effect(replaced=2, running=2, is_restart=True)


def test_a_restart_that_was_asked_for_once_is_kept() -> None:
    before = service("a", replicas=2)
    before["TaskTemplate"]["ForceUpdate"] = 4
    specs, there = (
        attrs.evolve(desired(), services={"a": service("a", replicas=2)}),
        live(desired(), services=[raw(before)]),
    )
    assert compare(specs, there).is_empty
    assert (change(before, service("a", replicas=3)).spec or {})["TaskTemplate"]["ForceUpdate"] == 4


def test_the_live_words_are_kept_where_they_mean_the_same() -> None:
    """The Engine would replace tasks for an empty part that was absent."""
    before = service("a", replicas=2)
    del before["TaskTemplate"]["Resources"], before["EndpointSpec"]
    before["EndpointSpec"] = {"Mode": "vip"}
    after = service("a", replicas=3)
    found = change(before, after)
    assert "Resources" not in (found.spec or {})["TaskTemplate"]
    assert (found.spec or {})["EndpointSpec"] == {"Mode": "vip"}
    assert found.effect == Effect(running=2, added=1)
