"""What happens while a plan is carried out, as values: yielded by `rollout`, drawn by `views`."""

from collections.abc import Mapping
from typing import Literal

import attrs

from pystackdsl.swarm.changes import Change

__all__ = ["Cause", "Event", "Finished", "Observed", "Outcome", "Said", "Verdict", "Written"]

Cause = Literal[
    "image-not-found", "no-credentials", "no-suitable-node", "port-taken", "missing-mount", "crash-loop",
    "out-of-memory", "unhealthy", "no-addresses", "update-paused", "rolled-back", "timed-out", "interrupted", "failed",
]  # fmt: skip
"""Why a service did not converge."""


@attrs.frozen(kw_only=True)
class Written:
    """A change was made; `outcome` says what became of it: a lost race may find that it was done already."""

    at: float
    change: Change
    outcome: Literal["created", "updated", "removed", "unchanged"]
    warnings: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Observed:
    """How far a service is: its tasks that run (of jobs: completed), those wanted, and counts by state."""

    at: float
    service: str
    running: int
    wanted: int
    states: Mapping[str, int] = attrs.field(factory=dict)
    phase: Literal["waiting", "verifying", "converged", "rolling-back", "failed"] = "waiting"
    text: str = ""


@attrs.frozen(kw_only=True)
class Said:
    """A remark for people: a race was retried, an old object is kept."""

    at: float
    text: str
    severity: Literal["info", "warning", "error"] = "info"


@attrs.frozen(kw_only=True)
class Verdict:
    """What became of one service. `evidence` are the tasks' errors, health-check output and last log lines."""

    service: str
    cause: Cause | None
    summary: str
    evidence: tuple[str, ...] = ()
    help: str = ""


@attrs.frozen(kw_only=True)
class Outcome:
    """How a rollout ended: its exit code as the command line has it, what was written and what was not."""

    status: int
    verdicts: tuple[Verdict, ...] = ()
    done: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()
    error: str = ""
    restored: tuple[str, ...] = ()
    """Services that `--atomic` brought back to what they were."""


@attrs.frozen(kw_only=True)
class Finished:
    """The last event."""

    at: float
    outcome: Outcome


Event = Written | Observed | Said | Finished
