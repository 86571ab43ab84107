"""What is not well with services that a plan leaves as they are."""

from __future__ import annotations

from typing import Any, cast

import attrs
import pytest
from swarm.fake import FakeEngine
from swarm.live import desired

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.compare import Options
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.planning import planned
from pystackdsl.swarm.specs import Specs

NEVER = Options(resolve_image="never")


def there(specs: Specs, state: str = "", *, running: int = 0, wanted: int = 4, new: int = 0) -> FakeEngine:
    """A swarm with the services of a stack: of the tasks that run, `new` ones are up to date."""
    engine = FakeEngine()
    for spec in specs.services.values():
        id = engine.create("services", spec).id
        raw = engine.objects["services"][id]
        raw["ServiceStatus"] = {"RunningTasks": running, "DesiredTasks": wanted, "CompletedTasks": 0}
        raw["UpdateStatus"] = {"State": state}
        engine.tasks += [{"ID": f"t{n}", "ServiceID": id, "Status": {"State": "running"}} for n in range(new)]
        engine.tasks.append({"ID": "bad", "ServiceID": id, "Status": {"State": "failed"}})
    return engine


def told(engine: FakeEngine, specs: Specs, options: Options = NEVER) -> list[Diagnostic]:
    return list(planned(specs, cast(Engine, engine), options).notes)


@pytest.mark.parametrize(
    ("state", "running", "new", "summary", "help"),
    [
        (
            "paused", 2, 0, "service a: its update is paused; 2 tasks still run what was before",
            "--force a tries again, and pystackdsl rollback shop goes back",
        ),
        (
            "paused", 4, 3, "service a: its update is paused; 1 task still runs what was before",
            "--force a tries again, and pystackdsl rollback shop goes back",
        ),
        (
            "rollback_paused", 3, 3, "service a: its rollback is paused",
            "--force a tries again",
        ),
    ],
)  # fmt: skip
def test_an_update_that_stands_still(state: str, running: int, new: int, summary: str, help: str) -> None:
    specs = desired({"a": {"replicas": 4}})
    engine = there(specs, state, running=running, new=new)
    [note] = told(engine, specs)
    assert (note.summary, note.help) == (summary, help)
    assert engine.calls.count("list tasks") == 1


@pytest.mark.parametrize("state", ["", "completed", "updating", "rollback_completed"])
def test_nobody_is_asked_about_updates_that_move_or_are_over(state: str) -> None:
    specs = desired({"a": {"replicas": 4}})
    engine = there(specs, state, running=4)
    assert told(engine, specs) == []
    assert "list tasks" not in engine.calls


def test_a_service_that_is_written_starts_another_update() -> None:
    engine = there(desired({"a": {"replicas": 4}}), "paused")
    [note] = told(engine, desired({"a": {"replicas": 4, "image": "web:2"}}))
    assert note.summary == "docker stack deployed shop: this takes it over"


def test_other_services_than_those_asked_for() -> None:
    specs = desired({"a": {}, "b": {}})
    engine = there(specs, "paused")
    [note] = told(engine, specs, attrs.evolve(NEVER, services=frozenset("a")))
    assert note.path == ("services", "a")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"Placement": {"Constraints": ["node.role==worker"]}}, "its constraints (node.role==worker)"),
        ({}, "it"),
    ],
)
def test_a_global_service_that_fits_no_node(template: dict[str, Any], words: str) -> None:
    specs = desired({"a": {"Mode": {"Global": {}}, "template": template}})
    [note] = told(there(specs, wanted=0), specs)
    assert note.summary == f"service a is global, and no node fits {words}: nothing of it runs"
    assert told(there(specs, wanted=1), specs) == []
    none = desired({"a": {"replicas": 0}})
    assert told(there(none, wanted=0), none) == []
