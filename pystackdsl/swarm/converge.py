"""How far one service is, judged from what the Engine tells of it.

The service, its tasks that are up to date (Docker's filter `_up-to-date`: of this rollout, none of an older body) and
the nodes come in; a `Progress` goes out. Pure, and without a clock: `watch` calls it round by round and adds time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import attrs

from pystackdsl.swarm.changes import Mode
from pystackdsl.swarm.specs import Raw

__all__ = [
    "Progress",
    "has_failed",
    "idle_nodes",
    "judge",
    "mode_of",
    "monitor_of",
    "restarts",
    "seconds_of",
    "state_of",
]

STATES: Final = (
    "new", "allocated", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running", "complete",
    "shutdown", "failed", "rejected", "remove", "orphaned",
)  # fmt: skip
"""The states of a task, in the order in which it goes through them."""
_RANK: Final = {state: rank for rank, state in enumerate(STATES)}
_RUNNING: Final = _RANK["running"]
_COMPLETE: Final = _RANK["complete"]
_ENDED: Final = frozenset({"complete", "failed", "rejected"})

_MODES: Final[Mapping[str, Mode]] = {
    "Replicated": "replicated", "Global": "global", "ReplicatedJob": "replicated-job", "GlobalJob": "global-job",
}  # fmt: skip

MONITOR: Final = 5 * 10**9
"""For how many nanoseconds the Engine watches an updated task, where the service does not say."""

UpdateState = Literal["", "updating", "paused", "completed", "rolling-back", "rollback-paused", "rolled-back"]
_UPDATES: Final[Mapping[str, UpdateState]] = {
    "updating": "updating", "paused": "paused", "completed": "completed", "rollback_started": "rolling-back",
    "rollback_paused": "rollback-paused", "rollback_completed": "rolled-back",
}  # fmt: skip


@attrs.frozen(kw_only=True)
class Progress:
    """How far a service is: `running` tasks (of jobs, and of tasks that shall end: those that ended well) of `wanted`.

    `states` counts the tasks that shall run by their state, `serving` those of older bodies too that do. `holders` are
    the IDs of the tasks that count as running: while they stay the same, nothing has failed. `failed` are tasks that
    ended as they should not, the last one first, and `waiting` those that no node was found for yet. `is_over`: no task
    is left that could still come up. `is_final`: nothing that runs is left to be watched.
    """

    mode: Mode
    running: int
    wanted: int
    serving: int
    states: Mapping[str, int]
    holders: frozenset[str]
    failed: tuple[Raw, ...]
    waiting: tuple[Raw, ...]
    is_over: bool
    is_final: bool
    update: UpdateState
    message: str

    @property
    def is_complete(self) -> bool:
        """Whether all that is wanted is there."""
        return self.running >= self.wanted

    @property
    def is_empty(self) -> bool:
        """Whether a service that has a task on each node that fits has none: none fits, or none was made yet."""
        return self.wanted == 0 and self.mode.startswith("global")


def judge(service: Raw, tasks: Iterable[Raw], idle: frozenset[str] = frozenset()) -> Progress:
    """How far a service is; `idle` are the IDs of nodes that run no tasks now."""
    mode = mode_of(service)
    status = service.get("ServiceStatus") or {}
    own = [task for task in tasks if task.get("NodeID", "") not in idle]
    if mode.endswith("job"):
        iteration = _iteration(service.get("JobStatus"))
        own = [task for task in own if _iteration(task) == iteration]
    slots = [_Slot(held) for held in _by_slot(own, mode).values()]
    ends_well = mode.endswith("job") or restarts(service) != "any"
    live = [slot.live for slot in slots if slot.live is not None]
    well = [slot.last for slot in slots if slot.live is None and ends_well and state_of(slot.last) == "complete"]
    badly = [slot for slot in slots if slot.live is None and slot.last not in well and slot.is_ended]
    up = [] if mode.endswith("job") else [task for task in live if state_of(task) == "running"]
    wanted = _wanted(service, mode, nodes=len(live) + len(well) + len(badly))
    missing = wanted - len(live) - len(well)
    update = service.get("UpdateStatus") or {}
    return Progress(
        mode=mode,
        running=len(up) + len(well),
        wanted=wanted,
        serving=int(status.get("RunningTasks") or 0),
        states=_counted(live),
        holders=frozenset(task["ID"] for task in up),
        failed=_failures(own, ends_well=ends_well),
        waiting=tuple(task for task in live if state_of(task) in {"new", "pending"}),
        is_over=len(badly) >= missing > 0,
        is_final=not up,
        update=_UPDATES.get(update.get("State", ""), ""),
        message=update.get("Message", ""),
    )


def mode_of(service: Raw) -> Mode:
    """The mode of a raw service."""
    for name in service["Spec"].get("Mode") or {}:
        if name in _MODES:
            return _MODES[name]
    return "replicated"


def state_of(task: Raw) -> str:
    """The state that a task is in."""
    return str((task.get("Status") or {}).get("State") or "new")


def has_failed(task: Raw) -> bool:
    """Whether a task ended badly by itself. One that was stopped did not, where its node stumbles as it clears up."""
    return state_of(task) in {"failed", "rejected"} and not _is_clearing_up(task)


def _is_clearing_up(task: Raw) -> bool:
    return str(task["Status"].get("Err", "")).startswith("error while removing network")


def restarts(service: Raw) -> str:
    """When the tasks of a service are restarted: any, on-failure or none."""
    policy = service["Spec"]["TaskTemplate"].get("RestartPolicy") or {}
    return str(policy.get("Condition") or "any")


def monitor_of(service: Raw) -> float:
    """For how many seconds a task of a service has to stay up, before it counts as stable."""
    return ((service["Spec"].get("UpdateConfig") or {}).get("Monitor") or MONITOR) / 10**9


def idle_nodes(nodes: Iterable[Raw]) -> frozenset[str]:
    """The IDs of the nodes that run no tasks: down, or drained."""
    return frozenset(
        node["ID"]
        for node in nodes
        if (node.get("Status") or {}).get("State") == "down" or node["Spec"].get("Availability") == "drain"
    )


def seconds_of(stamp: str) -> float:
    """A time stamp of the Engine, which has nanoseconds, in seconds since 1970; 0 for one that nobody set."""
    try:
        return datetime.fromisoformat(f"{stamp[:19]}+00:00").timestamp() + float(f"0.{stamp[20:].rstrip('Z') or 0}")
    except ValueError:
        return 0.0


class _Slot:
    """The tasks that one replica had, or a global service on one node: the one that shall run now, if any does."""

    def __init__(self, tasks: Sequence[Raw]) -> None:
        ordered = sorted(tasks, key=lambda task: str(task.get("CreatedAt", "")))
        self.last = ordered[-1]
        wanted = [task for task in ordered if _shall_run(task)]
        self.live = min(wanted, key=lambda task: (_RANK[task["DesiredState"]], _rank(task)), default=None)
        # Swarm decides about a restart in the moment in which it wants the ended task no more.
        self.is_ended = state_of(self.last) in _ENDED and _RANK[self.last["DesiredState"]] > _COMPLETE


def _shall_run(task: Raw) -> bool:
    """Whether a task runs, or is on its way; the tasks of jobs are on their way to `complete`."""
    wanted = _RANK.get(task.get("DesiredState", ""), len(STATES))
    return (wanted <= _RUNNING and _rank(task) <= _RUNNING) or (wanted == _COMPLETE and _rank(task) < _COMPLETE)


def _rank(task: Raw) -> int:
    return _RANK.get(state_of(task), len(STATES))


def _by_slot(tasks: Iterable[Raw], mode: Mode) -> dict[str, list[Raw]]:
    by_node = mode.startswith("global")
    slots: dict[str, list[Raw]] = {}
    for task in tasks:
        slots.setdefault(str(task.get("NodeID", "") if by_node else task.get("Slot", 0)), []).append(task)
    return slots


def _wanted(service: Raw, mode: Mode, *, nodes: int) -> int:
    """How many tasks shall run; a global service has one on each node that fits, which only its tasks can tell."""
    status = service.get("ServiceStatus") or {}
    if mode == "replicated":
        said = service["Spec"]["Mode"]["Replicated"].get("Replicas")
    elif mode == "replicated-job":
        said = service["Spec"]["Mode"]["ReplicatedJob"].get("TotalCompletions")
    elif mode == "global":
        return max(nodes, int(status.get("DesiredTasks") or 0))
    else:
        return nodes
    return 1 if said is None else int(said)


def _iteration(holder: Raw | None) -> int:
    return int(((holder or {}).get("JobIteration") or {}).get("Index") or 0)


def _counted(tasks: Iterable[Raw]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for task in tasks:
        counts[state_of(task)] = counts.get(state_of(task), 0) + 1
    return dict(sorted(counts.items(), key=lambda each: -_RANK.get(each[0], 0)))


def _failures(tasks: Iterable[Raw], *, ends_well: bool) -> tuple[Raw, ...]:
    found = [task for task in tasks if has_failed(task) or (not ends_well and state_of(task) == "complete")]
    return tuple(sorted(found, key=lambda task: str(task["Status"].get("Timestamp", "")), reverse=True))
