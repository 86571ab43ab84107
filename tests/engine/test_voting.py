"""The voting example, built and deployed: every service of it converges on a real engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rig import ROOT
from rig.engine import Engine
from rig.judge import Judge


def test_the_built_voting_stack_converges(engine: Engine, judge: Judge, stack_name: str, tmp_path: Path) -> None:
    file = tmp_path / "docker-stack.yml"
    command: list[str | Path] = [sys.executable, "-m", "pystackdsl", "build", "-o", file]
    subprocess.run(command, cwd=ROOT / "examples" / "voting", check=True)
    services = judge.read(file).data["services"]
    assert set(services) == {"redis", "db", "vote", "result", "worker", "visualizer"}
    for image in {service["image"] for service in services.values()}:
        engine.image(image)

    engine.docker("stack", "deploy", "--compose-file", file, stack_name)
    assert engine.converge(stack_name) == {
        f"{stack_name}_{name}": ((2, 2) if name == "vote" else (1, 1)) for name in services
    }
    socket = ["exec", container(engine, f"{stack_name}_visualizer"), "test", "-S", "/var/run/docker.sock"]
    assert engine.docker(*socket).returncode == 0
    ports = engine.docker("stack", "services", "--format", "{{.Name}} {{.Ports}}", stack_name).stdout
    assert f"{stack_name}_vote *:5000->80/tcp" in ports


def container(engine: Engine, service: str) -> str:
    """The container of a service's only task."""
    label = f"label=com.docker.swarm.service.name={service}"
    return engine.docker("ps", "--quiet", "--filter", label).stdout.strip()
