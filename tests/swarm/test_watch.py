"""Services watched on a swarm in memory: what is seen, what is told of failures, and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event as Signal
from typing import Any, cast

import attrs
import pytest
from swarm.fake import FakeEngine
from swarm.tasks import EXIT, MISSING, SICK, node, service, task

from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.engine.streams import LogLine
from pystackdsl.swarm.errors import Refused, Unreachable
from pystackdsl.swarm.events import Observed, Said, Verdict
from pystackdsl.swarm.specs import Raw
from pystackdsl.swarm.standing import Tracker
from pystackdsl.swarm.watch import Watch

NO_NODE = "no suitable node (scheduling constraints not satisfied on 2 nodes; insufficient resources on 1 node)"


class Watched(FakeEngine):
    """A swarm whose tasks are what each round says, the last round again and again."""

    def __init__(self, raw: Raw, *rounds: list[Raw]) -> None:
        super().__init__()
        self.objects["services"][raw["ID"]] = raw
        self.rounds = list(rounds)
        self.lines: list[str] = []
        self.containers: dict[str, Raw] = {}
        self.registry = "manifest unknown"

    def list(self, kind: str, filters: Any = None, **query: str) -> list[Raw]:
        self._called(f"list {kind}")
        if kind == "nodes":
            return [node("n1", hostname="worker-1")]
        if kind == "tasks":
            if "_up-to-date" not in (filters or {}):
                return [*self.rounds[0], *self.tasks]
            return self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        return list(self.objects[kind].values())  # type: ignore[index]

    def logs(self, kind: str, id: str, **query: Any) -> Iterable[Any]:
        return [LogLine(time=str(at), stream="stdout", text=line, labels={}) for at, line in enumerate(self.lines)]

    def container(self, id: str) -> Raw | None:
        return self.containers.get(id)

    def digest(self, image: str, *, auth: str | None = None) -> Any:
        raise Refused(self.registry, status=404)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pystackdsl.swarm.standing.SHORTEST", 0.05)
    monkeypatch.setattr("pystackdsl.swarm.standing.LONGEST", 0.1)
    monkeypatch.setattr("pystackdsl.swarm.watch.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("pystackdsl.swarm.watch.LAST_PAUSE", 0.02)


def watched(
    engine: FakeEngine, *, timeout: float = 5, stop: Signal | None = None, each: Callable[[Any], None] = lambda _: None
) -> tuple[list[Observed | Said], list[Verdict]]:
    tracker = Tracker(key="api", name="shop_api", patience=0.05)
    watch = Watch(cast(Engine, engine), "shop", [tracker], timeout=timeout, stop=stop or Signal())
    events = []
    for event in watch:
        each(event)
        events.append(event)
    return events, watch.verdicts


def failing(error: str, *, code: int | None = None, count: int = 3, state: str = "failed") -> list[Raw]:
    tasks = [task(state, error=error, code=code) for _ in range(count)]
    return [*tasks, task("ready", wanted="ready")]


def test_progress_is_told_when_it_changes() -> None:
    engine = Watched(
        service(monitor=0.05),
        [task("pending")],
        [task("pending")],
        [task("running", id="a")],
        [task("running", id="a")],
    )
    events, verdicts = watched(engine)
    seen = [(event.running, event.phase) for event in events if isinstance(event, Observed)]
    assert seen == [(0, "waiting"), (1, "verifying"), (1, "converged")]
    assert verdicts == [Verdict(service="api", cause=None, summary="1/1 running")]


def test_a_global_service_that_no_node_fits_is_told() -> None:
    raw = service(mode={"Global": {}}, monitor=0.05)
    raw["Spec"]["TaskTemplate"]["Placement"] = {"Constraints": ["node.labels.a == b"]}
    events, verdicts = watched(Watched(raw, []))
    [said] = [event for event in events if isinstance(event, Said)]
    assert said.text.startswith("service api is global, and no node fits its constraints (node.labels.a == b)")
    assert verdicts == [Verdict(service="api", cause=None, summary="0/0 running")]


def test_a_crash_loop_is_told_with_the_last_lines() -> None:
    engine = Watched(service(), failing(EXIT, code=1))
    engine.lines = ["starting", "KeyError: 'DATABASE_URL'"]
    _, (verdict,) = watched(engine)
    assert (verdict.cause, verdict.summary) == ("crash-loop", "its tasks exit (crash loop)")
    assert verdict.evidence == (
        "image api:2",
        f"task api.1 on worker-1: failed 3 times, the last time: {EXIT}",
        "| starting",
        "| KeyError: 'DATABASE_URL'",
    )


def test_what_most_tasks_failed_of_counts() -> None:
    tasks = [task("failed", error=EXIT, code=1), task("failed", error=EXIT, code=1), task("failed", error="a hiccup")]
    _, (verdict,) = watched(Watched(service(), [*tasks, task("ready", wanted="ready")]))
    assert verdict.cause == "crash-loop"


def test_a_failing_health_check_is_told_with_what_it_says() -> None:
    tasks = failing(SICK, code=137)
    engine = Watched(service(), tasks)
    log = {"State": {"Health": {"Log": [{"ExitCode": 1, "Output": "no answer\nfrom db\n"}]}}}
    engine.containers = {each["Status"]["ContainerStatus"]["ContainerID"]: log for each in tasks[:3]}
    _, (verdict,) = watched(engine)
    assert verdict.cause == "unhealthy"
    assert verdict.evidence[2:] == ("health check, exit code 1:", "| no answer", "| from db")


def test_each_filter_that_removed_nodes_is_told() -> None:
    raw = service()
    raw["Spec"]["TaskTemplate"]["Placement"] = {"Constraints": ["node.role==manager"]}
    _, (verdict,) = watched(Watched(raw, [task("pending", error=NO_NODE, node="")]))
    assert verdict.cause == "no-suitable-node"
    assert verdict.evidence[1:] == (
        "task api.1: no suitable node",
        "  scheduling constraints not satisfied on 2 nodes",
        "  insufficient resources on 1 node",
        "  constraints: node.role==manager",
    )


@pytest.mark.parametrize(
    ("registry", "cause"), [("manifest unknown", "image-not-found"), ("unauthorized: log in", "no-credentials")]
)
def test_the_registry_is_asked_why_an_image_is_missing(registry: str, cause: str) -> None:
    engine = Watched(service(), failing(MISSING, state="rejected"))
    engine.registry = registry
    _, (verdict,) = watched(engine)
    assert verdict.cause == cause


def test_the_kernel_tells_whether_it_was_the_memory() -> None:
    tasks = failing("task: non-zero exit (137)", code=137)
    engine = Watched(service(memory=1 << 24), tasks)
    _, (verdict,) = watched(engine)
    assert verdict.cause == "out-of-memory"
    killed = {"State": {"OOMKilled": False}}
    engine.containers = {each["Status"]["ContainerStatus"]["ContainerID"]: killed for each in tasks[:3]}
    _, (verdict,) = watched(engine)
    assert verdict.cause == "crash-loop"


def test_a_paused_update_names_what_lies_behind_and_what_still_runs() -> None:
    raw = service(update="paused", PreviousSpec={"TaskTemplate": {"ContainerSpec": {"Image": "api:1@sha256:ab"}}})
    engine = Watched(raw, failing(EXIT, code=1, count=1))
    engine.tasks = [{**task("running", 2), "Spec": {"ContainerSpec": {"Image": "api:1@sha256:ab"}}}]
    _, (verdict,) = watched(engine)
    assert (verdict.cause, verdict.because) == ("update-paused", "crash-loop")
    assert verdict.evidence[1] == "update paused"
    assert verdict.evidence[-1] == "old task api.2 still runs api:1"


def test_a_rollback_tells_of_tasks_that_are_not_up_to_date_any_more() -> None:
    engine = Watched(service(update="rollback_completed"), [task("running", id="back")])
    engine.tasks = [task("failed", error=EXIT, code=1)]
    _, (verdict,) = watched(engine)
    assert (verdict.cause, verdict.because) == ("rolled-back", "crash-loop")


def test_the_time_is_up() -> None:
    _, (verdict,) = watched(Watched(service(), [task("starting")]), timeout=0.05)
    assert (verdict.cause, verdict.summary) == ("timed-out", "not all its tasks are up (timed out) after 0.05 s")
    _, (verdict,) = watched(Watched(service(), failing(EXIT, count=1)), timeout=0.05)
    assert (verdict.cause, verdict.because) == ("timed-out", "crash-loop")


def test_a_service_that_somebody_removes_is_not_waited_for() -> None:
    engine = Watched(service(), [task("starting")])
    _, (verdict,) = watched(engine, each=lambda _: engine.objects["services"].clear())
    assert (verdict.cause, verdict.summary) == ("failed", "somebody removed it")


def test_an_interruption_tells_how_far_it_was() -> None:
    stop = Signal()
    engine = Watched(service(replicas=2), [task("running", 1), task("starting", 2)])
    _, (verdict,) = watched(engine, stop=stop, each=lambda _: stop.set())
    assert (verdict.cause, verdict.summary) == ("interrupted", "1 of 2 were up (interrupted)")


def test_a_manager_that_is_away_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Watched(service(monitor=0.05), [task("running", id="a")])
    engine.broken = {"list tasks": 3}
    events, (verdict,) = watched(engine)
    assert verdict.cause is None
    assert len([event for event in events if isinstance(event, Said)]) == 1
    monkeypatch.setattr("pystackdsl.swarm.watch.LOST", 0.05)
    engine.broken = {"list tasks": 10_000}
    with pytest.raises(Unreachable):
        watched(engine)


def test_one_round_asks_for_the_whole_stack_at_once() -> None:
    raws = [attrs.evolve(Tracker(key=f"s{at}", name=f"shop_s{at}")) for at in range(50)]
    engine = Watched(service(), [])
    engine.objects["services"] = {each.name: service(each.name, replicas=0) for each in raws}
    watch = Watch(cast(Engine, engine), "shop", raws, timeout=5, stop=Signal())
    assert len(list(watch)) == 50
    assert engine.calls == ["list services", "list tasks", "list nodes"]
