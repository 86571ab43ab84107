"""A stack that `docker stack` deployed, imported as Python: its plan has no changes, or what differs is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from rig import HOME, ROOT
from rig.engine import Engine

STACK = """\
version: "3.13"
services:
  web:
    image: nginx
    environment: {MODE: live, API_TOKEN: t0p, FROM_SHELL: }
    ports: ["8087:80/udp"]
    networks: {front: {aliases: [www]}, default: }
    volumes: ["data:/data:nocopy", "/etc/ssl:/etc/ssl:ro"]
    secrets: [password, {source: password, target: other, mode: 0400}]
    configs: [{source: settings, target: /etc/settings.ini}]
    healthcheck: {test: "true", interval: 5s}
    deploy:
      replicas: 0
      labels: {tier: front}
      resources: {limits: {cpus: "0.5", memory: 50M}}
      restart_policy: {condition: on-failure, max_attempts: 3}
      update_config: {parallelism: 0, order: start-first}
      placement: {constraints: [node.role == manager]}
  job:
    image: nginx
    command: "run 'a b'"
    deploy: {mode: replicated-job, replicas: 0}
networks:
  front: {attachable: true, labels: {a: b}}
volumes:
  data: {driver_opts: {type: tmpfs, device: tmpfs}}
secrets:
  password: {file: password.txt}
configs:
  settings: {file: settings.ini}
"""

TOLD = """\
stack.py written: 2 services, 1 network, 1 volume, 1 secret, 1 config
  a plan of it has no changes: it is what runs as {}
  external, since nobody can read what is in them: secret password
  look secret and stand in the file as they are: API_TOKEN
"""


class Ended(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "password.txt").write_text("s3cret")
    (tmp_path / "settings.ini").write_text("[a]\nb = é\n")
    (tmp_path / "stack.yml").write_text(STACK)
    return tmp_path


def run(engine: Engine, folder: Path, *arguments: str) -> Ended:
    ended = subprocess.run(
        [sys.executable, "-m", "pystackdsl", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": HOME, "DOCKER_HOST": engine.host},
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def deploy(engine: Engine, name: str, file: Path) -> None:
    engine.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", file, name)


def test_a_deployed_stack_becomes_python_whose_plan_is_empty(engine: Engine, stack_name: str, folder: Path) -> None:
    deploy(engine, stack_name, folder / "stack.yml")
    ended = run(engine, folder, "import", "--live", stack_name, "-o", "stack.py")
    assert ended == (
        0,
        "",
        TOLD.format(stack_name),
    )
    text = (folder / "stack.py").read_text()
    assert "s3cret" not in text
    assert 'settings = Config(content="[a]\\nb = é\\n")' in text
    assert f'password = Secret(name="{stack_name}_password", external=True)' in text
    planned = run(engine, folder, "plan", "stack.py", "--resolve-image", "never", "--detailed-exitcode")
    assert planned.status == 0, planned.out
    applied = run(engine, folder, "apply", "stack.py", "--resolve-image", "never", "--yes", "--detach")
    assert applied.status == 0, applied.err


def test_the_voting_app_becomes_python_again(engine: Engine, stack_name: str, folder: Path) -> None:
    (folder / "psql-password.txt").write_text("s3cret")
    (folder / "voting.yml").write_text((ROOT / "examples" / "voting" / "docker-stack.yml").read_text())
    deploy(engine, stack_name, folder / "voting.yml")
    ended = run(engine, folder, "import", "--live", stack_name)
    assert ended.status == 0, ended.err
    assert re.search("^vote = Service", ended.out, re.MULTILINE)


def test_what_no_key_says_is_told(engine: Engine, stack_name: str, folder: Path) -> None:
    deploy(engine, stack_name, folder / "stack.yml")
    engine.docker("service", "update", "--detach", "--no-resolve-image", "--group-add", "7", f"{stack_name}_web")
    ended = run(engine, folder, "import", "--live", stack_name, "-o", "stack.py")
    assert ended.status == 0
    assert "  a plan of it has no changes" in ended.err
    assert "service web: no key says TaskTemplate.ContainerSpec.Groups, which is ['7'] there" in ended.err


OWN = """\
version: "3.9"
services:
  agent: {image: nginx, networks: [node], deploy: {mode: global, placement: {constraints: [node.role == worker]}}}
networks:
  node: {external: true, name: host}
"""


def test_networks_that_every_node_has_are_known_by_name(engine: Engine, stack_name: str, folder: Path) -> None:
    """The swarm has IDs for them, and lists them nowhere."""
    (folder / "stack.yml").write_text(OWN)
    deploy(engine, stack_name, folder / "stack.yml")
    ended = run(engine, folder, "import", "--live", stack_name, "-o", "stack.py")
    assert ended.status == 0, ended.err
    assert "host = Network(external=True)" in (folder / "stack.py").read_text()
    planned = run(
        engine, folder, "plan", "stack.yml", "--name", stack_name, "--resolve-image", "never", "--detailed-exitcode"
    )
    assert planned.status == 0, planned.out


def test_a_stack_that_is_not_there(engine: Engine, folder: Path) -> None:
    ended = run(engine, folder, "import", "--live", "nowhere", "-o", "stack.py")
    assert ended.status == 1
    assert "has no stack nowhere" in ended.err
    assert not (folder / "stack.py").exists()
