"""A stack taken out of a swarm: a name and an engine come in, events of what is removed go out. Called by `rm`.

The order is Docker's: services, secrets, configs, networks. What cannot be removed is told, and the rest goes on. A
removal is over when the tasks have ended and the networks are gone, so that the name can be used again.
"""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from threading import Event as Signal
from typing import TYPE_CHECKING, Final, Literal

import attrs

from pystackdsl.swarm.errors import Refused
from pystackdsl.swarm.lanes import in_lanes
from pystackdsl.swarm.live import is_dying
from pystackdsl.swarm.specs import NAMESPACE, Kind, Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Remaining", "Removal", "RemovalEvent", "Removed", "remove"]

ORDER: Final[tuple[Kind, ...]] = ("services", "secrets", "configs", "networks")
LANES: Final = 4
"""Over so many connections objects are removed; more bring nothing."""
TIMEOUT: Final = 300.0
ENDED: Final = frozenset({"complete", "shutdown", "failed", "rejected", "remove", "orphaned"})
"""States of a task that runs no more."""
GRACE: Final = 2.0
"""Seconds after the last task in which a network may still be held by one that has just ended."""
SOON: Final = 1.0
"""Seconds after which it is worth a call to know the nodes."""
PAUSES: Final = (0.05, 1.0)
"""Seconds between two looks at what remains: at first, and at last."""


@attrs.frozen(kw_only=True)
class Removed:
    """One object was removed; or it was not, and `error` says why."""

    kind: Kind
    name: str
    error: str = ""


@attrs.frozen(kw_only=True)
class Remaining:
    """What is still there: how many tasks have not ended, the names of their nodes, and the names of networks.

    `lost` are tasks on nodes that are down. Nobody can tell when those end.
    """

    tasks: int
    networks: tuple[str, ...]
    lost: int
    nodes: tuple[str, ...]
    seconds: float


RemovalEvent = Removed | Remaining

Ending = Literal["gone", "failed", "lost", "timed-out", "interrupted"]
"""How a removal ends: nothing is left; something could not be removed; all that is left are tasks on nodes that are
down; tasks or networks were left when the time was up; it was closed."""


def remove(stack: str, engine: "Engine", *, detach: bool = False, timeout: float = TIMEOUT) -> "Removal":
    """Remove what a swarm has of a stack. Volumes stay, and what lies outside of the stack.

    Unless told to `detach`, it waits until tasks and networks are gone, for `timeout` seconds. Nothing is done before
    the removal is iterated, or waited for.
    """
    return Removal(stack, engine, detach=detach, timeout=timeout)


class Removal:
    """A stack on its way out: iterate it once for events, or `wait` for how it ends.

    Raises EngineError where the daemon cannot be asked, or is lost on the way.
    """

    is_atomic: Final = False

    def __init__(self, stack: str, engine: "Engine", *, detach: bool, timeout: float) -> None:
        self.stack = stack
        self.engine = engine
        self.detach = detach
        self.timeout = timeout
        self.was_there = False
        """Whether the swarm had anything of the stack; known once it has been read."""
        self.failures: tuple[Removed, ...] = ()
        self.remaining: Remaining | None = None
        self.ending: Ending = "gone"
        self._stop = Signal()
        self._events = self._run()

    def __iter__(self) -> Iterator[RemovalEvent]:
        return self._events

    def wait(self) -> Ending:
        """Go through with it, and tell how it ended."""
        for _ in self:
            pass
        return self.ending

    def close(self) -> None:
        """Make it stop: the events come to their end soon. What has been removed stays so."""
        self._stop.set()

    @property
    def _label(self) -> dict[str, list[str]]:
        return {"label": [f"{NAMESPACE}={self.stack}"]}

    def _run(self) -> Iterator[RemovalEvent]:
        held = {kind: self.engine.list(kind, self._label) for kind in ORDER}
        self.was_there = any(held.values())
        failures: list[Removed] = []
        for kind in ORDER:
            for event in self._removed(kind, sorted(held[kind], key=partial(_name, kind))):
                # A network may be held by a task that is about to end: that is decided when all have.
                if event.error and (kind != "networks" or self.detach):
                    failures.append(event)
                    yield event
                elif not event.error:
                    yield event
        self.failures = tuple(failures)
        if self.was_there and not self.detach and not self._stop.is_set():
            yield from self._waited()
        if self._stop.is_set():
            self.ending = "interrupted"
        elif self.failures:
            self.ending = "failed"

    def _removed(self, kind: Kind, objects: Sequence[Raw]) -> Iterator[Removed]:
        """What becomes of each object, in their order. Raises EngineError where the daemon is lost."""
        for _, result in in_lanes(objects, partial(self._attempt, kind), lanes=LANES, halt=self._stop):
            if isinstance(result, Exception):
                raise result
            yield result

    def _attempt(self, kind: Kind, raw: Raw) -> Removed:
        try:
            self.engine.remove(kind, raw.get("ID") or raw["Id"])
        except Refused as error:
            return Removed(kind=kind, name=_name(kind, raw), error="" if error.is_missing else error.summary)
        return Removed(kind=kind, name=_name(kind, raw))

    def _waited(self) -> Iterator[RemovalEvent]:
        """Wait until the tasks have ended and the networks are gone. Those that tasks held are removed again."""
        start = time.monotonic()
        ended = None
        pause, longest = PAUSES
        while True:
            tasks = [task for task in self.engine.list("tasks", self._label) if task["Status"]["State"] not in ENDED]
            networks = self.engine.list("networks", self._label)
            now = time.monotonic()
            self.remaining = self._remaining(tasks, networks, now - start)
            yield self.remaining
            if not tasks:
                ended = ended or now
                again = [raw for raw in networks if not is_dying(raw)]
                held = tuple(event for event in self._removed("networks", again) if event.error)
                if not networks or (held and now - ended > GRACE):
                    self.failures += held
                    yield from held
                    return
            elif self.remaining.lost == len(tasks):
                self.ending = "lost"
                return
            if now - start >= self.timeout:
                self.ending = "timed-out"
                return
            if self._stop.wait(min(pause, self.timeout)):
                return
            pause = min(pause * 1.5, longest)

    def _remaining(self, tasks: Sequence[Raw], networks: Sequence[Raw], seconds: float) -> Remaining:
        """What is left, with the nodes where that takes long enough to ask for them."""
        nodes: dict[str, Raw] = {}
        if tasks and seconds > SOON:
            nodes = {node["ID"]: node for node in self.engine.list("nodes")}
        on = [nodes.get(task.get("NodeID", "")) for task in tasks]
        known = [node for node in on if node is not None]
        return Remaining(
            tasks=len(tasks),
            networks=tuple(_name("networks", raw) for raw in networks),
            lost=sum(node["Status"].get("State") == "down" for node in known),
            nodes=tuple(sorted({node["Spec"].get("Name") or node["Description"]["Hostname"] for node in known})),
            seconds=seconds,
        )


def _name(kind: Kind, raw: Raw) -> str:
    name: str = raw["Name"] if kind == "networks" else raw["Spec"]["Name"]
    return name
