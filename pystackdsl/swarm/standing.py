"""How a service stands, over time: what one round tells is held against the rounds before.

`watch` keeps a `Tracker` for each service and shows it what `converge` judged, with the time at which it was so. Pure:
it looks at no clock and asks nobody.
"""

from typing import Final, Literal

import attrs

from pystackdsl.swarm.converge import Progress, monitor_of, seconds_of, state_of
from pystackdsl.swarm.specs import Raw

__all__ = ["ATTEMPTS", "PATIENCE", "Standing", "Tracker"]

SHORTEST: Final = 3.0
"""Seconds for which tasks have to stay up, even where the service's monitor is shorter."""
LONGEST: Final = 30.0
"""Seconds after which tasks are stable, even where earlier ones took longer to fail."""
ATTEMPTS: Final = 3
"""So often one replica may fail before it counts as a crash loop."""
PATIENCE: Final = 10.0
"""Seconds for which tasks may wait for a node, or an address, before that counts as a failure."""

STUCK: Final = 5.0
"""Seconds more than twice its time that an update may take once all its tasks are up. Swarm never ends an update one of
whose tasks was on a node that died, although the task runs elsewhere by then.
"""

Standing = Literal["waiting", "verifying", "converged", "suspect", "paused", "rolled-back", "over"]
"""How a service stands. `suspect`: it will hardly get better by itself; `over`: no task is left that could come up."""


@attrs.define(kw_only=True)
class Tracker:
    """What is remembered of one service from round to round. `old` are IDs of tasks that failed before the rollout."""

    key: str
    name: str
    old: frozenset[str] = frozenset()
    is_rollback: bool = False
    """A rollback is what was asked for."""
    patience: float = PATIENCE
    mark: str = ""
    """The apply that wrote it, where somebody else may write it meanwhile."""
    failed: dict[str, Raw] = attrs.field(factory=dict)
    _holders: frozenset[str] = frozenset()
    _since: float | None = None
    _waiting: frozenset[str] = frozenset()
    _waiting_since: float = 0.0
    _known_failures: int = 0

    def look(self, service: Raw, progress: Progress, now: float) -> Standing:
        """How the service stands at `now`, in seconds on a clock that never goes back."""
        self.failed |= {task["ID"]: task for task in reversed(progress.failed) if task["ID"] not in self.old}
        if self._since is None or progress.holders != self._holders or not progress.is_complete:
            self._holders, self._since = progress.holders, now
        waiting = frozenset(task["ID"] for task in progress.waiting)
        if waiting != self._waiting:
            self._waiting, self._waiting_since = waiting, now
        is_moving = progress.update in {"updating", "rolling-back"}
        is_settled = progress.is_complete and progress.is_final and not is_moving and not progress.is_empty
        if progress.update in {"paused", "rollback-paused"} and not is_settled:
            return "paused"
        enough = 2 * self.window(service) + STUCK if is_moving else self.window(service)
        is_stable = progress.is_complete and now - self._since >= enough
        if progress.update == "rolled-back" and not self.is_rollback:
            return "rolled-back" if progress.is_complete else "waiting"
        if progress.update == "rolling-back" and not self.is_rollback:
            return "rolled-back" if is_stable else "waiting"
        if is_stable or is_settled:
            return "converged"
        if progress.is_over and not is_moving:
            return "over"
        if progress.is_complete:
            return "verifying"
        if self.is_stuck(progress, now) or (self.attempts >= ATTEMPTS and not is_moving):
            return "suspect"
        return "waiting"

    def window(self, service: Raw) -> float:
        """For how many seconds its tasks have to stay up: longer than those that failed have lived."""
        lives = [_life(task) * 1.5 for task in self.failed.values()]
        return max(SHORTEST, monitor_of(service), min(LONGEST, max(lives, default=0.0)))

    @property
    def attempts(self) -> int:
        """How often the replica failed that failed most."""
        counts: dict[str, int] = {}
        for task in self.failed.values():
            slot = str(task.get("Slot") or task.get("NodeID", ""))
            counts[slot] = counts.get(slot, 0) + 1
        return max(counts.values(), default=0)

    def is_stuck(self, progress: Progress, now: float) -> bool:
        """Whether tasks have waited too long for a node, or, which takes the Engine longer to tell, an address."""
        states = {state_of(task) for task in progress.waiting}
        patience = self.patience * (2 if states == {"new"} else 1)
        return bool(states) and not progress.is_complete and now - self._waiting_since >= patience

    def is_lost(self, *, alone: bool) -> bool:
        """Whether a suspect service has failed for good: `alone`, when no other is still on its way.

        Until then others may be what it waits for: a database that is not up yet, a port that becomes free.
        """
        if not alone:
            self._known_failures = len(self.failed)
            return False
        return self.attempts < ATTEMPTS or len(self.failed) > self._known_failures


def _life(task: Raw) -> float:
    """For how many seconds a task lived, from when it was made to when it failed."""
    return max(0.0, seconds_of(task["Status"].get("Timestamp", "")) - seconds_of(task.get("CreatedAt", "")))
