"""The order in which tests run: those that wait for an Engine begin first, spread over all processes.

Each process begins with a lot of its own and, when it is done, takes over from the ends of the others'. A test that
waits, and comes last, would be waited for by all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby, islice
from math import ceil
from typing import TypeVar

T = TypeVar("T")


def spread(
    tests: Sequence[T], count: int, *, module: Callable[[T], Hashable], waits: Callable[[T], bool]
) -> Sequence[T]:
    """The tests in that many lots, one behind the other. Modules stay together, for the sake of their fixtures."""
    modules = [[*group] for _, group in groupby(tests, key=module)]
    waiting = [each for each in modules if any(map(waits, each))]
    others = iter([test for each in modules if not any(map(waits, each)) for test in each])
    lots: list[list[T]] = [[] for _ in range(count)]
    for at, each in enumerate(waiting):
        lots[at % count] += each
    size = ceil(len(tests) / count)
    for lot in lots:
        lot.extend(islice(others, max(size - len(lot), 0)))
    return [test for lot in lots for test in lot]
