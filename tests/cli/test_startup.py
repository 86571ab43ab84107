"""Start-up time, kept by what is not imported: a plain build does without every heavy module."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from rig.fake import answering

HEAVY = {
    *("typeguard", "jinja2", "yaml", "docker", "rich", "requests", "asyncio", "ssl", "unittest", "importlib.metadata"),
    *("difflib", "json", "tempfile", "logging", "subprocess", "tomllib", "shutil", "pkgutil", "traceback"),
    *("pystackdsl.diagnostics", "pystackdsl.views", "pystackdsl.cli.shells", "pystackdsl.cli.overview"),
}

STACK = """
from pystackdsl import Deploy, Healthcheck, Limits, Network, OnFailure, Placement, Resources, Secret, Service, Volume
from pystackdsl import node

backend = Network(driver="overlay")
data = Volume()
password = Secret(file="./password.txt")
db = Service(
    image="postgres:16",
    networks=[backend.alias("pg")],
    volumes=[data.at("/var/lib/postgresql/data"), "/etc/ssl:/etc/ssl:ro"],
    environment={"POSTGRES_PASSWORD_FILE": password.path},
    secrets=[password],
    ports=["5432:5432"],
    healthcheck=Healthcheck(test="pg_isready -U postgres", interval="10s", retries=5),
    deploy=Deploy(
        replicas=1,
        resources=Resources(limits=Limits(cpus=0.5, memory="50M")),
        restart=OnFailure(delay="5s"),
        placement=Placement(constraints=[node.role == "manager"]),
    ),
)
"""

PROGRAM = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: print(*sorted(set(sys.modules) - before), file=sys.stderr))
from pystackdsl.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "arguments", [["build"], ["build", "stack.py"], ["--version"], ["build", "-o", "out.yml"], ["build", "--help"]]
)
def test_a_build_imports_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "stack.py").write_text(STACK)
    (tmp_path / "password.txt").write_text("x")
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    imported = set(run.stderr.splitlines()[-1].split())
    assert "pystackdsl.cli.main" in imported
    assert imported & HEAVY == set()


WIRE = {"docker", "requests", "urllib3", "http.client", "ssl", "email", "logging", "concurrent.futures", "rich", "yaml"}


@pytest.mark.parametrize("arguments", [["ls"], ["ls", "--format", "json"], ["services", "shop"], ["rm", "none"]])
def test_a_daemon_on_this_machine_is_asked_without_the_sdk(arguments: list[str]) -> None:
    labels = {"com.docker.stack.namespace": "shop"}
    lists = {"services": [{"ID": "1", "Spec": {"Name": "shop_web", "Labels": labels}}]}
    if arguments[0] == "rm":
        lists = {kind: [] for kind in ("services", "secrets", "configs", "networks")}
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder, answering(lists, Path(folder)) as daemon:
        command = [sys.executable, "-c", PROGRAM, *arguments, "-H", daemon.host]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    imported = set(run.stderr.splitlines()[-1].split())
    assert "pystackdsl.swarm.engine.wire" in imported
    assert imported & (WIRE | {"pystackdsl.views.gotemplate"}) == set()


def test_what_attrs_brings_along_is_loaded_when_it_is_used(tmp_path: Path) -> None:
    program = """
import atexit, sys
names = "attr.validators", "attrs.validators", "ipaddress", "tokenize"
atexit.register(lambda: print(*{type(sys.modules[name]).__name__ for name in names}, file=sys.stderr))
from pystackdsl.cli.main import console
sys.argv = ["pystackdsl", "build"]
console()
"""
    uses = """
import attr
import attrs
import ipaddress
import tokenize
assert ipaddress.ip_address("127.0.0.1").is_loopback
assert tokenize.NAME
from attr.validators import instance_of as one
from attrs.validators import instance_of as two
from attrs.validators import *
assert one is two is attr.validators.instance_of is attrs.validators.instance_of is instance_of
assert attr.validators.__name__ == "attr.validators"
@attrs.define
class Team:
    name: str = attrs.field(validator=attrs.validators.instance_of(str))
Team("a")
"""
    for more, kind in (("", "_Postponed"), (uses, "module")):
        (tmp_path / "stack.py").write_text(STACK + more)
        (tmp_path / "password.txt").write_text("x")
        run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, f"{kind}\n")


def test_a_module_that_is_loaded_already_is_left_alone() -> None:
    from attr import validators

    from pystackdsl.cli.postponed import postpone

    postpone()
    assert sys.modules["attr.validators"] is validators
