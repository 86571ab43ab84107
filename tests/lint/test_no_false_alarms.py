"""What is found in the examples, and in the stack files of the conformance tests: reviewed, finding by finding."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rig import ROOT

from pystackdsl.cli.main import main

Golden = Callable[[str, str], None]

EXAMPLES = {path.parent.name: [] for path in sorted((ROOT / "examples").glob("*/stack.py"))} | {
    "environments": ["--set", "env=staging"],
    "environments-production": ["--set", "env=production"],
}
TRUE_ALARMS = {"voting": {"PSD101", "PSD410"}}
"""The app of the tutorials has images without versions, of which there are no others, and a password for all to see."""

CASES = sorted(
    path.stem for path in (ROOT / "tests" / "golden" / "cases").glob("[0-9]*.yml") if ".config" not in path.name
)
ENVIRONMENT = {"REGISTRY": "registry.local:5000", "TAG": "", "REPLICAS": "2", "ZONE": "west"}


def found(capfd: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What is found, a line each, with the id of the rule after the place."""
    main(["check", *words, "--format", "concise"])
    return capfd.readouterr().out.splitlines()


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], golden: Golden
) -> None:
    folder = shutil.copytree(
        ROOT / "examples" / name.partition("-")[0], tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.chdir(folder)
    lines = found(capfd, *EXAMPLES[name])
    grave = {line.split(": ")[1].split()[1] for line in lines if ": info " not in line}
    assert grave == TRUE_ALARMS.get(name, set())
    golden(f"findings/examples/{name}.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], golden: Golden) -> None:
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(ROOT / "tests" / "golden" / "cases")
    lines = found(capfd, f"{name}.yml")
    golden(f"findings/cases/{name}.txt", "".join(f"{line}\n" for line in lines))


def test_the_voting_app_is_told_the_same_in_yaml(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "voting")
    told = [sorted(line.partition(": ")[2] for line in found(capfd, file)) for file in ("stack.py", "docker-stack.yml")]
    assert told[0] == told[1]
