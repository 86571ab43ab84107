"""Two commands timed against each other: in pairs, in turns, each run a process of its own.

Milliseconds vary with the machine and its mood, the ratio of a pair little; so what counts is the median of the pairs'
ratios, not the ratio of two medians.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

LAUNCH = Path(__file__).with_name("launch.py")
Command = Sequence[str | Path]


class Run(NamedTuple):
    """What one run took."""

    seconds: float
    kibibytes: int
    """The most memory it held at once."""


class Duel(NamedTuple):
    """The runs of our command and of Docker's, pair by pair."""

    ours: list[Run]
    docker: list[Run]

    def seconds(self) -> tuple[float, float, float]:
        """Median time of ours, of Docker's, and median of the pairs' ratios."""
        return _compare([run.seconds for run in self.ours], [run.seconds for run in self.docker])

    def mebibytes(self) -> tuple[float, float, float]:
        """The same of the peak memory."""
        return _compare([run.kibibytes / 1024 for run in self.ours], [run.kibibytes / 1024 for run in self.docker])


def _compare(ours: list[float], docker: list[float]) -> tuple[float, float, float]:
    return median(ours), median(docker), median(a / b for a, b in zip(ours, docker, strict=True))


def duel(folder: Path, ours: Command, docker: Command, rounds: int) -> Duel:
    """Run both commands in `folder`, `rounds` times after a first that is not counted, changing who goes first."""
    for command in (ours, docker) if rounds > 1 else ():
        run(folder, command)
    result = Duel([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 else (1, 0):
            result[side].append(run(folder, (ours, docker)[side]))
    return result


def run(folder: Path, command: Command, **environment: str) -> Run:
    """One run of a command whose first word is a path; RuntimeError with what it wrote when it fails."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", LAUNCH, folder, *command],
        env={"PATH": os.environ["PATH"], "HOME": "/home/user", "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Run(**json.loads(done.stdout))
