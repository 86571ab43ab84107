"""The engine fixture itself: a stack deploys, converges, fails when it must, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from rig import ROOT
from rig import engine as engines
from rig.engine import Engine, EngineError

STACK = """
services:
  web:
    image: web:1
    command: [ignored, by, the, image]
    networks: [net]
    ports: ["8080:80"]
    deploy: {replicas: 2}
  db:
    image: db/with.slash:2
    healthcheck: {test: pg_isready -U postgres, interval: 1s, start_period: 2s}
    volumes: [data:/data, /var/run/docker.sock:/docker.sock]
networks: {net: {driver: overlay}}
volumes: {data: {}}
"""


def test_a_stack_converges_and_its_name_can_be_used_again(engine: Engine, stack_name: str) -> None:
    engine.image("web:1")
    engine.image("db/with.slash:2", programs=["pg_isready"])
    for _ in range(2):
        engine.docker("stack", "deploy", "-c", "-", stack_name, input=STACK)
        assert engine.converge(stack_name) == {f"{stack_name}_web": (2, 2), f"{stack_name}_db": (1, 1)}
        engine.remove(stack_name)
    assert engine.services(stack_name) == {}


def test_a_service_that_cannot_run_is_told_with_its_reason(engine: Engine, stack_name: str) -> None:
    engine.image("broken:1", command="exit 3")
    text = "services: {a: {image: 'broken:1', deploy: {restart_policy: {condition: none}}}}"
    engine.docker("stack", "deploy", "-c", "-", stack_name, input=text)
    with pytest.raises(EngineError, match=r"non-zero exit \(3\)"):
        engine.converge(stack_name, timeout=30)


def test_a_sick_image_is_unhealthy(engine: Engine) -> None:
    engine.image("sick:1", health="test ! -e /tmp/sick")
    name = engine.docker("run", "-d", "sick:1").stdout.strip()

    def is_now(expected: str) -> bool:
        state: str = engine.call("GET", f"/containers/{name}/json")["State"]["Health"]["Status"]
        return state == expected

    engines.wait(lambda: is_now("healthy"), "health", 20)
    engine.docker("exec", name, "touch", "/tmp/sick")
    engines.wait(lambda: is_now("unhealthy"), "sickness", 20)
    engine.docker("rm", "-f", name)


def test_a_failing_docker_command_is_told(engine: Engine) -> None:
    with pytest.raises(EngineError, match="No such image"):
        engine.docker("image", "inspect", "nowhere:1")
    assert engine.docker("image", "inspect", "nowhere:1", check=False).returncode == 1


def test_a_killed_run_leaves_folders_that_the_next_one_clears(engine: Engine) -> None:
    program = f"""
        import sys, time
        from pathlib import Path
        from rig import engine
        with engine.running(Path({str(engine.client)!r})) as running:
            running.docker("run", "-d", "busybox", "sleep", "1000")
            print(running.folder, flush=True)
            time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        assert (folder / "docker.sock").exists()
        run.send_signal(signal.SIGKILL)
    engines.wait(lambda: not processes(folder), "end of the engine", 20)
    engines.clear_dead()
    assert not folder.exists()
    assert not [*Path("/sys/fs/cgroup").glob(f"**/{folder.name}")]
    assert engine.call("GET", "/_ping") == "OK", "an engine in use is left alone"


def processes(folder: Path) -> list[str]:
    """Command lines of the processes that an engine's folder is named in."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        if str(folder) in command:
            found.append(command)
    return found
