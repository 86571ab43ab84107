"""What the tasks of a stack write, as lines with their origin: an engine and a stack come in, lines go out.

Without `follow` the lines of all services come in the order of their times; with it, as they arrive. Tasks that ended
are included, as long as the swarm remembers them. Called by the verb `logs`.
"""

import heapq
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from pystackdsl.swarm.errors import EngineError, Refused, Unreachable
from pystackdsl.swarm.specs import NAMESPACE, Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine, LogLine

__all__ = ["Line", "has_terminal", "read"]


@attrs.frozen
class Line:
    """One line: what wrote it (`web.1`), the IDs of that task and its node, the time and the text."""

    source: str
    task: str
    node: str
    time: str
    stream: str
    text: str


def read(
    engine: "Engine",
    stack: str,
    services: Sequence[Raw],
    *,
    follow: bool = False,
    since: str | None = None,
    tail: int | None = None,
) -> Iterator[Line]:
    """The lines of some services of a stack. `since` is in seconds since 1970; `tail` counts for each task.

    Raises EngineError; one that concerns a single service, such as a node that does not give its logs, at the end.
    """
    tasks = _Tasks(engine, stack)
    missed: list[EngineError] = []

    def of(service: Raw) -> Iterator[Line]:
        try:
            yield from _of_service(engine, service, tasks, follow=follow, since=since, tail=tail)
        except Unreachable:
            raise
        except EngineError as error:
            missed.append(error)

    streams = [of(service) for service in services]
    if follow:
        yield from _arriving(streams)
    else:
        yield from heapq.merge(*streams, key=lambda line: line.time)
    if missed:
        raise missed[0]


def has_terminal(template: Raw) -> bool:
    """Whether the containers of a task template have a terminal: then the Engine streams what they write otherwise."""
    return bool((template.get("ContainerSpec") or {}).get("TTY"))


class _Tasks:
    """Which slot and node a task has, asked for when an unknown one is met."""

    def __init__(self, engine: "Engine", stack: str) -> None:
        self.engine = engine
        self.stack = stack
        self.known: dict[str, Raw] = {}
        self.lock = threading.Lock()

    def slot(self, id: str) -> tuple[str, str]:
        """The slot (or node, for tasks that run once a node) of a task, and its node."""
        with self.lock:
            if id not in self.known:
                label = {"label": [f"{NAMESPACE}={self.stack}"]}
                self.known.update({task["ID"]: task for task in self.engine.list("tasks", label)})
            task = self.known.setdefault(id, {})
        node = task.get("NodeID", "")
        return str(task.get("Slot") or node[:12] or id[:12]), node


def _of_service(
    engine: "Engine", service: Raw, tasks: _Tasks, *, follow: bool, since: str | None, tail: int | None
) -> Iterator[Line]:
    name = service["Spec"]["Name"].removeprefix(f"{tasks.stack}_")
    tty = has_terminal(service["Spec"]["TaskTemplate"])
    try:
        for line in engine.logs("services", service["ID"], tty=tty, follow=follow, since=since, tail=tail):
            yield _line(name, line, tasks)
    except Refused as error:
        if not error.is_missing:  # removed while it was read
            raise


def _line(service: str, line: "LogLine", tasks: _Tasks) -> Line:
    slot, node = tasks.slot(line.task) if line.task else ("", "")
    return Line(f"{service}.{slot}" if slot else service, line.task, node, line.time, line.stream, line.text)


def _arriving(streams: Iterable[Iterator[Line]]) -> Iterator[Line]:
    """The lines of several streams as they come, until all have ended. Raises the first EngineError of one."""
    held: queue.Queue[Line | EngineError | None] = queue.Queue(1000)

    def drain(stream: Iterator[Line]) -> None:
        try:
            for line in stream:
                held.put(line)
        except EngineError as error:
            held.put(error)
        held.put(None)

    threads = [threading.Thread(target=drain, args=(stream,), daemon=True) for stream in streams]
    for thread in threads:
        thread.start()
    running = len(threads)
    while running:
        found = held.get()
        if isinstance(found, Line):
            yield found
        elif found is None:
            running -= 1
        else:
            raise found
