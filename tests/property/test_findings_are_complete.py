"""The laws of what is found in a stack: it is found without fail, it stands where it is said to stand, and where no
error is found Docker finds none.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from property import wild
from rig.judge import Judge

from pystackdsl import Stack
from pystackdsl.compose import findings as all_findings
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import InvalidStack, Severity
from pystackdsl.model.validity import findings

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


@slow
@given(stack=wild.stacks())
def test_whatever_a_stack_says_is_judged(stack: Stack) -> None:
    for finding in findings(stack):
        assert finding.summary
        assert finding.subjects
        for subject in finding.subjects:
            value: Any = subject.resource if subject.resource is not None else stack
            for step in subject.within:
                value = value[step] if not isinstance(step, str) or isinstance(value, dict) else getattr(value, step)


@settings(slow, max_examples=80)
@given(stack=wild.stacks() | wild.lone_services())
def test_docker_takes_what_no_error_is_found_in(judge: Judge, stack: Stack) -> None:
    if any(finding.severity is Severity.ERROR for finding in all_findings(stack)):
        return
    try:
        text = spell(stack)
    except InvalidStack:  # keys that the stated schema does not have
        return
    assert judge.config(text, cwd="/")
