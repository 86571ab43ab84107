"""Mistakes in stack files and what people are told of them: each file under golden/mistakes has its report beside it."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from rig import ROOT
from rig.golden import Golden

from pystackdsl.compose.front import StackText, load_texts
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.views.diagnostics import render

FOLDER = ROOT / "tests" / "golden" / "mistakes"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))


def report(name: str) -> str:
    file = Path(f"{name}.yml")
    try:
        loaded = load_texts([StackText(file.read_bytes(), file)], environment={}, base=FOLDER)
    except InvalidStack as error:
        return render(attrs.evolve(finding, rule="") for finding in error.findings)
    return render(attrs.evolve(finding, rule="") for finding in loaded.warnings)


@pytest.mark.parametrize("name", NAMES)
def test_what_people_are_told(golden: Golden, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    golden(f"mistakes/{name}.txt", report(name) + "\n")
