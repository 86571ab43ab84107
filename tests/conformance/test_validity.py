"""`docker stack config` refuses the stacks with a fault of its own kind, and takes those that only an Engine refuses."""

from __future__ import annotations

import pytest
from model.faults import FAULTS, Fault
from rig.judge import Judge

from pystackdsl.compose.codec import spell

SPELLED = [fault for fault in FAULTS if fault.judged != "ours"]


@pytest.mark.parametrize("fault", SPELLED, ids=str)
def test_docker_refuses_what_it_is_said_to_refuse(judge: Judge, fault: Fault) -> None:
    verdict = judge.read(spell(fault.stack()))
    assert verdict.accepted == (fault.judged != "config"), verdict.message or verdict.text
