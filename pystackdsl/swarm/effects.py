"""What a change does to the tasks of a service: how many are replaced, how, and whether a job runs again.

The bodies before and after, in normal form, come in; an Effect goes out. Called by `compare`. The rules are those of
the Engine's own updater: a task is replaced when its template or the service's endpoint differs, and never for the
number of replicas, labels of the service, or how it is updated. A job runs again each time it is written.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from pystackdsl.swarm.changes import Effect, Mode
from pystackdsl.swarm.specs import Raw, Spec

__all__ = ["effect_of", "first_effect", "last_effect", "mode_of", "renewed_effect", "replicas_of", "restarts"]

_MODES: Final[Mapping[str, Mode]] = {
    "Replicated": "replicated",
    "Global": "global",
    "ReplicatedJob": "replicated-job",
    "GlobalJob": "global-job",
}


def mode_of(spec: Spec) -> Mode:
    """How a service runs; replicated where it does not say."""
    for name in spec.get("Mode") or ():
        if name in _MODES:
            return _MODES[name]
    return "replicated"


def replicas_of(spec: Spec) -> int:
    """How many tasks a replicated service has; one where it does not say."""
    replicas = ((spec.get("Mode") or {}).get("Replicated") or {}).get("Replicas")
    return 1 if replicas is None else int(replicas)


def restarts(before: Spec, after: Spec) -> bool:
    """Whether tasks are replaced on the way from one body to another.

    Where they run matters only to tasks whose node no longer fits, so placement alone replaces none.
    """
    if before.get("EndpointSpec") != after.get("EndpointSpec"):
        return True
    return _without_placement(before) != _without_placement(after)


def effect_of(
    raw: Raw,
    before: Spec,
    after: Spec,
    *,
    because: tuple[str, ...] = (),
    is_forced: bool = False,
    detached: tuple[str, ...] = (),
) -> Effect:
    """What an update does to the tasks of the live service `raw`; `is_forced` replaces them all, and so do networks
    that it is `detached` from and attached to again.
    """
    mode = mode_of(after)
    running = _running(raw)
    if mode in ("replicated-job", "global-job"):
        return Effect(mode=mode, running=running, is_job=True, because=because, detached=detached)
    wanted = running
    added = removed = 0
    if mode == "replicated":
        wanted = replicas_of(after)
        added, removed = max(wanted - replicas_of(before), 0), max(replicas_of(before) - wanted, 0)
    if not is_forced and not detached and not restarts(before, after):
        moves = before["TaskTemplate"].get("Placement") != after["TaskTemplate"].get("Placement")
        return Effect(mode=mode, running=running, added=added, removed=removed, moves=moves)
    update: dict[str, Any] = after.get("UpdateConfig") or {}
    return Effect(
        mode=mode,
        replaced=min(running, wanted),
        running=running,
        added=added,
        removed=removed,
        parallelism=update.get("Parallelism", 1),
        order="start-first" if update.get("Order") == "start-first" else "stop-first",
        because=because,
        detached=detached,
        is_restart=True,
    )


def renewed_effect(raw: Raw, after: Spec) -> Effect:
    """What removing the live service `raw` and making it anew does: nothing of it is left to be counted on."""
    made, running = first_effect(after), _running(raw)
    return attrs.evolve(made, running=running, removed=running, is_restart=not made.is_job)


def first_effect(spec: Spec) -> Effect:
    """What making a service does."""
    mode = mode_of(spec)
    return Effect(mode=mode, added=replicas_of(spec) if mode == "replicated" else 0, is_job=mode.endswith("job"))


def last_effect(raw: Raw) -> Effect:
    """What removing a service does."""
    running = _running(raw)
    return Effect(mode=mode_of(raw["Spec"]), running=running, removed=running)


def _running(raw: Raw) -> int:
    return int((raw.get("ServiceStatus") or {}).get("RunningTasks", 0))


def _without_placement(spec: Spec) -> Spec:
    return {name: value for name, value in (spec.get("TaskTemplate") or {}).items() if name != "Placement"}
