"""`pystackdsl graph --live` on a real swarm: what runs, and what was given up, on the node where it was."""

from __future__ import annotations

import json

import pytest
from rig.engine import Engine, wait

from pystackdsl.cli import exits
from pystackdsl.cli.main import main

STACK = """\
version: "3.9"
services:
  web: {image: busybox, command: sleep 600, deploy: {replicas: 2}}
  broken:
    image: busybox
    command: sh -c "exit 3"
    deploy: {restart_policy: {condition: none}}
"""


def test_what_runs_and_what_was_given_up(engine: Engine, stack_name: str, capfd: pytest.CaptureFixture[str]) -> None:
    engine.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", "-", stack_name, input=STACK)
    wait(lambda: _is_settled(engine, stack_name), "two tasks, and one that ended", 60)
    assert main(["graph", "--live", stack_name, "--format", "mermaid", "-H", engine.host]) == exits.DONE
    drawn = capfd.readouterr().out
    assert 't0x0["<b>broken.1</b><br/>task: non-zero exit (3)<br/>failed"]' in drawn
    assert 't0x1["<b>web.1</b><br/>busybox:latest<br/>running"]' in drawn
    assert 't0x2["<b>web.2</b><br/>busybox:latest<br/>running"]' in drawn


def _is_settled(engine: Engine, stack: str) -> bool:
    """Whether two tasks run and one has ended; a slow node may have given up tasks before."""
    label = json.dumps({"label": [f"com.docker.stack.namespace={stack}"]})
    states = [each["Status"]["State"] for each in engine.call("GET", "/tasks", query={"filters": label})]
    return states.count("running") == 2 and "failed" in states
