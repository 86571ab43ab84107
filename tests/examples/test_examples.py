"""Every example is built as its reader would build it; Docker reads the result, and a reviewed file is compared."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rig import ROOT
from rig.judge import Judge

EXAMPLES = ROOT / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/stack.py"))

# What is needed beside `pystackdsl build`: arguments, and the environment that a deploy would need.
CASES: dict[str, tuple[str, list[str], dict[str, str]]] = {
    **{name: (name, [], {}) for name in NAMES},
    "variables": ("variables", [], {"SENTRY_DSN": "https://sentry.example.com/1"}),
    "environments": ("environments", ["--set", "env=staging"], {}),
    "environments-production": ("environments", ["--set", "env=production", "--set", "replicas=4"], {}),
}
INTO_A_FILE = {"monitoring"}

Golden = Callable[[str, str], None]


def _copy(example: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / example, tmp_path / example, ignore=shutil.ignore_patterns("__pycache__")))


def _build(folder: Path, *arguments: str, said: str = "") -> str:
    run = subprocess.run(
        [sys.executable, "-m", "pystackdsl", "build", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, said)
    return run.stdout


@pytest.mark.parametrize("case", sorted(set(CASES) - INTO_A_FILE))
def test_it_builds_and_docker_reads_it(case: str, tmp_path: Path, judge: Judge, golden: Golden) -> None:
    example, arguments, env = CASES[case]
    folder = _copy(example, tmp_path)
    text = _build(folder, *arguments)
    golden(f"examples/{case}/docker-stack.yml", text)
    verdict = judge.read(text, cwd=folder, env=env)
    assert (verdict.accepted, verdict.message) == (True, "")


@pytest.mark.parametrize("case", sorted(INTO_A_FILE))
def test_it_builds_into_files_and_docker_reads_them(case: str, tmp_path: Path, judge: Judge, golden: Golden) -> None:
    folder = _copy(CASES[case][0], tmp_path)
    out = folder / "out"
    said = "out/docker-stack.yml written: 3 services, 1 network, 1 volume, 1 config\n"
    assert _build(folder, "-o", "out/docker-stack.yml", said=said) == ""
    written = sorted(path for path in out.rglob("*") if path.is_file())
    for path in written:
        golden(f"examples/{case}/{path.relative_to(out)}", path.read_text())
    assert len(written) == 2
    assert judge.accepts(out / "docker-stack.yml") == (True, "")


def test_the_voting_stack_means_what_the_hand_written_one_does(tmp_path: Path, judge: Judge) -> None:
    folder = _copy("voting", tmp_path)
    assert judge.same(_build(folder), folder / "docker-stack.yml", cwd=folder)


def test_a_template_needs_a_place_for_what_it_gives(tmp_path: Path) -> None:
    folder = _copy("monitoring", tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "pystackdsl", "build"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "prometheus_yml" in run.stderr
    assert "-o" in run.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_shows(name: str) -> None:
    first = (EXAMPLES / name / "stack.py").read_text().splitlines()[0]
    assert first.startswith('"""')
    assert first.rstrip('"').endswith(".")
