"""Several calls at a time, told in the order in which they were asked for.

Called by `rollout` and `removal` with the objects of one kind. After a call that fails no further one is begun; those
that are under way come to their end, for what they did has to be told.
"""

from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Event as Signal
from threading import Thread
from typing import TypeVar

__all__ = ["in_lanes"]

T = TypeVar("T")
R = TypeVar("R")


def in_lanes(
    items: Sequence[T], call: Callable[[T], R], *, lanes: int, halt: Signal | None = None
) -> Iterator[tuple[T, R | Exception]]:
    """What became of each item whose call was begun: what it gave, or how it failed.

    Once `halt` is set, no further one is begun.
    """
    halts = (Signal(), halt or Signal())
    if min(lanes, len(items)) < 2:
        for item in items:
            if halts[1].is_set():
                return
            result = _attempt(item, call)
            yield item, result
            if isinstance(result, Exception):
                return
        return
    done: SimpleQueue[tuple[int, R | Exception] | None] = SimpleQueue()
    numbers = iter(range(len(items)))
    threads = [Thread(target=_lane, args=(items, call, numbers, done, halts)) for _ in range(min(lanes, len(items)))]
    for thread in threads:
        thread.start()
    try:
        for number, result in _ordered(done, len(threads)):
            yield items[number], result
    finally:
        halts[0].set()
        for thread in threads:
            thread.join()


def _lane(
    items: Sequence[T],
    call: Callable[[T], R],
    numbers: Iterator[int],
    done: "SimpleQueue[tuple[int, R | Exception] | None]",
    halts: tuple[Signal, Signal],
) -> None:
    """Take one item after the other, as long as there are some and nothing halts it; the numbers are of all lanes."""
    try:
        for number in numbers:
            if halts[0].is_set() or halts[1].is_set():
                return
            result = _attempt(items[number], call)
            if isinstance(result, Exception):
                halts[0].set()
            done.put((number, result))
    finally:
        done.put(None)


def _ordered(
    done: "SimpleQueue[tuple[int, R | Exception] | None]", running: int
) -> Iterator[tuple[int, R | Exception]]:
    """The results by their numbers, each as soon as all before it are known."""
    held: dict[int, R | Exception] = {}
    following = 0
    while running:
        told = done.get()
        if told is None:
            running -= 1
            continue
        held[told[0]] = told[1]
        while following in held:
            yield following, held.pop(following)
            following += 1
    yield from sorted(held.items(), key=lambda pair: pair[0])


def _attempt(item: T, call: Callable[[T], R]) -> R | Exception:
    try:
        return call(item)
    except Exception as error:
        return error
