"""A stack on its way out: what is held is told, what is slow is waited for, and what never ends is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from pystackdsl.swarm import removal
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.errors import Refused, Unreachable
from pystackdsl.swarm.removal import Remaining, Removal, Removed, remove


class Held:
    """What a swarm has of a stack. `looks` are done one by one, each time that somebody asks for the tasks."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {
            "services": {f"s{number}": {"Spec": {"Name": f"x_s{number}"}} for number in (2, 1, 3)},
            "secrets": {"p": {"Spec": {"Name": "x_p"}}},
            "configs": {"c": {"Spec": {"Name": "x_c"}}},
            "networks": {"n": {"Name": "x_n", "Containers": None}},
            "tasks": {},
            "nodes": {
                "up": {"Spec": {"Name": "alive"}, "Status": {"State": "ready"}},
                "down": {"Spec": {}, "Description": {"Hostname": "dead"}, "Status": {"State": "down"}},
            },
        }
        self.refusals: dict[str, str] = {}
        self.looks: list[Callable[[], None]] = []
        self.calls: list[str] = []

    def task(self, node: str, state: str = "running") -> None:
        self.objects["tasks"][f"t{len(self.objects['tasks'])}"] = {"NodeID": node, "Status": {"State": state}}

    def list(self, kind: str, _filters: Any = None) -> list[Any]:
        if kind == "tasks" and self.looks:
            self.looks.pop(0)()
        return [{"ID": id, "Id": id, **raw} for id, raw in self.objects[kind].items()]

    def remove(self, kind: str, id: str) -> None:
        self.calls.append(f"{kind} {id}")
        if id in self.refusals:
            raise Refused(self.refusals[id], status=404 if "not found" in self.refusals[id] else 409)
        del self.objects[kind][id]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    monkeypatch.setattr(removal, "PAUSES", (0.001, 0.002))
    monkeypatch.setattr(removal, "GRACE", 0.01)
    return Held()


def removed(held: Held, **options: Any) -> tuple[Removal, list[Removed | Remaining]]:
    work = remove("x", cast("Engine", held), **options)
    return work, [*work]


def test_all_goes_in_dockers_order(held: Held) -> None:
    work, events = removed(held)
    assert [event.name for event in events if isinstance(event, Removed)] == [
        "x_s1",
        "x_s2",
        "x_s3",
        "x_p",
        "x_c",
        "x_n",
    ]
    assert (work.ending, work.was_there, work.failures) == ("gone", True, ())
    assert [call.split()[0] for call in held.calls] == ["services"] * 3 + ["secrets", "configs", "networks"]


def test_nothing_is_done_before_it_is_asked_for(held: Held) -> None:
    work = remove("x", cast("Engine", held))
    assert held.calls == []
    assert work.wait() == "gone"


def test_nothing_there(held: Held) -> None:
    for kind in ("services", "secrets", "configs", "networks"):
        held.objects[kind] = {}
    work, events = removed(held)
    assert (work.ending, work.was_there, events) == ("gone", False, [])


def test_what_is_gone_already_is_removed(held: Held) -> None:
    held.refusals["s1"] = "service s1 not found"
    del held.objects["services"]["s2"]
    work, events = removed(held)
    assert work.ending == "gone"
    assert [event.error for event in events if isinstance(event, Removed)] == [""] * 5


def test_what_is_in_use_is_told_and_the_rest_goes(held: Held) -> None:
    held.refusals["p"] = "secret 'x_p' is in use"
    work, _ = removed(held)
    assert (work.ending, [(each.kind, each.name, each.error) for each in work.failures]) == (
        "failed", [("secrets", "x_p", "secret 'x_p' is in use")],
    )  # fmt: skip
    assert [kind for kind in ("services", "configs", "networks") if held.objects[kind]] == []


def test_a_network_that_tasks_hold_is_removed_after_them(held: Held) -> None:
    held.refusals["n"] = "network x_n is in use by task t0"
    held.task("up")
    held.looks = [lambda: None, lambda: None, lambda: (held.objects["tasks"].clear(), held.refusals.clear())]  # type: ignore[func-returns-value]
    work, events = removed(held)
    assert (work.ending, work.failures, held.objects["networks"]) == ("gone", (), {})
    assert [event.error for event in events if isinstance(event, Removed) and event.error] == []


def test_a_network_that_somebody_else_holds_is_told(held: Held) -> None:
    held.refusals["n"] = "network x_n has active endpoints"
    work, _ = removed(held)
    assert (work.ending, [each.name for each in work.failures]) == ("failed", ["x_n"])
    work, events = removed(held, detach=True)
    assert (work.ending, [event for event in events if isinstance(event, Remaining)]) == ("failed", [])


def test_a_network_that_dies_by_itself_is_waited_for(held: Held) -> None:
    held.objects["networks"]["n"]["Containers"] = {}
    held.refusals["n"] = "not found"
    held.looks = [lambda: None, lambda: None, held.objects["networks"].clear]
    work, _ = removed(held)
    assert (work.ending, held.calls.count("networks n")) == ("gone", 1)


def test_tasks_that_ended_are_not_waited_for(held: Held) -> None:
    held.task("up", "complete")
    held.task("up", "failed")
    assert removed(held)[0].ending == "gone"


def test_tasks_on_a_node_that_is_down_are_told(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "SOON", 0.0)
    held.task("down")
    held.task("down")
    work, _ = removed(held)
    assert work.ending == "lost"
    assert work.remaining is not None
    assert (work.remaining.tasks, work.remaining.lost, work.remaining.nodes) == (2, 2, ("dead",))


def test_time_is_up(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "SOON", 0.0)
    held.task("up")
    held.task("down")
    work, _ = removed(held, timeout=0.02)
    assert work.ending == "timed-out"
    assert work.remaining is not None
    assert (work.remaining.tasks, work.remaining.lost, work.remaining.nodes) == (2, 1, ("alive", "dead"))


def test_it_can_be_closed(held: Held) -> None:
    held.task("up")
    work = remove("x", cast("Engine", held))
    for event in work:
        if isinstance(event, Remaining):
            work.close()
    assert work.ending == "interrupted"


def test_closing_it_early_leaves_the_rest(held: Held) -> None:
    work = remove("x", cast("Engine", held))
    for event in work:
        if isinstance(event, Removed) and event.kind == "secrets":
            work.close()
    assert (work.ending, [*held.objects["networks"]]) == ("interrupted", ["n"])


def test_a_daemon_that_is_lost_ends_it(held: Held) -> None:
    def lose(kind: str, id: str) -> None:
        raise Unreachable("the connection broke", sent=True)

    held.remove = lose  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        remove("x", cast("Engine", held)).wait()
