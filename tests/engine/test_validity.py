"""A real Engine refuses the stacks that every Engine is said to refuse, and takes those that are merely doubtful."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from model.faults import FAULTS, Fault
from property import wild
from rig.engine import Engine

from pystackdsl import Stack
from pystackdsl.compose.codec import spell
from pystackdsl.model.validity import findings

JUDGED = [fault for fault in FAULTS if fault.judged in ("deploy", "tasks", "taken")]


@pytest.mark.parametrize("fault", JUDGED, ids=str)
def test_an_engine_refuses_what_it_is_said_to_refuse(engine: Engine, stack_name: str, fault: Fault) -> None:
    options = ("--detach=true", "--resolve-image=never", "-c", "-", stack_name)
    run = engine.docker("stack", "deploy", *options, input=spell(fault.stack()), check=False)
    api = tuple(map(int, engine.call("GET", "/version")["ApiVersion"].split(".")))
    is_refused = fault.judged == "deploy" or (fault.newer is not None and api >= fault.newer)
    assert (run.returncode != 0) == is_refused, run.stderr


NUMBERS = itertools.count(1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stack=wild.lone_services())
def test_an_engine_takes_what_nothing_is_found_in(engine: Engine, stack: Stack) -> None:
    if findings(stack):
        return
    name = f"wild{next(NUMBERS)}"
    try:
        engine.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", "-", name, input=spell(stack))
    finally:
        engine.docker("stack", "rm", name, check=False)
