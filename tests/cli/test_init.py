"""`pystackdsl init`: the first stack file works as it is, and nothing is overwritten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rig import ROOT
from rig.judge import Judge

from pystackdsl.cli import exits


def test_the_first_stack_builds_without_a_warning(run, folder: Path, judge: Judge) -> None:
    ended = run("init")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == "stack.py written\nbuild it:  pystackdsl build > docker-stack.yml\n"
    built = run("build", "--strict")
    assert (built.status, built.err) == (0, "")
    docker = judge.config(built.out)
    assert "nginx" in docker
    assert "redis" in docker


def test_under_another_name(run, folder: Path) -> None:
    assert run("init", "shop.py").err == "shop.py written\nbuild it:  pystackdsl build shop.py > docker-stack.yml\n"
    assert run("build", "shop.py").status == 0


def test_a_file_that_is_there_is_left_alone(run, folder: Path) -> None:
    (folder / "stack.py").write_text("mine")
    ended = run("init")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err.startswith("error: stack.py is there already and was left alone\n")
    assert (folder / "stack.py").read_text() == "mine"
    (folder / "link.py").symlink_to("nowhere")
    assert run("init", "link.py").status == exits.FAILED


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stack.yml", "stack.yml is not a Python file"),
        ("no/stack.py", "no/stack.py cannot be written: no such file or directory"),
        ("-", "- is not a Python file"),
    ],
)
def test_a_file_that_cannot_be_written(run, folder: Path, name: str, told: str) -> None:
    ended = run("init", name)
    assert ended.status == exits.FAILED
    assert told in ended.err


def test_it_is_what_our_own_checks_accept(run, folder: Path) -> None:
    run("init")
    config = ROOT / "pyproject.toml"
    for command in (["ruff", "format", "--check", "--config", config], ["mypy", "--strict"]):
        ended = subprocess.run(
            [sys.executable, "-m", *command, "stack.py"], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
