"""The rig of three nodes: tasks move when a node is lost, and a node that is not heard is known to be down."""

from __future__ import annotations

from rig.engine import wait
from rig.trio import Trio

STACK = """
services:
  web:
    image: busybox:latest
    command: sleep 1000
    stop_signal: SIGKILL
    networks: []
    deploy: {replicas: 3, endpoint_mode: dnsrr, restart_policy: {delay: 0s}, placement: {constraints: [node.role == worker]}}
"""


def test_tasks_of_a_lost_node_move(trio: Trio) -> None:
    assert trio.nodes() == {"m1": "ready", "w1": "ready", "w2": "ready"}
    trio.manager.docker("stack", "deploy", "--detach", "-c", "-", "moving", input=STACK)
    trio.manager.converge("moving")
    assert places(trio) == {"w1", "w2"}
    with trio.parted("w2"):
        wait(lambda: trio.nodes()["w2"] == "down", "loss of w2", 30)
    wait(lambda: trio.nodes()["w2"] == "ready", "return of w2", 30)
    trio.workers[0].kill()
    wait(lambda: places(trio) == {"w2"}, "move of the tasks", 40)


def places(trio: Trio) -> set[str]:
    """The nodes on which tasks run, or are said to."""
    columns = "{{.Node}}|{{.CurrentState}}|{{.DesiredState}}"
    said = trio.manager.docker("stack", "ps", "--format", columns, "moving").stdout.splitlines()
    return {line.split("|")[0] for line in said if "|Running" in line and line.endswith("Running")}
