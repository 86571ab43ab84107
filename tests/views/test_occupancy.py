"""Pictures of running stacks: reviewed ones, and that names from a swarm are only text."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from pystackdsl.swarm.occupancy import Node, Occupancy, Task
from pystackdsl.views.occupancy import dot, mermaid, svg

from .test_topology import HOSTILE


def placed(name: str, state: str = "running", health: str = "running", error: str = "") -> Task:
    return Task(name=name, image="nginx:1.27", state=state, health=health, error=error)  # type: ignore[arg-type]


SHOP = Occupancy(
    stack="shop",
    nodes=(
        Node(name="node-1", traits=("manager", "leader"), tasks=(placed("web.1"), placed("db.1"))),
        Node(
            name="node-2",
            traits=("worker",),
            tasks=(
                placed("web.2", "failed", "failed", "task: non-zero exit (1)"),
                placed("agent", "starting", "waiting"),
            ),
        ),
        Node(name="node-3", traits=("worker", "drain"), tasks=()),
    ),
    unplaced=(placed("big.1", "pending", "waiting", "no suitable node (insufficient resources on 3 nodes)"),),
)
DRAWN = {"svg": svg, "mmd": mermaid, "dot": dot}


@pytest.mark.parametrize("ending", DRAWN)
def test_a_stack_on_three_nodes(golden: Callable[[str, str], None], ending: str) -> None:
    golden(f"topology/live.{ending}", DRAWN[ending](SHOP))


def test_who_cannot_see_it_is_told() -> None:
    root = ET.fromstring(svg(SHOP))
    assert root[0].text == "shop on its nodes"
    assert root[1].text == (
        "5 tasks on 3 nodes: 2 running, 1 failed, 1 starting, 1 pending. node-1 has web.1 running, db.1 running. "
        "node-2 has web.2 failed, agent starting. node-3 has nothing of it. no node yet has big.1 pending."
    )


def test_hostile_names_are_only_text() -> None:
    hostile = Occupancy(
        stack=HOSTILE,
        nodes=(Node(name=HOSTILE, traits=(HOSTILE,), tasks=(placed(HOSTILE, HOSTILE, error=HOSTILE),)),),
    )
    assert not [element for element in ET.fromstring(svg(hostile)).iter() if element.tag.endswith("script")]
    for line in mermaid(hostile).splitlines()[3:]:
        assert re.fullmatch(r"[\w\s()\[\]|.<>\-:,#]*", re.sub(r'"[^"]*"', "", line)), line
    for line in dot(hostile).splitlines():
        assert re.fullmatch(r"[\w\s\[\]=,.{}>-]*", re.sub(r'"(?:[^"\\]|\\.)*"', "", line)), line
