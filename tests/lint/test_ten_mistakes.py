"""The voting app with ten mistakes: each is found once, at its own line, in Python and in YAML, and nothing else is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rig import ROOT

from pystackdsl.cli.main import main

APP = ROOT / "tests" / "golden" / "findings" / "voting"

files = pytest.mark.parametrize("file", ["stack.py", "docker-stack.yml"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(shutil.copytree(APP, tmp_path / "voting"))
    return tmp_path / "voting"


def marked(text: str) -> set[tuple[int, str]]:
    """The lines that end with the number and the rule of a mistake."""
    lines = enumerate(text.splitlines(), 1)
    return {(number, match[1]) for number, line in lines if (match := re.search(r"# \d+ (PSD\d+)$", line))}


@files
def test_each_is_found_at_its_line(file: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", file, "--format", "json"]) == 1
    findings = json.loads(capfd.readouterr().out)["findings"]
    grave = [each for each in findings if each["severity"] != "info"]
    expected = marked((folder / file).read_text())
    assert len(expected) == 10
    assert sorted((each["places"][0]["line"], each["rule"]) for each in grave) == sorted(expected)


@files
def test_what_people_see(
    file: str, folder: Path, capfd: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    assert main(["check", file]) == 1
    shown = capfd.readouterr()
    assert "correct-horse" not in shown.out + shown.err
    golden(f"findings/voting/{file}.txt", shown.out + shown.err)
