"""A real Engine refuses the stacks that every Engine is said to refuse, and takes those that are merely doubtful."""

from __future__ import annotations

import pytest
from model.faults import FAULTS, Fault
from rig.engine import Engine

from pystackdsl.compose.codec import spell

JUDGED = [fault for fault in FAULTS if fault.judged in ("deploy", "tasks", "taken")]


@pytest.mark.parametrize("fault", JUDGED, ids=str)
def test_an_engine_refuses_what_it_is_said_to_refuse(engine: Engine, stack_name: str, fault: Fault) -> None:
    options = ("--detach=true", "--resolve-image=never", "-c", "-", stack_name)
    run = engine.docker("stack", "deploy", *options, input=spell(fault.stack()), check=False)
    assert (run.returncode != 0) == (fault.judged == "deploy"), run.stderr
