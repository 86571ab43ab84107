"""Logs of real services: long lines, terminals, tasks that ended, and lines as they come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from rig.engine import Engine, wait

from pystackdsl.cli.main import main

STACK = """\
version: "3.9"
services:
  long:
    image: busybox:latest
    command: sh -c 'head -c 50000 /dev/zero | tr "\\\\0" x; echo; sleep 1000'
    stop_signal: SIGKILL
    networks: []
  terminal:
    image: busybox:latest
    tty: true
    command: sh -c 'echo one; head -c 20000 /dev/zero | tr "\\\\0" y; echo; sleep 1000'
    stop_signal: SIGKILL
    networks: []
  ticker:
    image: busybox:latest
    command: sh -c 'while true; do echo tick; sleep 0.2; done'
    stop_signal: SIGKILL
    networks: []
    deploy: {replicas: 2}
"""


@pytest.fixture(scope="module")
def speaking(engine: Engine) -> Iterator[str]:
    engine.docker("stack", "deploy", "--detach", "--compose-file", "-", "speaking", input=STACK)
    engine.converge("speaking")
    yield "speaking"
    engine.docker("stack", "rm", "speaking")


def test_all_that_services_write(engine: Engine, speaking: str, capsys: pytest.CaptureFixture[str]) -> None:
    def texts(service: str) -> list[str]:
        assert main(["logs", "-H", engine.host, "--format", "json", speaking, service]) == 0
        return [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()]

    wait(lambda: texts("long") == ["x" * 50000], "a long line", 20)
    wait(lambda: texts("terminal") == ["one", "y" * 20000], "what a terminal shows", 20)


def test_lines_are_followed_until_the_reader_has_enough(engine: Engine, speaking: str) -> None:
    command = [sys.executable, "-m", "pystackdsl", "logs", "--follow", "--tail", "1", speaking, "ticker", "long"]
    env = {**os.environ, "DOCKER_HOST": engine.host}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        seen: list[str] = []
        while sum(line.endswith("tick") for line in seen) < 8:
            seen.append(process.stdout.readline().rstrip("\n"))
        process.stdout.close()  # as `| head` does
        process.terminate()
        assert process.stderr.read() == ""
    assert {line.split()[0] for line in seen if line.endswith("tick")} == {"ticker.1", "ticker.2"}
