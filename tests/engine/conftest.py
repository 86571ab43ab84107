"""Fixtures for tests that deploy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from rig.engine import Engine, wait

pytest.register_assert_rewrite("engine.trials")
NUMBERS = itertools.count(1)


@pytest.fixture
def stack_name(engine: Engine) -> Iterator[str]:
    """A stack name that no other test of this engine uses; the stack is removed afterwards, without waiting."""
    name = f"stack{next(NUMBERS)}"
    yield name
    # An Engine refuses to remove a network while a task of it is still on its way to an end.
    wait(lambda: engine.docker("stack", "rm", name, check=False).returncode == 0, f"end of {name}", 60)
