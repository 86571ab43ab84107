"""The command that the README begins with, as typed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rig import ROOT
from rig.judge import Judge


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = ["sh", ROOT / "examples" / "run", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_an_example_is_printed_from_any_folder(judge: Judge, tmp_path: Path) -> None:
    built = run("voting", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert judge.same(built.stdout, ROOT / "examples" / "voting" / "docker-stack.yml")


def test_arguments_go_to_build(tmp_path: Path) -> None:
    assert run("voting", "--format", "json", cwd=tmp_path).stdout.startswith("{")
    assert run("voting", "-o", str(tmp_path / "out.yml"), cwd=tmp_path).stdout == ""
    assert "postgres" in (tmp_path / "out.yml").read_text()


def test_an_unknown_example_is_answered_with_the_list(tmp_path: Path) -> None:
    wrong = run("vtoing", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (125, "")
    assert "\nvoting\n" in wrong.stderr
