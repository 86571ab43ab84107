"""The examples in the help of every command are run as they stand: in a folder that has what they name, at a terminal
where somebody answers yes, and on a real swarm, which is the context `prod` too.

The commands that the README lists are run with them, and so are the examples of `pystackdsl --help`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import pytest
from rig import ROOT
from rig.context import make_context
from rig.engine import Engine, EngineError
from rig.judge import Judge
from rig.terminal import Ended, typed

from pystackdsl.cli import exits
from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.overview import overview

STACK = """\
from pystackdsl import Deploy, RollbackConfig, Service, Stack, UpdateConfig

quick = UpdateConfig(monitor="1s")


def staging(replicas: int = 2) -> Stack:
    deploy = Deploy(replicas=replicas, update_config=quick, rollback_config=RollbackConfig(monitor="1s"))
    web = Service(image="example/web:1", deploy=deploy)
    worker = Service(image="example/worker:1", deploy=Deploy(update_config=quick))
    return Stack(name="shop", services={"web": web, "worker": worker})


production = staging(3)
"""
FILES: Mapping[str, str] = {
    "shop.py": STACK,
    "stack.py": STACK.replace("production = staging(3)", "web, worker = staging(1).services.values()"),
    "blog/stack.py": 'from pystackdsl import Service\n\nweb = Service(image="example/web:1")\n',
    "production.yml": 'version: "3.9"\nservices:\n  web: {image: "example/web:${TAG:-2}"}\n',
    "production.env": "TAG=2\n",
}
OF_A_FUNCTION = 'from pystackdsl import Service, Stack\n\n\ndef stack(env: str) -> Stack:\n    return Stack(services={env: Service(image="nginx")})\n'
"""What `--set env=…` asks for."""

NO_SWARM = frozenset({"build", "completion", "config", "init", "schema"})
UNDEPLOYED = frozenset({"apply", "deploy"})
"""Verbs whose examples begin where nothing runs."""
NOBODY = "unix:///nobody.sock"
SAYS = "echo ready; exec httpd -f -p 80 -h /www"

STATUS: Mapping[str, int] = {
    "pystackdsl plan shop.py:staging --context prod --detailed-exitcode": exits.CHANGES,
    "pystackdsl logs --follow --tail 20 shop web worker": exits.INTERRUPTED,
}
"""How examples end that do not end with 0."""
ASKS = frozenset(
    {
        "pystackdsl apply",
        "pystackdsl apply shop.py:production --context prod --atomic",
        "pystackdsl plan --out shop.plan && pystackdsl apply --plan shop.plan",
        "pystackdsl rollback shop",
    }
)
STAND_INS: Mapping[str, str] = {"jq": "grep .", "dot": "grep digraph"}
"""For programs that the machine does not have: they see that they are given something."""
SHELLS: Mapping[str, str] = {
    "bash": "",
    "zsh": "autoload -U compinit; compinit -u; ",
    "fish": "",
    "": "source() { grep -q pystackdsl $1; }; ",
}
"""What a shell does before it reads a completion; the last one stands in for one that the machine does not have."""


def examples() -> Iterator[tuple[str, list[str]]]:
    """The verbs with their examples, and what else is listed, each command once."""
    known: set[str] = set()
    listed = re.findall(r"^\| `(pystackdsl [^`]+)`", (ROOT / "README.md").read_text(), re.MULTILINE)
    helped = re.findall(r"^  (pystackdsl [a-z].*)$", overview().partition("\nexamples:\n")[2], re.MULTILINE)
    for name, lines in (
        *((name, verb_named(name).EXAMPLE.splitlines()) for name in verb_names()),
        ("README", listed),
        ("help", helped),
    ):
        yield name, [line for line in lines if line not in known]
        known.update(lines)


LISTED = dict(examples())


@attrs.frozen
class Place:
    """Where the examples of one verb are run, each in a new folder `shop`; the home folder is the same for all."""

    path: Path
    env: Mapping[str, str]
    engine: Engine | None

    def folder(self, line: str) -> Path:
        """A folder that has what a command names, and not what it makes."""
        folder = self.path / str(len(list(self.path.iterdir()))) / "shop"
        shutil.copytree(self.path / "prepared", folder)
        if "--plan shop.plan" in line and "--out" not in line:
            self.prepare(folder, "pystackdsl plan --out shop.plan")
        if "--set env=" in line:
            (folder / "stack.py").write_text(OF_A_FUNCTION)
        if "pystackdsl init" in line or line.endswith("-o stack.py"):
            (folder / "stack.py").unlink()
        return folder

    def prepare(self, folder: Path, line: str) -> None:
        """Run what comes before an example."""
        ended = typed(line, cwd=folder, env=self.env)
        assert ended.status == exits.DONE, ended

    def run(self, line: str, folder: Path) -> Ended:
        """A command line in the shell that it is meant for."""
        shell, before = "bash", ""
        if meant := re.search(r"source .*completion (\w+)|completion (\w+) \| source", line):
            name = meant[1] or meant[2]
            shell, before = (name, SHELLS[name]) if shutil.which(name) else ("bash", SHELLS[""])
        return typed(before + line, cwd=folder, env=self.env, interrupt="--follow" in line, shell=shell)

    def begin(self, verb: str) -> None:
        """Bring the swarm into the state in which the examples of a verb begin."""
        if self.engine and verb in UNDEPLOYED:
            self.engine.remove("shop")
        elif self.engine:
            self.deploy("shop")
            self.deploy("blog")

    def stand(self, verb: str, line: str) -> None:
        """Bring it into the state that one of them needs, where it is not there any more."""
        if self.engine and verb not in UNDEPLOYED and not self.engine.services("shop"):
            self.deploy("shop")
        if "pystackdsl rollback" in line or line.endswith("apply --plan shop.plan"):
            self.deploy("shop", "production.yml")
        if self.engine and "--follow" in line:
            self.engine.converge("shop")

    def deploy(self, stack: str, *more: str) -> None:
        """Deploy a stack by Docker's own means."""
        assert self.engine
        if not self.engine.services(stack):
            self.engine.remove(stack)  # it may be on its way
        files = [word for name in ("docker-stack.yml", *more) for word in ("-c", self.path / "prepared" / name)]
        try:
            self.engine.docker("stack", "deploy", *files, stack)
        except EngineError as lost:  # the swarm itself wrote between docker's look and its write
            if "out of sequence" not in str(lost):
                raise
            self.engine.docker("stack", "deploy", *files, stack)


