"""What a project puts into its CI: the GitHub action, the hooks of pre-commit, and the page that shows them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from rig import ROOT

from .replay import FENCE

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS: Any = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
STACK = 'from pystackdsl import Service\n\nweb = Service(image="nginx", ports=["80:80"])\n'
BUILT = 'version: "3.9"\nservices:\n  web:\n    image: nginx\n    ports:\n      - "80:80"\n'


def shown(title: str) -> Any:
    """A YAML file that the page shows."""
    [body] = [
        block["body"]
        for block in FENCE.finditer((ROOT / "docs/how-to/ci.md").read_text())
        if block["info"] == f'yaml title="{title}"'
    ]
    return yaml.safe_load(body)


def test_the_page_uses_inputs_and_hooks_that_there_are() -> None:
    steps = shown(".github/workflows/stack.yml")["jobs"]["check"]["steps"]
    [used] = [step["with"] for step in steps if "/pystackdsl@" in step["uses"]]
    assert set(used) <= set(ACTION["inputs"])
    [repository] = shown(".pre-commit-config.yaml")["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == set(HOOKS)
    for command in shown(".gitlab-ci.yml")["stack"]["script"]:
        assert command.startswith("pystackdsl check --format ")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a stack, and the file that is built of it."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "stack.py").write_text(STACK)
    (folder / "docker-stack.yml").write_text(BUILT)
    return folder


def acted(project: Path, **given: str) -> list[tuple[str, int, str]]:
    """The steps of the action that run with some inputs: name, exit code, standard output. A failure ends it."""
    bin = project.parent / "pystackdsl" / "bin"
    bin.mkdir(parents=True)
    (bin / "pystackdsl").symlink_to(Path(sys.executable).with_name("pystackdsl"))
    inputs = {name: given.get(name.replace("-", "_"), told["default"]) for name, told in ACTION["inputs"].items()}
    ran: list[tuple[str, int, str]] = []
    for step in ACTION["runs"]["steps"]:
        asked = re.fullmatch(r"inputs\.([\w-]+) != ''", step.get("if", ""))
        if "uses" in step or step["name"].startswith("Install") or (asked and not inputs[asked[1]]):
            continue
        told = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) }}", lambda m: inputs[m[1]], text)
            for name, text in step["env"].items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=project,
            env={"PATH": os.environ["PATH"], "RUNNER_TEMP": str(project.parent), **told},
            capture_output=True,
            text=True,
            check=False,
        )
        ran.append((step["name"], done.returncode, done.stdout))
        if done.returncode:
            break
    return ran


def test_the_action_remarks_and_fails_as_check_does(project: Path) -> None:
    [(name, status, printed)] = acted(project)
    assert (name, status) == ("Check", 1)
    assert "::warning file=stack.py,line=3,col=21" in printed


def test_the_action_does_all_that_it_is_asked(project: Path) -> None:
    ran = acted(
        project, files="stack.py", arguments="--ignore PSD101 --max-warnings 3", build_check="docker-stack.yml",
        sarif="check.sarif",
    )  # fmt: skip
    assert [status for _, status, _ in ran] == [0, 0, 0]
    assert len(ran) == 3
    assert '"2.1.0"' in (project / "check.sarif").read_text()


def test_the_action_finds_a_stale_file(project: Path) -> None:
    (project / "docker-stack.yml").write_text(BUILT.replace("nginx", "nginx:1"))
    name, status, _ = acted(project, arguments="--max-warnings 9", build_check="docker-stack.yml")[-1]
    assert (name, status) == ("Compare the stack file that is kept", 1)


@pytest.mark.parametrize(
    ("path", "is_stack"),
    [
        ("stack.py", True),
        ("deploy/stack.py", True),
        ("docker-stack.yml", True),
        ("docker-stack.production.yaml", True),
        ("haystack.py", False),
        ("compose.yml", False),
    ],
)
def test_a_hook_is_given_stack_files(path: str, *, is_stack: bool) -> None:
    assert bool(re.search(HOOKS["pystackdsl-check"]["files"], path)) is is_stack


@pytest.mark.parametrize(
    ("hook", "more", "status"), [("pystackdsl-check", ["stack.py"], 1), ("pystackdsl-build", ["docker-stack.yml"], 0)]
)
def test_a_hook_runs(project: Path, hook: str, more: list[str], status: int) -> None:
    command = [*shlex.split(HOOKS[hook]["entry"]), *more]
    command[0] = str(Path(sys.executable).with_name(command[0]))
    assert subprocess.run(command, cwd=project, capture_output=True, check=False).returncode == status
