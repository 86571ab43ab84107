"""The order in which a plan is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from swarm.live import live, raw, service
from swarm.test_rollback import swarm

from pystackdsl.swarm.changes import Action, Change, Plan
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.sequence import Sequenced, sequenced
from pystackdsl.swarm.specs import Kind, Specs


def published(key: str, *ports: int) -> dict[str, Any]:
    found = [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": port} for port in ports]
    return service(key, EndpointSpec={"Ports": found})


def change(key: str, *ports: int, action: Action = "update", kind: Kind = "services") -> Change:
    spec = published(key, *ports) if action != "remove" else None
    return Change(kind=kind, key=key, name=f"shop_{key}", action=action, spec=spec, id="x")


def plan(found: Live, *changes: Change) -> Plan:
    return Plan(stack="shop", swarm=found.swarm, changes=changes)


def keys(groups: Sequenced) -> Sequence[Sequence[str]]:
    return [[each.key for each in group] for group, _ in groups]


def test_kinds_come_in_order_each_sorted_and_removals_go_backwards() -> None:
    found = swarm()
    kinds: tuple[Kind, ...] = ("services", "configs", "networks", "secrets")
    made = [change(key, kind=kind, action="create") for kind in kinds for key in ("b", "a")]
    gone = [change(f"old-{kind}", kind=kind, action="remove") for kind in kinds]
    steps = sequenced(plan(found, *gone, *made), found)
    assert [group[0].kind for group, _ in steps.first] == ["networks", "secrets", "configs", "services"]
    assert keys(steps.first) == [["a", "b"]] * 4
    assert keys(steps.last) == [["old-services"], ["old-configs"], ["old-secrets"], ["old-networks"]]


def test_networks_are_made_one_after_the_other() -> None:
    found = swarm()
    steps = sequenced(plan(found, change("n", kind="networks"), change("a")), found)
    assert [lanes for _, lanes in steps.first] == [False, True]


def test_a_port_is_given_away_before_it_is_taken() -> None:
    found = swarm(*(raw(published(key, port)) for key, port in (("a", 80), ("b", 81), ("c", 82), ("old", 83))))
    changes = (change("a", 81), change("b", 82), change("c", 90), change("d", 83), change("old", action="remove"))
    steps = sequenced(plan(found, *changes), found)
    assert keys(steps.first) == [["old"], ["c", "d"], ["b"], ["a"]]
    assert steps.last == []


def test_two_that_swap_ports_are_left_to_the_engine() -> None:
    found = swarm(raw(published("a", 80)), raw(published("b", 81)))
    steps = sequenced(plan(found, change("a", 81), change("b", 80)), found)
    assert keys(steps.first) == [["a", "b"]]


def test_a_removed_service_in_nobodys_way_goes_last() -> None:
    found = live(
        Specs(stack="shop", networks={}, secrets={}, configs={}, services={}), services=[raw(published("old", 9))]
    )
    steps = sequenced(plan(found, change("a", 80), change("old", action="remove")), found)
    assert (keys(steps.first), keys(steps.last)) == ([["a"]], [["old"]])
