"""Which services of a stack are to be watched after an apply.

The plan, what the swarm had and which tasks there were before the first write come in; a `Tracker` for each service
that was written, and for each that is short of its tasks although nothing about it changes, goes out. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence

from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.converge import has_failed, judge, seconds_of
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.names import scoped
from pystackdsl.swarm.specs import Raw
from pystackdsl.swarm.standing import Tracker

__all__ = ["by_service", "trackers"]

RECENT = 600.0
"""Seconds for which the failures of a service that nobody changes still say something about it now."""
DOUBTFUL = 120.0
"""Seconds after a failure in which a service that has all its tasks may be in a crash loop all the same."""


def trackers(
    plan: Plan,
    live: Live,
    tasks: Mapping[str, Sequence[Raw]],
    *,
    failed: frozenset[str],
    only: frozenset[str] | None,
    now: float,
) -> list[Tracker]:
    """The services to watch, sorted. `tasks` are those that are up to date, by the ID of their service; `failed` are
    the IDs of all that have failed, those of bodies that an apply may return to as well; `now` is the time in seconds
    since 1970.
    """
    written = {change.name: change.key for change in plan.changes if change.kind == "services"}
    returned = {change.name for change in plan.changes if change.is_return}
    networks = [change for change in plan.changes if change.kind == "networks" and change.action == "replace"]
    written |= {scoped(plan.stack, key): key for change in networks for key in change.users}
    gone = {change.name for change in plan.changes if change.kind == "services" and change.action == "remove"}
    found = []
    for name, key in sorted((_known(plan, live) | written).items()):
        if name in gone or (only is not None and key not in only):
            continue
        raw = live.services.get(name)
        held = tasks.get(raw["ID"], ()) if raw else ()
        if name in written:
            found.append(Tracker(key=key, name=name, old=failed, is_rollback=name in returned))
        elif raw is not None and _needs_watching(raw, held, now):
            old = frozenset(task["ID"] for task in held if has_failed(task) and now - _failed_at(task) > RECENT)
            found.append(Tracker(key=key, name=name, old=old, is_rollback=True))
    return found


def by_service(tasks: Iterable[Raw]) -> dict[str, list[Raw]]:
    """Tasks by the ID of their service."""
    found: dict[str, list[Raw]] = {}
    for task in tasks:
        found.setdefault(task.get("ServiceID", ""), []).append(task)
    return found


def _known(plan: Plan, live: Live) -> dict[str, str]:
    """The keys of the stack's services by full name: those that run, and that the stack describes."""
    if plan.desired is not None:
        return {spec["Name"]: key for key, spec in plan.desired.services.items() if spec["Name"] in live.services}
    return {name: name.removeprefix(f"{plan.stack}_") for name in live.services}


def _needs_watching(raw: Raw, tasks: Sequence[Raw], now: float) -> bool:
    """Whether a service that nobody changes is short of its tasks, or may be in a moment."""
    progress = judge(raw, tasks)
    if not progress.is_complete or progress.update in {"updating", "rolling-back"}:
        return True
    return any(has_failed(task) and now - _failed_at(task) < DOUBTFUL for task in tasks) and not progress.is_final


def _failed_at(task: Raw) -> float:
    return seconds_of(str(task["Status"].get("Timestamp", "")))
