"""Which daemon is meant: the Docker CLI, and we, find the same one for every address, and every way to name one."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from rig.context import make_context
from rig.judge import Judge

from pystackdsl.swarm.engine.endpoint import SOCKET, endpoint
from pystackdsl.swarm.errors import EngineError


def meant(judge: Judge, *words: str, env: dict[str, str]) -> str | None:
    """The address to which the Docker CLI turns, even where nobody answers; None where it turns to none."""
    run = judge.ask("", *words, "info", env=env)
    if run.returncode == 0:  # only the machine's own daemon can have answered
        return SOCKET
    found = re.search("Cannot connect to the Docker daemon at (.*)\\. Is the docker daemon running", run.stderr)
    return found[1] if found else None


@pytest.mark.parametrize(
    "address",
    [
        "unix:///none.sock", "unix:///a b", "unix://none.sock", "  unix:///x  ", "tcp://127.0.0.1:1", "127.0.0.1:1",
        ":1", "tcp://:1", "tcp://127.0.0.1:1/prefix", "127.0.0.1:1/prefix", "[::1]:1", "tcp://[::1]:1", "localhost:0",
        "tcp://me@127.0.0.1:1", "tcp://127.0.0.1:port", "tcp://127.0.0.1:99999", "http://127.0.0.1:1", "fd://", "x://y",
        "TCP://127.0.0.1:1", "Unix:///x", "unix:/x", "tcp:127.0.0.1:1",
    ],
)  # fmt: skip
def test_an_address(judge: Judge, tmp_path: Path, address: str) -> None:
    try:
        ours = endpoint(None, address, tmp_path, {}).host
    except EngineError:
        ours = None
    assert ours == meant(judge, env={"DOCKER_HOST": address, "DOCKER_CONFIG": str(tmp_path)})


def test_the_order_of_all_that_names_a_daemon(judge: Judge, tmp_path: Path) -> None:
    for name in ("prod", "lab"):
        make_context(tmp_path, name, f"unix:///{name}.sock")
    ways = itertools.product(
        (None, "prod", "default"), (None, "unix:///option"), (None, "unix:///variable"), (None, "lab", "none"),
        (None, "prod"),
    )  # fmt: skip
    for context, host, docker_host, docker_context, current in ways:
        (tmp_path / "config.json").write_text(json.dumps({"currentContext": current} if current else {}))
        env = {"DOCKER_HOST": docker_host, "DOCKER_CONTEXT": docker_context}
        given = {name: value for name, value in env.items() if value}
        try:
            ours = endpoint(context, host, tmp_path, given).host
        except EngineError:
            ours = None
        words = [*(["--context", context] if context else []), *(["--host", host] if host else [])]
        docker = meant(judge, *words, env={"DOCKER_HOST": "", **given, "DOCKER_CONFIG": str(tmp_path)})
        assert ours == docker, (words, given, current)
