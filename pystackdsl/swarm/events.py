"""What happens while a plan is carried out, as values: yielded by `rollout`, drawn by `views`."""

from collections.abc import Mapping
from typing import Literal

import attrs

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.changes import Change

__all__ = ["Cause", "Event", "Finished", "Observed", "Outcome", "Phase", "Said", "Verdict", "Written"]

Cause = Literal[
    "image-not-found", "no-credentials", "no-suitable-node", "port-taken", "missing-mount", "crash-loop", "exited",
    "cannot-start", "out-of-memory", "unhealthy", "no-addresses", "update-paused", "rolled-back", "timed-out",
    "interrupted", "failed",
]  # fmt: skip
"""Why a service did not converge. `exited`: its tasks ended badly and are not restarted; `failed`: nobody can tell, for
it was removed meanwhile, or the swarm answers no more."""


Phase = Literal["waiting", "verifying", "converged", "rolling-back", "failed"]
"""How far a service is on its way. `verifying`: all is there, and has to stay so for a while."""


@attrs.frozen(kw_only=True)
class Written:
    """A change was made; `outcome` says what became of it: a lost race may find that it was done already."""

    at: float
    change: Change
    outcome: Literal["created", "updated", "removed", "unchanged"]
    warnings: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Observed:
    """How far a service is: its tasks that run (of jobs: completed), those wanted, and counts by state.

    `service` is the stack's own key. `serving` counts the tasks of older bodies too that run.
    """

    at: float
    service: str
    running: int
    wanted: int
    serving: int = 0
    is_job: bool = False
    states: Mapping[str, int] = attrs.field(factory=dict)
    phase: Phase = "waiting"
    text: str = ""


@attrs.frozen(kw_only=True)
class Said:
    """A remark for people: a race was retried, an old object is kept."""

    at: float
    text: str
    severity: Literal["info", "warning", "error"] = "info"


@attrs.frozen(kw_only=True)
class Verdict:
    """What became of one service; `cause` is None when it converged.

    `because` is what lies behind a paused, rolled back or overdue update. `evidence` are lines about the tasks, with
    their errors in full; a line of a program's or health check's own output begins with `| `.
    """

    service: str
    cause: Cause | None
    summary: str
    because: Cause | None = None
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
    findings: tuple[Diagnostic, ...] = ()
    """Why nothing was written at all."""
    restored: tuple[str, ...] = ()
    """Services that `--atomic` brought back to what they were."""
    withdrawn: tuple[Change, ...] = ()
    """What was made, and what `--atomic` removed again."""


@attrs.frozen(kw_only=True)
class Finished:
    """The last event."""

    at: float
    outcome: Outcome


Event = Written | Observed | Said | Finished
