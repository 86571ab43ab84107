"""Stacks in Python mean what the YAML of the same stacks does: Docker reads both alike.

Each case is a `stack.py`, beside `config.yml`, which is what `docker stack config` made of the same stack in YAML. As
for that, the only environment is ENV. Compared is the data: a Docker CLI may spell it otherwise than another.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from rig import ROOT
from rig.judge import Judge

from pystackdsl import Stack
from pystackdsl.compose import dump
from pystackdsl.model.variable import environment

CASES = ROOT / "tests" / "golden" / "cases"
ENV = {"REGISTRY": "registry.local:5000", "TAG": "", "REPLICAS": "2", "ZONE": "west"}


@pytest.fixture(params=sorted(path.parent.name for path in CASES.glob("*/stack.py")))
def case(request: pytest.FixtureRequest) -> Path:
    return CASES / str(request.param)


@pytest.fixture
def _open() -> Iterator[None]:
    token = environment.set(None)
    yield
    environment.reset(token)


@pytest.fixture
def _resolved() -> Iterator[None]:
    token = environment.set(ENV)
    yield
    environment.reset(token)


def stack_of(case: Path) -> Stack:
    return Stack.of(runpy.run_path(str(case / "stack.py")), base=case)


def meant(case: Path) -> object:
    return yaml.safe_load((case / "config.yml").read_text())


@pytest.mark.usefixtures("_open")
def test_docker_reads_what_the_yaml_meant(judge: Judge, case: Path) -> None:
    assert judge.read(dump(stack_of(case), folder=case), env=ENV).data == meant(case)


@pytest.mark.usefixtures("_resolved")
def test_docker_reads_the_same_once_the_variables_have_values(judge: Judge, case: Path) -> None:
    text = dump(stack_of(case), folder=case, format="json")
    assert "${" not in text
    assert judge.read(text).data == meant(case)


@pytest.mark.usefixtures("_open")
def test_two_readings_of_a_case_are_equal(case: Path) -> None:
    assert stack_of(case) == stack_of(case)
    assert dump(stack_of(case)) == dump(stack_of(case))


def test_the_cases_are_there() -> None:
    assert len(list(CASES.glob("*/config.yml"))) == len(list(CASES.glob("*/stack.py"))) >= 15
