"""Both type checkers over `tests/typing`: they take the whole language, and refuse what is marked there, line by line.

A comment that silences a complaint which is not made is an error in itself, so a mistake that gets accepted shows.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rig import ROOT

FOLDER = ROOT / "tests" / "typing"


def run(*command: str | Path) -> str:
    """What a checker says; empty when it is content. One that cannot run fails the test."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"{command[0]} did not run:\n{done.stdout}{done.stderr}"
    return done.stdout if done.returncode else ""


def mypy(path: Path) -> str:
    return run("mypy", "--follow-imports=silent", path)


def pyright(path: Path) -> str:
    return run("pyright", path)


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_the_language_is_typed(checker: object) -> None:
    assert checker(FOLDER) == ""  # type: ignore[operator]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_complaint_that_is_not_made_is_noticed(checker: object, tmp_path: Path) -> None:
    """Else a line that both checkers have come to accept would stay among the rejected ones."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "typing"))
    (folder / "accepted.py").unlink()
    rejected = folder / "rejected.py"
    rejected.write_text(rejected.read_text().replace("Service(image=3)", 'Service(image="3")'))
    said = checker(rejected)  # type: ignore[operator]
    line = 1 + rejected.read_text().splitlines().index('Service(image="3")  # type: ignore[arg-type]')
    assert f"rejected.py:{line}:" in said
    assert said.count("rejected.py:") == 1
