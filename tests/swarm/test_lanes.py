"""Several calls at a time: told in their order, and none begun after a fault."""

from __future__ import annotations

import time
from threading import Event, Lock

import pytest

from pystackdsl.swarm.lanes import in_lanes


@pytest.mark.parametrize("lanes", [1, 2, 4, 50])
def test_results_come_in_the_order_of_the_items(lanes: int) -> None:
    def call(number: int) -> int:
        time.sleep(0.002 * (number % 3))
        return -number

    assert [*in_lanes(range(30), call, lanes=lanes)] == [(number, -number) for number in range(30)]


def test_no_more_run_at_once_than_there_are_lanes() -> None:
    lock, running, most = Lock(), 0, 0

    def call(_number: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.002)
        with lock:
            running -= 1

    assert len([*in_lanes(range(20), call, lanes=3)]) == 20
    assert most == 3


@pytest.mark.parametrize("lanes", [1, 4])
def test_after_a_fault_none_is_begun(lanes: int) -> None:
    begun: list[int] = []

    def call(number: int) -> int:
        begun.append(number)
        if number == 5:
            raise ValueError(number)
        time.sleep(0.01)
        return number

    told = [*in_lanes(range(100), call, lanes=lanes)]
    assert [number for number, _ in told] == sorted(begun), "all that were begun are told of"
    assert len(begun) < 20
    assert [str(result) for _, result in told if isinstance(result, ValueError)] == ["5"]


@pytest.mark.parametrize("lanes", [1, 4])
def test_somebody_else_can_halt_it(lanes: int) -> None:
    halt = Event()
    told = []
    for number, _ in in_lanes(range(100), lambda number: number, lanes=lanes, halt=halt):
        told.append(number)
        time.sleep(0.001)
        if number == 3:
            halt.set()
    assert told[:4] == [0, 1, 2, 3]
    assert told == sorted(told)


def test_what_is_not_waited_for_ends() -> None:
    begun: list[int] = []

    def call(number: int) -> None:
        begun.append(number)
        time.sleep(0.01)

    work = in_lanes(range(100), call, lanes=4)
    next(work)
    work.close()
    count = len(begun)
    time.sleep(0.03)
    assert len(begun) == count < 20


def test_nothing_to_do() -> None:
    assert [*in_lanes([], str, lanes=4)] == []
