"""What a plan tells of external objects that are not there."""

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
from pystackdsl.swarm.specs import External, Kind, Raw, Specs


class Node(FakeEngine):
    """A swarm one node of which has a network of its own."""

    def inspect(self, kind: Kind, name: str) -> Raw | None:
        self.calls.append(f"inspect {kind}")
        return {"Name": name, "Scope": "local", "Driver": "bridge"} if name == "ext" else None


def using(*kinds: Kind, name: str = "ext") -> Specs:
    """A stack whose service uses external objects of these kinds."""
    parts: dict[str, Any] = {"template": {"Networks": [{"Target": name}]}} if "networks" in kinds else {}
    parts["container"] = {
        field: [{"File": {"Name": name}, f"{field[:-1]}Name": name}]
        for field, kind in (("Secrets", "secrets"), ("Configs", "configs"))
        if kind in kinds
    }
    externals = tuple(External(kind=kind, key=name, name=name, users=("a",)) for kind in kinds)
    return attrs.evolve(desired({"a": parts}), externals=externals)


def told(engine: FakeEngine, specs: Specs) -> list[Diagnostic]:
    return list(planned(specs, cast(Engine, engine), Options(resolve_image="never")).notes)


def test_each_is_told_once_with_its_cure() -> None:
    assert [(each.summary, each.help) for each in told(FakeEngine(), using("networks", "secrets", "configs"))] == [
        (
            "external network ext does not exist in the swarm",
            "make it with `docker network create --driver overlay ext`, or declare it without external",
        ),
        (
            "external secret ext does not exist in the swarm",
            "make it with `docker secret create ext FILE`, or declare it without external",
        ),
        (
            "external config ext does not exist in the swarm",
            "make it with `docker config create ext FILE`, or declare it without external",
        ),
    ]


def test_a_network_of_one_node() -> None:
    engine = Node()
    [note] = told(engine, using("networks"))
    assert note.summary == "external network ext is of scope local, and services need one of scope swarm"
    assert engine.calls.count("inspect networks") == 1


@pytest.mark.parametrize("name", ["host", "ext"])
def test_nobody_is_asked_about_what_is_there(name: str) -> None:
    engine = FakeEngine()
    engine.create("networks", {"Name": "ext", "Driver": "overlay", "Labels": {}})
    assert told(engine, using("networks", name=name)) == []
    assert "inspect networks" not in engine.calls


def test_what_nothing_external_stands_for_is_told_still() -> None:
    specs = attrs.evolve(using("secrets"), externals=())
    assert [each.summary for each in told(FakeEngine(), specs)] == [
        "service a uses secret ext, which does not exist in the swarm"
    ]
