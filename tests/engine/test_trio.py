"""The rig of three nodes: tasks move when a node is lost, a node that is not heard is known to be down, and its logs
are known to be missing."""

from __future__ import annotations

import contextlib

import pytest
from rig.engine import wait
from rig.trio import Trio

from pystackdsl.cli.main import main
from pystackdsl.swarm.engine import connect
from pystackdsl.swarm.errors import NotAManager

STACK = """
services:
  web:
    image: busybox:latest
    command: sh -c 'echo here; sleep 1000'
    stop_signal: SIGKILL
    networks: []
    deploy: {replicas: 3, endpoint_mode: dnsrr, restart_policy: {delay: 0s}, placement: {constraints: [node.role == worker]}}
"""


def test_tasks_of_a_lost_node_move(trio: Trio, capsys: pytest.CaptureFixture[str]) -> None:
    assert trio.nodes() == {"m1": "ready", "w1": "ready", "w2": "ready"}
    assert_no_manager(trio.workers[0].host)
    trio.manager.docker("stack", "deploy", "--detach", "-c", "-", "moving", input=STACK)
    trio.manager.converge("moving")
    assert places(trio) == {"w1", "w2"}
    assert main(["logs", "-H", trio.manager.host, "--raw", "moving"]) == 0
    assert capsys.readouterr() == ("here\n" * 3, "")
    with trio.parted("w2"):
        wait(lambda: trio.nodes()["w2"] == "down", "loss of w2", 30)
    wait(lambda: trio.nodes()["w2"] == "ready", "return of w2", 30)
    trio.workers[0].kill()
    wait(lambda: places(trio) == {"w2"}, "move of the tasks", 40)
    assert main(["logs", "-H", trio.manager.host, "--raw", "moving"]) == 1
    out, err = capsys.readouterr()
    assert set(out.split()) <= {"here"}  # a node that came back may take a while to send logs again
    assert "the daemon does not have all logs: " in err


def assert_no_manager(host: str) -> None:
    """A worker says so to every call."""
    with contextlib.closing(connect(host=host)) as worker:
        for call in (lambda: worker.read("none"), lambda: worker.list("services")):
            with pytest.raises(NotAManager, match="is no manager of its swarm"):
                call()


def places(trio: Trio) -> set[str]:
    """The nodes on which tasks run, or are said to."""
    columns = "{{.Node}}|{{.CurrentState}}|{{.DesiredState}}"
    said = trio.manager.docker("stack", "ps", "--format", columns, "moving").stdout.splitlines()
    return {line.split("|")[0] for line in said if "|Running" in line and line.endswith("Running")}
