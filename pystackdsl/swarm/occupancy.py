"""Which tasks of a stack are on which nodes: lists of the Engine's API come in, a picture's value goes out.

Nothing is read here. `views` draws it, `pystackdsl graph --live` asks for it. Tasks that ended and are not wanted any
more are left out, unless they failed and nothing came after them; those that no node has yet stand apart.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs

from pystackdsl.swarm.ages import nanoseconds
from pystackdsl.swarm.natural import natural
from pystackdsl.swarm.specs import NAMESPACE, Raw
from pystackdsl.swarm.state import without_digest

__all__ = ["Node", "Occupancy", "Task", "occupancy"]

Health = Literal["running", "waiting", "failed", "complete"]

_HEALTH: Final[Mapping[str, Health]] = {
    "running": "running",
    "complete": "complete",
    "failed": "failed",
    "rejected": "failed",
    "orphaned": "failed",
}
"""What is made of a task's state; every other is on the way to running."""

_OVER: Final = frozenset({"shutdown", "remove"})
"""Desired states of tasks that are not wanted any more."""


@attrs.frozen(kw_only=True)
class Task:
    """A task: `name` is its service and its slot, `state` the word of Docker, `error` what went wrong."""

    name: str
    image: str
    state: str
    health: Health
    error: str = ""


@attrs.frozen(kw_only=True)
class Node:
    """A node and the stack's tasks on it; `traits` are its role and what is uncommon about it."""

    name: str
    traits: tuple[str, ...]
    tasks: tuple[Task, ...]


@attrs.frozen(kw_only=True)
class Occupancy:
    """A stack on a swarm: every node, also those without a task of it, and the tasks that have no node yet."""

    stack: str
    nodes: tuple[Node, ...]
    unplaced: tuple[Task, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks."""
        return (*(task for node in self.nodes for task in node.tasks), *self.unplaced)


def occupancy(stack: str, services: Sequence[Raw], tasks: Iterable[Raw], nodes: Iterable[Raw]) -> Occupancy:
    """The picture of a stack, of its services and tasks and all nodes of the swarm."""
    named = {each["ID"]: each["Spec"].get("Name", "").removeprefix(f"{stack}_") for each in services}
    by_node: dict[str, list[Task]] = {}
    for task, before in _current(services, tasks):
        by_node.setdefault(task.get("NodeID", ""), []).append(_placed(task, named, before))
    ordered = {node: tuple(sorted(held, key=lambda each: natural(each.name))) for node, held in by_node.items()}
    found = [
        Node(name=_hostname(node), traits=tuple(_traits(node)), tasks=ordered.pop(node["ID"], ())) for node in nodes
    ]
    left = tuple(task for node, held in ordered.items() if node for task in held)
    return Occupancy(
        stack=stack,
        nodes=tuple(sorted(found, key=lambda node: natural(node.name))),
        unplaced=(*ordered.get("", ()), *left),
    )


def _current(services: Iterable[Raw], tasks: Iterable[Raw]) -> Iterator[tuple[Raw, Raw | None]]:
    """The tasks that are wanted, each with the one before it if that failed; and where a service has fewer than it
    wants, those that failed last.
    """
    slots: dict[tuple[str, int | str], list[Raw]] = {}
    for task in sorted(tasks, key=_created):
        slots.setdefault((task.get("ServiceID", ""), task.get("Slot") or task.get("NodeID", "")), []).append(task)
    missing = {each["ID"]: _wanted(each) for each in services}
    given_up: list[Raw] = []
    for (service, _), held in slots.items():
        now = [task for task in held if not _is_over(task)]
        last = next((task for task in reversed(held) if _is_over(task)), None)
        failed = last if last is not None and _health(last) == "failed" else None
        missing[service] = missing.get(service, 0) - bool(now)
        for task in now:
            yield task, failed
        if failed is not None and not now:
            given_up.append(failed)
    for task in sorted(given_up, key=_created, reverse=True):
        missing[task.get("ServiceID", "")] -= 1
        if missing[task.get("ServiceID", "")] >= 0:
            yield task, None


def _created(task: Raw) -> int:
    return nanoseconds(task.get("CreatedAt", ""))


def _wanted(service: Raw) -> float:
    """How many tasks a service is to have; of a job, that is not to be seen."""
    mode = service["Spec"].get("Mode") or {}
    return math.inf if "Global" in mode else (mode.get("Replicated") or {}).get("Replicas") or 0


def _is_over(task: Raw) -> bool:
    return task.get("DesiredState") in _OVER


def _health(task: Raw) -> Health:
    return _HEALTH.get((task.get("Status") or {}).get("State", ""), "waiting")


def _placed(task: Raw, names: Mapping[str, str], before: Raw | None) -> Task:
    status = task.get("Status") or {}
    container = (task.get("Spec") or {}).get("ContainerSpec") or {}
    service = names.get(task.get("ServiceID", ""), (container.get("Labels") or {}).get(NAMESPACE, "task"))
    slot = task.get("Slot")
    error, health = status.get("Err", ""), _health(task)
    if before is not None and health == "waiting" and not error:
        error = f"before: {before['Status'].get('Err') or before['Status']['State']}"
    return Task(
        name=f"{service}.{slot}" if slot else service,
        image=without_digest(container.get("Image", "")),
        state=status.get("State", ""),
        health=health,
        error=error,
    )


def _hostname(node: Raw) -> str:
    return str((node.get("Description") or {}).get("Hostname") or node["ID"])


def _traits(node: Raw) -> Iterable[str]:
    spec, status = node.get("Spec") or {}, node.get("Status") or {}
    yield spec.get("Role", "")
    if (node.get("ManagerStatus") or {}).get("Leader"):
        yield "leader"
    if spec.get("Availability", "active") != "active":
        yield spec["Availability"]
    if status.get("State", "ready") != "ready":
        yield status["State"]