@pytest.fixture(scope="module")
def swarm(engine: Engine) -> Iterator[Engine]:
    """The swarm with the images that stacks name, and without the stacks at last."""
    for image in ("example/web:1", "example/web:2", "example/worker:1"):
        engine.image(image, command=SAYS)
    yield engine
    for stack in ("shop", "blog"):
        engine.remove(stack)


@pytest.fixture
def place(verb: str, tmp_path: Path, judge: Judge, request: pytest.FixtureRequest) -> Place:
    """Where the examples of a verb are run."""
    engine: Engine | None = None if verb in NO_SWARM else request.getfixturevalue("swarm")
    tools, home = tmp_path / "tools", tmp_path / "home"
    tools.mkdir()
    (tools / "docker").symlink_to(judge.command)
    for name, script in STAND_INS.items():
        if not shutil.which(name):
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
    make_context(home / ".docker", "prod", engine.host if engine else NOBODY)
    env = {
        "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "DOCKER_HOST": engine.host if engine else NOBODY,
    }
    made = Place(tmp_path / "work", env, engine)
    prepared = tmp_path / "work" / "prepared"
    for name, text in FILES.items():
        (prepared / name).parent.mkdir(parents=True, exist_ok=True)
        (prepared / name).write_text(text)
    made.prepare(prepared, "pystackdsl build -o docker-stack.yml")
    return made


@pytest.mark.parametrize(
    "verb", [pytest.param(verb, marks=[] if verb in NO_SWARM else [pytest.mark.engine]) for verb in LISTED]
)
def test_examples_run(verb: str, place: Place) -> None:
    place.begin(verb)
    for line in LISTED[verb]:
        place.stand(verb, line)
        folder = place.folder(line)
        ended = place.run(line, folder)
        assert ended.status == STATUS.get(line, exits.DONE), f"{line}\n{ended.text}"
        assert ended.answered == (line in ASKS), f"{line}\n{ended.text}"
        for name in re.findall(r"(?:-o|--out|>) ([\w.-]+)", line):
            assert (folder / name).stat().st_size, line


def test_what_is_told_of_examples_is_told_of_some() -> None:
    lines = {line for found in LISTED.values() for line in found}
    assert lines >= {*STATUS, *ASKS}
