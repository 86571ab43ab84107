"""Running the command: in this process for its texts, as a process of its own for what only a process shows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from pystackdsl.cli.main import main

SIMPLE = 'from pystackdsl import Service\n\nweb = Service(image="nginx:1.27")\n'
"""The smallest stack file."""


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment that says nothing about colours and widths."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYSTACKDSL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(folder: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process."""

    def ran(*words: str | Path) -> Ended:
        status = main([str(word) for word in words])
        return Ended(status, *capfd.readouterr())

    return ran


@pytest.fixture
def process(folder: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command line as a process of its own, as `python -m pystackdsl`."""

    def ran(
        *words: str | Path, env: Mapping[str, str] | None = None, **more: object
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "pystackdsl", *map(str, words)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.run(command, env={**os.environ, **(env or {})}, check=False, **{**streams, **more})  # type: ignore[call-overload]

    return ran


@pytest.fixture
def stack(folder: Path) -> Path:
    """The smallest stack file, where the command looks for one."""
    path = folder / "stack.py"
    path.write_text(SIMPLE)
    return path
