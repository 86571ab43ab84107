"""How a service stands over time: stable, in a crash loop, stuck, paused, rolled back."""

from __future__ import annotations

from swarm.tasks import EXIT, service, task

from pystackdsl.swarm.converge import judge
from pystackdsl.swarm.specs import Raw
from pystackdsl.swarm.standing import Standing, Tracker

NO_NODE = "no suitable node (scheduling constraints not satisfied on 1 node)"


def look(tracker: Tracker, raw: Raw, tasks: list[Raw], now: float) -> Standing:
    return tracker.look(raw, judge(raw, tasks), now)


def tracker(**parts: object) -> Tracker:
    return Tracker(key="api", name="shop_api", **parts)  # type: ignore[arg-type]


def test_what_runs_has_to_stay_up_for_a_while() -> None:
    api, raw, up = tracker(), service(), [task("running")]
    assert [look(api, raw, up, now) for now in (0, 4.9, 5)] == ["verifying", "verifying", "converged"]


def test_the_services_own_monitor_says_how_long_but_not_less_than_a_few_seconds() -> None:
    for monitor, enough in ((20, 20), (1, 3), (0, 5)):
        api, raw, up = tracker(), service(monitor=monitor), [task("running")]
        assert look(api, raw, up, 0) == "verifying"
        assert look(api, raw, up, enough - 0.1) == "verifying"
        assert look(api, raw, up, enough) == "converged"


def test_a_crash_loop_is_never_ready() -> None:
    """Each task runs for longer than the pause between two looks, and is gone before the time is up."""
    api, raw, ended = tracker(), service(), list[Raw]()
    for now in range(0, 8, 4):
        up = task("running", at=now)
        assert look(api, raw, [*ended, up], now) == "verifying"
        assert look(api, raw, [*ended, up], now + 3) == "verifying"
        ended.append(task("failed", error=EXIT, at=now))
    ended.append(task("failed", error=EXIT, at=9))
    assert look(api, raw, [*ended, task("ready", wanted="ready")], 12) == "suspect"
    assert api.is_lost(alone=True)


def test_a_restart_between_two_looks_starts_the_time_anew() -> None:
    api, raw = tracker(), service()
    assert look(api, raw, [task("running", id="a")], 0) == "verifying"
    assert look(api, raw, [task("running", id="b")], 5) == "verifying"
    assert look(api, raw, [task("running", id="b")], 10) == "converged"


def test_after_a_failure_tasks_have_to_outlive_those_that_failed() -> None:
    api, raw = tracker(), service()
    failed = {**task("failed", error=EXIT, at=0), "Status": task("failed", error=EXIT, at=9.5)["Status"]}
    up = [failed, task("running", id="b")]
    assert [look(api, raw, up, now) for now in (10, 20, 25)] == ["verifying", "verifying", "converged"]


def test_failures_before_the_rollout_do_not_count() -> None:
    failed = [task("failed", error=EXIT, id=f"old{at}") for at in range(4)]
    api, raw = tracker(old=frozenset(each["ID"] for each in failed)), service()
    assert look(api, raw, [*failed, task("starting")], 0) == "waiting"
    assert api.failed == {}


def test_zero_replicas_and_tasks_that_ended_well_are_not_watched() -> None:
    assert look(tracker(), service(replicas=0), [], 0) == "converged"
    assert look(tracker(), service(restart="none"), [task("complete", code=0)], 0) == "converged"


def test_a_global_service_is_given_time_to_get_its_tasks() -> None:
    """Right after it was made, Swarm has no task of it yet, and no number of tasks that it wants."""
    for mode in ("Global", "GlobalJob"):
        api, raw = tracker(), service(mode={mode: {}})
        assert [look(api, raw, [], now) for now in (10, 14.9, 15)] == ["verifying", "verifying", "converged"]


def test_tasks_that_wait_for_a_node_are_given_time() -> None:
    api, raw, waiting = tracker(), service(), [task("pending", error=NO_NODE, node="")]
    assert [look(api, raw, waiting, now) for now in (0, 9.9, 10)] == ["waiting", "waiting", "suspect"]


def test_addresses_take_the_engine_longer() -> None:
    api, raw, waiting = tracker(), service(), [task("new", node="")]
    assert [look(api, raw, waiting, now) for now in (0, 19.9, 20)] == ["waiting", "waiting", "suspect"]


def test_while_others_are_on_their_way_a_suspect_may_still_come_up() -> None:
    api, raw = tracker(), service()
    failed = [task("failed", error=EXIT) for _ in range(3)]
    assert look(api, raw, [*failed[:3], task("ready", wanted="ready")], 0) == "suspect"
    assert not api.is_lost(alone=False)
    assert not api.is_lost(alone=True), "the database came up just now: it gets one more try"
    more = [*failed, task("failed", error=EXIT), task("ready", wanted="ready")]
    assert look(api, raw, more, 1) == "suspect"
    assert api.is_lost(alone=True)


def test_a_suspect_that_runs_again_is_verified() -> None:
    api, raw = tracker(), service(replicas=1)
    failed = [task("failed", error=EXIT) for _ in range(3)]
    assert look(api, raw, [*failed, task("running", id="up")], 0) == "verifying"
    assert look(api, raw, [*failed, task("running", id="up")], 10) == "converged"


def test_while_swarm_updates_it_decides_what_a_failure_means() -> None:
    api, failed = tracker(), [task("failed", error=EXIT) for _ in range(3)]
    up = [*failed, task("ready", wanted="ready")]
    assert look(api, service(update="updating"), up, 0) == "waiting"
    assert look(api, service(update="paused"), up, 1) == "paused"


def test_an_update_that_has_all_its_tasks_is_not_over_before_swarm_says_so() -> None:
    api, up = tracker(), [task("running", id="up")]
    assert look(api, service(update="updating"), up, 0) == "verifying"
    assert look(api, service(update="updating"), up, 14) == "verifying"
    assert look(api, service(update="completed"), up, 14.1) == "converged"


def test_an_update_that_swarm_never_ends_is_over_some_day() -> None:
    """So it is when a node dies with one of its tasks: the task comes up elsewhere, and the update stays under way."""
    api, up = tracker(), [task("running", id="up")]
    assert look(api, service(update="updating"), up, 0) == "verifying"
    assert look(api, service(update="updating"), up, 15) == "converged"


def test_one_shot_tasks_pause_their_update_by_ending_well() -> None:
    """For Swarm a task that ends within the monitor's time has failed, but here all have done what they should."""
    assert look(tracker(), service(restart="none", update="paused"), [task("complete", code=0)], 0) == "converged"
    two = service(restart="none", update="paused", replicas=2)
    assert look(tracker(), two, [task("complete", code=0)], 0) == "paused"


def test_a_rollback_is_no_success_unless_it_was_asked_for() -> None:
    up = [task("running", id="up")]
    back = tracker()
    assert [look(back, service(update="rollback_started"), up, now) for now in (0, 15)] == ["waiting", "rolled-back"]
    assert look(tracker(), service(update="rollback_completed"), up, 0) == "rolled-back"
    wanted = tracker(is_rollback=True)
    assert look(wanted, service(update="rollback_completed"), up, 0) == "verifying"
    assert look(wanted, service(update="rollback_completed"), up, 5) == "converged"
    assert look(tracker(), service(update="rollback_paused"), up, 0) == "paused"


def test_tasks_that_nobody_restarts_are_over() -> None:
    assert look(tracker(), service(restart="none"), [task("failed", error=EXIT)], 0) == "over"
