"""The law of determinism: one stack has one text, whatever the hash seed, the Python version and the run."""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from property.strategies import FILES, stacks
from rig import ROOT

from pystackdsl import Stack
from pystackdsl.compose.codec import spell

PROGRAM = """
import hashlib, pathlib, pickle, sys
from pystackdsl.compose.codec import spell
folder = pathlib.Path(sys.argv[1])
for stack in pickle.loads(sys.stdin.buffer.read()):
    for format in ("yaml", "json"):
        print(hashlib.sha256(spell(stack, format=format, folder=folder).encode()).hexdigest())
"""


@functools.cache
def some_stacks() -> list[Stack]:
    """Stacks that are the same in every run of these tests."""
    found: list[Stack] = []

    @given(stack=stacks())
    @settings(
        max_examples=50,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    def collect(stack: Stack) -> None:
        found.append(stack)

    collect()
    return found


def digests() -> list[str]:
    texts = [spell(stack, format=format, folder=FILES) for stack in some_stacks() for format in ("yaml", "json")]
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def digests_of(python: str | Path, **env: str) -> list[str]:
    """What another Python makes of the same stacks."""
    libraries = [str(ROOT), str(Path(attrs.__file__).parents[1])]
    run = subprocess.run(
        [python, "-c", PROGRAM, FILES],
        input=pickle.dumps(some_stacks()),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(libraries), **env},
        check=True,
    )
    return run.stdout.decode().split()


def pythons(version: str) -> Iterator[str | Path]:
    """Where a Python of a version may be: on the PATH, or installed by pyenv and not chosen."""
    found = shutil.which(f"python{version}")
    yield from [found] if found else []
    yield from (Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}")


def starts(python: str | Path) -> bool:
    return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_hash_seeds_change_nothing(seed: str) -> None:
    assert digests_of(sys.executable, PYTHONHASHSEED=seed) == digests()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_python_versions_change_nothing(version: str) -> None:
    python = next(filter(starts, pythons(version)), None)
    if python is None:
        pytest.skip(f"this machine has no Python {version}")
    assert digests_of(python) == digests()
