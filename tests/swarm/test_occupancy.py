"""Which tasks are on which nodes: what is drawn, and what is left out."""

from __future__ import annotations

from typing import Any

from pystackdsl.swarm.occupancy import Node, Occupancy, Task, occupancy
from pystackdsl.swarm.specs import NAMESPACE

SERVICES = [{"ID": "s1", "Spec": {"Name": "shop_web"}}, {"ID": "s2", "Spec": {"Name": "shop_agent"}}]
NODES = [
    {
        "ID": "n2",
        "Spec": {"Role": "worker", "Availability": "drain"},
        "Description": {"Hostname": "node-10"},
        "Status": {"State": "down"},
    },
    {
        "ID": "n1",
        "Spec": {"Role": "manager", "Availability": "active"},
        "Description": {"Hostname": "node-2"},
        "Status": {"State": "ready"},
        "ManagerStatus": {"Leader": True},
    },
]


def task(service: str, node: str, state: str, *, slot: int | None = 1, desired: str = "running", **status: Any) -> Any:
    return {
        "ID": f"{service}{node}{slot}",
        "ServiceID": service,
        "NodeID": node,
        "Slot": slot,
        "DesiredState": desired,
        "Status": {"State": state, **status},
        "Spec": {"ContainerSpec": {"Image": "nginx:1.27@sha256:" + "a" * 64, "Labels": {NAMESPACE: "shop"}}},
    }


def test_tasks_stand_on_their_nodes() -> None:
    tasks = [
        task("s1", "n1", "running", slot=10),
        task("s1", "n1", "running", slot=2),
        task("s2", "n2", "preparing", slot=None),
        task("s1", "n1", "failed", slot=3, Err="task: non-zero exit (1)"),
        task("s1", "n1", "shutdown", slot=4, desired="shutdown"),
        task("s1", "", "pending", slot=5),
    ]
    found = occupancy("shop", SERVICES, tasks, NODES)
    assert found == Occupancy(
        stack="shop",
        nodes=(
            Node(
                name="node-2",
                traits=("manager", "leader"),
                tasks=(
                    Task(name="web.2", image="nginx:1.27", state="running", health="running"),
                    Task(
                        name="web.3",
                        image="nginx:1.27",
                        state="failed",
                        health="failed",
                        error="task: non-zero exit (1)",
                    ),
                    Task(name="web.10", image="nginx:1.27", state="running", health="running"),
                ),
            ),
            Node(
                name="node-10",
                traits=("worker", "drain", "down"),
                tasks=(Task(name="agent", image="nginx:1.27", state="preparing", health="waiting"),),
            ),
        ),
        unplaced=(Task(name="web.5", image="nginx:1.27", state="pending", health="waiting"),),
    )


def test_tasks_of_a_node_that_is_gone_are_not_lost() -> None:
    found = occupancy("shop", SERVICES, [task("s1", "gone", "running")], NODES)
    assert [each.name for each in found.unplaced] == ["web.1"]


def replicated(count: int) -> list[Any]:
    return [{"ID": "s1", "Spec": {"Name": "shop_web", "Mode": {"Replicated": {"Replicas": count}}}}]


def at(second: int, **said: Any) -> dict[str, Any]:
    return {"CreatedAt": f"2026-01-01T00:00:{second:02}Z", **said}


def test_what_starts_again_tells_why() -> None:
    tasks = [
        task("s1", "n1", "new") | at(3),
        task("s1", "n1", "rejected", desired="shutdown", Err="No such image: web:2") | at(2),
        task("s1", "n2", "failed", desired="shutdown", Err="task: non-zero exit (1)") | at(1),
    ]
    held = occupancy("shop", replicated(1), tasks, NODES).tasks
    assert [(each.state, each.health, each.error) for each in held] == [
        ("new", "waiting", "before: No such image: web:2")
    ]
    tasks[0]["Status"]["State"] = "running"
    assert [each.error for each in occupancy("shop", replicated(1), tasks, NODES).tasks] == [""]


def test_what_was_given_up_is_shown_as_it_ended() -> None:
    """Swarm starts no more tasks after `max_attempts`, and wants none of those that ended."""
    tasks = [
        task("s1", "n1", "failed", desired="shutdown", slot=1, Err="old") | at(1),
        task("s1", "n1", "failed", desired="shutdown", slot=1, Err="new") | at(4),
        task("s1", "n1", "running", slot=2) | at(2),
        task("s1", "n1", "failed", desired="shutdown", slot=3, Err="of a slot that was scaled away") | at(3),
    ]
    held = occupancy("shop", replicated(2), tasks, NODES).tasks
    assert [(each.name, each.state, each.error) for each in held] == [
        ("web.1", "failed", "new"),
        ("web.2", "running", ""),
    ]
    assert [each.name for each in occupancy("shop", replicated(1), tasks, NODES).tasks] == ["web.2"]


def test_a_task_that_was_replaced_after_others_had_failed_is_no_failure() -> None:
    tasks = [
        task("s1", "n1", "failed", desired="shutdown", Err="old") | at(1),
        task("s1", "n1", "shutdown", desired="shutdown") | at(2),
        task("s1", "n1", "starting") | at(3),
    ]
    assert [each.error for each in occupancy("shop", replicated(1), tasks, NODES).tasks] == [""]
    assert occupancy("shop", replicated(1), tasks[:2], NODES).tasks == ()


def test_a_service_on_every_node_shows_where_it_was_given_up() -> None:
    services = [{"ID": "s2", "Spec": {"Name": "shop_agent", "Mode": {"Global": {}}}}]
    tasks = [
        task("s2", "n1", "running", slot=None) | at(1),
        task("s2", "n2", "rejected", slot=None, desired="shutdown", Err="no such image") | at(1),
    ]
    held = occupancy("shop", services, tasks, NODES).nodes
    assert [(node.name, [each.state for each in node.tasks]) for node in held] == [
        ("node-2", ["running"]), ("node-10", ["rejected"])
    ]  # fmt: skip
