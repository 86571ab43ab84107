"""How far a service is, for every mode and every way in which tasks come and go."""

from __future__ import annotations

from typing import Any

import pytest
from swarm.tasks import EXIT, MISSING, node, service, task

from pystackdsl.swarm.converge import Progress, idle_nodes, judge, seconds_of

GLOBAL: dict[str, Any] = {"Global": {}}


def job(total: int) -> dict[str, Any]:
    return {"ReplicatedJob": {"MaxConcurrent": total, "TotalCompletions": total}}


def counts(progress: Progress) -> tuple[int, int]:
    return progress.running, progress.wanted


def test_replicas_that_run_are_counted() -> None:
    progress = judge(service(replicas=2), [task("running", 1), task("starting", 2)])
    assert counts(progress) == (1, 2)
    assert progress.states == {"running": 1, "starting": 1}
    assert not progress.is_complete
    assert judge(service(replicas=2), [task("running", 1), task("running", 2)]).is_complete


def test_no_replicas_are_complete_at_once() -> None:
    progress = judge(service(replicas=0), [])
    assert (progress.is_complete, progress.is_final, progress.is_over) == (True, True, False)


def test_replicas_that_nobody_states_are_one() -> None:
    assert counts(judge(service(mode={"Replicated": {}}), [])) == (0, 1)


def test_a_restarted_task_counts_by_its_latest() -> None:
    tasks = [task("failed", error=EXIT), task("failed", error=EXIT, id="last"), task("running")]
    progress = judge(service(), tasks)
    assert counts(progress) == (1, 1)
    assert next(each["ID"] for each in progress.failed) == "last"
    assert judge(service(), [*tasks[:2], task("ready", wanted="ready")]).is_over is False


def test_a_task_about_to_be_restarted_is_not_the_end() -> None:
    assert not judge(service(), [task("rejected", wanted="ready", error=MISSING)]).is_over
    assert judge(service(), [task("rejected", error=MISSING)]).is_over


def test_tasks_being_scaled_away_do_not_count() -> None:
    tasks = [task("running", 1), task("running", 2, wanted="remove"), task("running", 3, wanted="shutdown")]
    assert counts(judge(service(replicas=1), tasks)) == (1, 1)


@pytest.mark.parametrize("restart", ["none", "on-failure"])
def test_one_shot_tasks_that_ended_well_are_complete(restart: str) -> None:
    progress = judge(service(restart=restart), [task("complete", code=0)])
    assert (progress.is_complete, progress.is_final, progress.failed) == (True, True, ())


def test_a_task_that_ends_where_it_should_run_has_failed() -> None:
    tasks = [task("complete", code=0), task("ready", wanted="ready")]
    progress = judge(service(), tasks)
    assert counts(progress) == (0, 1)
    assert len(progress.failed) == 1


def test_tasks_that_are_not_restarted_any_more_are_over() -> None:
    progress = judge(service(replicas=2, restart="none"), [task("failed", 1, error=EXIT), task("running", 2)])
    assert (progress.is_over, counts(progress)) == (True, (1, 2))
    assert not judge(service(replicas=2, restart="none"), [task("failed", 1, error=EXIT)]).is_over


def test_a_global_service_wants_a_task_on_each_node_that_has_one() -> None:
    tasks = [task("running", None, node="n1"), task("starting", None, node="n2")]
    assert counts(judge(service(mode=GLOBAL, desired=2), tasks)) == (1, 2)
    # Tasks of the former body are not up to date, so only the number of all of them tells that there are more nodes.
    assert counts(judge(service(mode=GLOBAL, desired=3), tasks[:1])) == (1, 3)


def test_a_global_service_without_a_node_wants_nothing() -> None:
    assert judge(service(mode=GLOBAL), []).is_complete


def test_tasks_on_nodes_that_are_down_or_drained_do_not_count() -> None:
    nodes = [node("n1"), node("n2", state="down"), node("n3", availability="drain"), node("n4", availability="pause")]
    idle = idle_nodes(nodes)
    assert idle == {"n2", "n3"}
    tasks = [task("running", 1, node="n1"), task("running", 2, node="n2")]
    assert counts(judge(service(replicas=2), tasks, idle)) == (1, 2)
    assert counts(judge(service(mode=GLOBAL), [{**each, "Slot": None} for each in tasks], idle)) == (1, 1)


def test_only_the_latest_run_of_a_job_counts() -> None:
    raw = service(mode=job(2), JobStatus={"JobIteration": {"Index": 7}})
    old = [task("complete", slot, wanted="complete", iteration=3, code=0) for slot in (0, 1)]
    assert counts(judge(raw, old)) == (0, 2)
    new = [task("complete", slot, wanted="complete", iteration=7, code=0) for slot in (0, 1)]
    assert judge(raw, [*old, *new]).is_complete
    assert counts(judge(raw, [*old, new[0], task("running", 1, wanted="complete", iteration=7)])) == (1, 2)


def test_the_first_run_of_a_job_has_no_number() -> None:
    raw = service(mode=job(1), JobStatus={"JobIteration": {}})
    progress = judge(raw, [task("complete", None, wanted="complete", iteration=0, code=0)])
    assert (progress.is_complete, progress.is_final) == (True, True)


def test_a_job_on_all_nodes_is_complete_when_all_are() -> None:
    raw = service(mode={"GlobalJob": {}}, JobStatus={"JobIteration": {}})
    tasks = [task("complete", None, wanted="complete", iteration=0, node="n1", code=0)]
    assert judge(raw, tasks).is_complete
    assert not judge(raw, [*tasks, task("running", None, wanted="complete", iteration=0, node="n2")]).is_complete


def test_a_job_that_fails_is_over() -> None:
    raw = service(mode=job(1), restart="none", JobStatus={"JobIteration": {}})
    assert judge(raw, [task("failed", None, iteration=0, error=EXIT, code=1)]).is_over


def test_a_node_that_stumbles_while_it_clears_up_is_no_failure() -> None:
    stopped = task("failed", error="error while removing network: unknown network shop_net id abc")
    assert judge(service(), [stopped, task("running")]).failed == ()


def test_tasks_that_wait_are_told() -> None:
    waiting = task("pending", 2, node="", error="no suitable node (insufficient resources on 1 node)")
    progress = judge(service(replicas=2), [task("running", 1), waiting])
    assert progress.waiting == (waiting,)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("", ""), ("updating", "updating"), ("paused", "paused"), ("completed", "completed"),
        ("rollback_started", "rolling-back"), ("rollback_paused", "rollback-paused"),
        ("rollback_completed", "rolled-back"),
    ],
)  # fmt: skip
def test_the_state_of_an_update_is_told(state: str, told: str) -> None:
    assert judge(service(update=state), []).update == told


def test_time_stamps_of_the_engine_have_nanoseconds() -> None:
    assert seconds_of("1970-01-01T00:01:00.250000000Z") == 60.25
    assert seconds_of("1970-01-01T00:00:01Z") == 1
    assert seconds_of("0001-01-01T00:00:00Z") < 0
    assert seconds_of("") == 0
