"""A stack taken out of a swarm: an engine and a name come in, events of what is removed go out. Called by `rm`.

The order is Docker's: services, secrets, configs, networks. What cannot be removed is told and the rest goes on. A
removal is over when the tasks have ended and the networks are gone, so that the name can be used again.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import attrs

from pystackdsl.swarm.errors import EngineError, Refused
from pystackdsl.swarm.specs import NAMESPACE, Kind, Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Removed", "Waiting", "remove"]

ORDER: Final[tuple[Kind, ...]] = ("services", "secrets", "configs", "networks")
CONNECTIONS: Final = 4
TERMINAL: Final = frozenset({"complete", "shutdown", "failed", "rejected", "remove", "orphaned"})
"""States of a task that runs no more."""


@attrs.frozen(kw_only=True)
class Removed:
    """One object was removed; or it was not, and `error` says why."""

    kind: Kind
    name: str
    error: str = ""


@attrs.frozen(kw_only=True)
class Waiting:
    """What is still there; nothing, when it is over."""

    tasks: int
    networks: int
    seconds: float
    outcome: Literal["waiting", "gone", "timed-out"] = "waiting"


def remove(
    engine: "Engine",
    stack: str,
    *,
    timeout: float | None = 300,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Removed | Waiting]:
    """Remove a stack; nothing happens where there is none, and no event tells of it.

    `timeout` is how many seconds to wait for tasks and networks to end, None not to wait. Volumes and what lies outside
    the stack stay. Raises EngineError where the swarm cannot be read.
    """
    label = {"label": [f"{NAMESPACE}={stack}"]}
    held = {kind: engine.list(kind, label) for kind in ORDER}
    failed = False
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for kind in ORDER:
            objects = sorted(held[kind], key=lambda raw: raw["Spec"]["Name"]) if kind == "services" else held[kind]
            for found in pool.map(partial(_removed, engine, kind), objects):
                failed = failed or bool(found.error)
                yield found
    if timeout is not None and any(held.values()):
        yield from _waited(engine, label, timeout, clock, sleep, networks=not failed)


def _removed(engine: "Engine", kind: Kind, raw: Raw) -> Removed:
    name = raw["Name"] if kind == "networks" else raw["Spec"]["Name"]
    try:
        engine.remove(kind, raw.get("ID") or raw["Id"])
    except Refused as error:
        return Removed(kind=kind, name=name, error="" if error.is_missing else error.summary)
    except EngineError as error:
        return Removed(kind=kind, name=name, error=error.summary)
    return Removed(kind=kind, name=name)


def _waited(
    engine: "Engine",
    label: dict[str, list[str]],
    timeout: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    *,
    networks: bool,
) -> Iterator[Waiting]:
    """Wait for the tasks to end and, where they were removed, for the networks to be gone."""
    start = clock()
    pause = 0.1
    while True:
        tasks = [task for task in engine.list("tasks", label) if task["Status"]["State"] not in TERMINAL]
        left = engine.list("networks", label) if networks else []
        passed = clock() - start
        over = not tasks and not left
        outcome: Literal["waiting", "gone", "timed-out"] = (
            "gone" if over else "timed-out" if passed > timeout else "waiting"
        )
        yield Waiting(tasks=len(tasks), networks=len(left), seconds=passed, outcome=outcome)
        if outcome != "waiting":
            return
        sleep(pause)
        pause = min(pause * 1.5, 1.0)
