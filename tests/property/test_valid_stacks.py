"""The random stacks are valid: what Docker takes and deploys, our own checks find no errors in."""

from __future__ import annotations

from hypothesis import given
from property.strategies import stacks

from pystackdsl import Stack
from pystackdsl.compose import findings
from pystackdsl.diagnostics import Severity


@given(stack=stacks())
def test_no_errors_are_found_in_valid_stacks(stack: Stack) -> None:
    assert [finding for finding in findings(stack) if finding.severity is Severity.ERROR] == []
