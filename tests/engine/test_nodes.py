"""Containers and nodes that die while a stack is applied, and after: tasks move, and the wait tells the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rig.engine import wait
from rig.trio import Trio

from pystackdsl import Deploy, Network, Placement, RestartPolicy, Service, Stack, UpdateConfig, node, swarm
from pystackdsl.swarm.compare import Options as Comparison
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.events import Observed, Outcome
from pystackdsl.swarm.rollout import Options

NEVER = Comparison(resolve_image="never")
QUICK = Options(timeout=90, patience=4)


def stack(image: str = "nodes:1", replicas: int = 4, **deploy: Any) -> Stack:
    net = Network(external=True, name="nodes")
    said: dict[str, Any] = {
        "replicas": replicas,
        "restart": RestartPolicy(delay="0s"),
        "update_config": UpdateConfig(parallelism=0, monitor="1s", delay="0s"),
        "placement": Placement(constraints=[node.role == "worker"]),
    }
    return Stack.of(
        {"api": Service(image=image, networks=[net], deploy=Deploy(**{**said, **deploy})), "net": net}, name="moving"
    )


def applied(engine: Engine, stack: Stack, during: Callable[[Observed], None] | None = None) -> Outcome:
    rollout = swarm.apply(swarm.plan(stack, engine, options=NEVER), engine, QUICK)
    for event in rollout:
        if during is not None and isinstance(event, Observed):
            during(event)
    return rollout.wait()


def running(trio: Trio) -> list[str]:
    """The nodes that tasks run on and shall."""
    names = {each["ID"]: each["Description"]["Hostname"] for each in trio.manager.call("GET", "/nodes")}
    query = {"filters": json.dumps({"service": ["moving_api"], "desired-state": ["running"]})}
    tasks = trio.manager.call("GET", "/tasks", query=query)
    return sorted(names[task["NodeID"]] for task in tasks if task["Status"]["State"] == "running")


def test_what_dies_while_applying_and_after_is_seen(trio: Trio) -> None:
    for each in (trio.manager, *trio.workers):
        each.image("nodes:1")
        each.image("nodes:2")
    trio.manager.docker("network", "create", "--driver", "overlay", "nodes")
    engine = swarm.connect(host=trio.manager.host)
    first, second = trio.workers
    killed: list[str] = []

    def kill_a_container(event: Observed) -> None:
        if event.phase == "verifying" and not killed:
            container = first.docker(
                "ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=moving_api"
            ).stdout
            killed.append(container.split()[0])
            first.docker("kill", killed[0])

    outcome = applied(engine, stack(), kill_a_container)
    assert (outcome.status, bool(killed)) == (0, True), outcome
    assert running(trio) == ["w1", "w1", "w2", "w2"]

    gone: list[str] = []

    def kill_a_node(event: Observed) -> None:
        if event.wanted == 4 and event.serving and not gone:
            gone.append("w2")
            second.kill()

    outcome = applied(engine, stack("nodes:2"), kill_a_node)
    assert (outcome.status, gone) == (0, ["w2"]), outcome
    assert running(trio) == ["w1"] * 4
    assert trio.nodes()["w2"] == "down"

    # After it: nothing changes, but the last node for the tasks goes too, and an apply says so.
    first.kill()
    wait(lambda: trio.nodes()["w1"] == "down", "the end of w1", 30)
    outcome = applied(engine, stack("nodes:2"))
    assert outcome.status in {5, 6}, outcome
    (verdict,) = outcome.verdicts
    assert "no suitable node" in " ".join(verdict.evidence), verdict
    engine.close()
