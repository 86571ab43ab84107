"""Services that a plan leaves as they are though not all is well with them: half-done updates, and no node that fits.

A plan, what the swarm has and a way to count tasks come in; findings for people go out. Called by `planning`. Tasks are
asked for only where an update stands still.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm import notes
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.effects import mode_of
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import Raw

__all__ = ["halted"]

_PAUSED: Final = frozenset({"paused", "rollback_paused"})


def halted(
    plan: Plan, live: Live, only: frozenset[str] | None, up_to_date: Callable[[Sequence[str]], Sequence[Raw]]
) -> list[Diagnostic]:
    """Remarks on the services of the stack that the plan does not write; `only` limits them to services of these keys.

    `up_to_date` gives the tasks of services, by ID, that are of the service's body as it is now.
    """
    written = {change.name for change in plan.changes if change.kind == "services"}
    services = {
        key: live.services[spec["Name"]]
        for key, spec in sorted((plan.desired.services if plan.desired else {}).items())
        if spec["Name"] in live.services and spec["Name"] not in written and (only is None or key in only)
    }
    return [*_paused(plan.stack, services, up_to_date), *_without_node(services)]


def _paused(
    stack: str, services: Mapping[str, Raw], up_to_date: Callable[[Sequence[str]], Sequence[Raw]]
) -> Iterator[Diagnostic]:
    """Updates and rollbacks that Swarm has stopped half-way."""
    states = {key: str((raw.get("UpdateStatus") or {}).get("State", "")) for key, raw in services.items()}
    paused = {key: raw for key, raw in services.items() if states[key] in _PAUSED}
    tasks = up_to_date([raw["ID"] for raw in paused.values()]) if paused else ()
    running = [task["ServiceID"] for task in tasks if (task.get("Status") or {}).get("State") == "running"]
    for key, raw in paused.items():
        serving = int((raw.get("ServiceStatus") or {}).get("RunningTasks") or 0)
        former = max(0, serving - running.count(raw["ID"]))
        yield notes.paused(stack, key, former, is_rollback=states[key] == "rollback_paused")


def _without_node(services: Mapping[str, Raw]) -> Iterator[Diagnostic]:
    """Global services that Swarm wants no task of: it makes one for each node that fits."""
    for key, raw in services.items():
        status = raw.get("ServiceStatus") or {}
        if mode_of(raw["Spec"]) == "global" and status.get("DesiredTasks") == 0:
            placement = (raw["Spec"].get("TaskTemplate") or {}).get("Placement") or {}
            yield notes.without_node(key, placement.get("Constraints") or ())
