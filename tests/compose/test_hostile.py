"""Whatever a stack file says, the front end reads it or says what is wrong, at a place: `python tests/fuzz.py` for long."""

from __future__ import annotations

from random import Random

import pytest
from compose.hostile import hostile, outcome, shown


@pytest.mark.parametrize("block", range(8))
def test_hostile_files_are_read_or_refused(block: int) -> None:
    for seed in range(block * 200, block * 200 + 200):
        tried = hostile(Random(seed))
        fault = outcome(tried)
        assert fault is None, f"seed {seed}: {fault}\n{shown(tried)}"


def test_inputs_are_of_all_kinds() -> None:
    drawn = [hostile(Random(seed)) for seed in range(400)]
    assert {tried.mode for tried in drawn} == {"substitute", "open", "skip"}
    assert {len(tried.texts) for tried in drawn} == {1, 2, 3}
    assert len({tried.texts for tried in drawn}) > 350
