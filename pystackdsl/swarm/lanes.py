"""Several writes at a time, told in the order in which they were asked for.

Called by `rollout` with the changes of one kind. After one that fails no further one is begun; those that are under way
come to their end, for what they did has to be told.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Event as Signal

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Written

__all__ = ["in_lanes"]


def in_lanes(
    changes: Sequence[Change], write: Callable[[Change], Written], *, lanes: int
) -> Iterator[tuple[Change, Written | Exception]]:
    """What became of each change that was begun: it was written, or why it was not."""
    lanes = min(lanes, len(changes))
    if lanes < 2:
        for change in changes:
            result = _attempt(change, write)
            yield change, result
            if isinstance(result, Exception):
                return
        return
    halt = Signal()

    def begin(change: Change) -> Written | Exception | None:
        if halt.is_set():
            return None
        result = _attempt(change, write)
        if isinstance(result, Exception):
            halt.set()
        return result

    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(lanes)
    try:
        futures = [pool.submit(begin, change) for change in changes]
        for change, future in zip(changes, futures, strict=True):
            told = future.result()
            if told is not None:
                yield change, told
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _attempt(change: Change, write: Callable[[Change], Written]) -> Written | Exception:
    try:
        return write(change)
    except Exception as error:
        return error
