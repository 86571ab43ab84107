"""Every fault of `faults` is found: alone, at its place, in its words."""

from __future__ import annotations

import pytest
from model.faults import FAULTS, Fault

from pystackdsl.diagnostics import KeyPath
from pystackdsl.model.validity import findings


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found(fault: Fault) -> None:
    found = findings(fault.stack())
    assert [(each.severity.value, each.summary, str(each.path)) for each in found] == [
        (fault.level, fault.summary, fault.path)
    ]
    (finding,) = found
    assert finding.expected or finding.help, "the cure is missing"


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_every_subject_stands_in_the_stack(fault: Fault) -> None:
    """The path of a subject leads to a value from its resource, which the stack holds or which is the missing one."""
    stack = fault.stack()
    for finding in findings(stack):
        assert finding.path == finding.subjects[0].path
        for subject in finding.subjects:
            if subject.resource is not None:
                follow(subject.resource, subject.within)
            kind = subject.path[0]
            if subject.resource is not None and not subject.note:
                assert getattr(stack, str(kind))[subject.path[1]] is subject.resource


def follow(value: object, path: KeyPath) -> None:
    for step in path:
        if isinstance(step, str) and not isinstance(value, dict):
            value = getattr(value, step)
        else:
            value = value[step]  # type: ignore[index]


def test_the_names_of_faults_differ() -> None:
    names = [fault.name for fault in FAULTS]
    assert sorted(set(names)) == sorted(names)
