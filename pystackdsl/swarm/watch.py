"""Services watched until each has converged or failed: adds time to what `converge` judges round by round.

Called by `rollout`, once all is written. Each round asks the Engine for the stack's services and tasks, however many
there are; an `Observed` comes out wherever something changed. What is to be said of a failed service, `verdicts` finds
out.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from threading import Event as Signal
from typing import TYPE_CHECKING, Final

import attrs

from pystackdsl.swarm.causes import error_of
from pystackdsl.swarm.converge import Progress, idle_nodes, judge
from pystackdsl.swarm.errors import Unreachable
from pystackdsl.swarm.events import Observed, Phase, Said, Verdict
from pystackdsl.swarm.notes import without_node
from pystackdsl.swarm.specs import NAMESPACE, Raw
from pystackdsl.swarm.standing import ATTEMPTS, PATIENCE, Standing, Tracker
from pystackdsl.swarm.verdicts import Failure, verdict_of
from pystackdsl.swarm.watched import by_service
from pystackdsl.swarm.writes import mark_of

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Watch"]

FIRST_PAUSE: Final = 0.1
LAST_PAUSE: Final = 1.0
LOST: Final = 30.0
"""Seconds for which the swarm may be out of reach: that long takes an election."""


@attrs.define(kw_only=True)
class _Round:
    """What the Engine told in one round."""

    services: Mapping[str, Raw]
    tasks: Mapping[str, Sequence[Raw]]


class Watch:
    """Iterate it for events; then `verdicts` has one for each service that was watched, in the order in which they
    came.
    """

    def __init__(
        self, engine: "Engine", stack: str, trackers: Sequence[Tracker], *, timeout: float, stop: Signal
    ) -> None:
        self.engine = engine
        self.stack = stack
        self.timeout = timeout
        self.stop = stop
        self.ends_at_failure = False
        self.verdicts: list[Verdict] = []
        self._open = {tracker.name: tracker for tracker in trackers}
        self._shown: dict[str, Observed] = {}
        self._nodes: dict[str, Raw] = {}
        self._nodes_at = float("-inf")

    def __iter__(self) -> Iterator[Observed | Said]:
        end = time.monotonic() + self.timeout
        pause = FIRST_PAUSE
        answered = time.monotonic()
        while self._open and not self.stop.is_set():
            if self.ends_at_failure and any(verdict.cause for verdict in self.verdicts):
                return
            started = time.monotonic()
            try:
                found = self._ask()
            except Unreachable as error:
                if started - answered > LOST or started > end:
                    raise
                if started - answered < FIRST_PAUSE:
                    yield Said(at=time.time(), text=f"{error.summary}; asking again", severity="warning")
                self.stop.wait(LAST_PAUSE)
                continue
            answered = time.monotonic()
            before = len(self._shown), len(self.verdicts), list(self._shown.values())
            yield from self._judge(found, is_late=answered >= end)
            is_same = before == (len(self._shown), len(self.verdicts), list(self._shown.values()))
            pause = min(LAST_PAUSE, pause * 1.5) if is_same else FIRST_PAUSE
            if self._open:
                # Asking never takes more than a fifth of the time, whatever it costs.
                self.stop.wait(max(pause, 4 * (answered - started)))
        if self.stop.is_set():
            self._interrupted()

    def _ask(self) -> _Round:
        label = [f"{NAMESPACE}={self.stack}"]
        services = self.engine.list("services", {"label": label}, status="true")
        tasks = self.engine.list("tasks", {"label": label, "_up-to-date": ["true"]})
        if time.monotonic() - self._nodes_at > PATIENCE / 4:
            self._nodes = {node["ID"]: node for node in self.engine.list("nodes")}
            self._nodes_at = time.monotonic()
        return _Round(services={each["Spec"]["Name"]: each for each in services}, tasks=by_service(tasks))

    def _judge(self, found: _Round, *, is_late: bool) -> Iterator[Observed | Said]:
        """Look at each service that is still open, and close those that have come to an end."""
        now = time.monotonic()
        idle = idle_nodes(self._nodes.values())
        looks = []
        for name, tracker in sorted(self._open.items()):
            service = found.services.get(name)
            if service is None:
                self._close(tracker, Verdict(service=tracker.key, cause="failed", summary="somebody removed it"))
                continue
            progress = judge(service, found.tasks.get(service["ID"], ()), idle)
            if _is_overwritten(tracker, service, progress):
                told = "somebody else changed it meanwhile"
                self._close(tracker, Verdict(service=tracker.key, cause="failed", summary=told))
                continue
            looks.append((tracker, service, progress, tracker.look(service, progress, now)))
        moving = sum(standing in {"waiting", "verifying"} for *_, standing in looks)
        for tracker, service, progress, standing in looks:
            others = moving - (standing in {"waiting", "verifying"})
            is_lost = tracker.is_lost(alone=not others)
            is_end = standing in {"paused", "rolled-back", "over"} or (standing == "suspect" and is_lost) or is_late
            phase = _phase(progress, standing, is_end=is_end)
            yield from self._show(tracker, progress, phase, _remark(tracker, service, progress, standing))
            if standing == "converged":
                if progress.is_empty:
                    yield _without_node(tracker, service)
                self._close(tracker, Verdict(service=tracker.key, cause=None, summary=_success(progress)))
            elif is_end:
                failure = Failure(
                    key=tracker.key, service=service, progress=progress, old=tracker.old,
                    failed=tuple(reversed(tracker.failed.values())), is_stuck=tracker.is_stuck(progress, now),
                    is_loop=tracker.attempts >= ATTEMPTS, is_over=standing == "over", timeout=self.timeout,
                )  # fmt: skip
                self._close(tracker, verdict_of(failure, self.engine, self._nodes))

    def _show(self, tracker: Tracker, progress: Progress, phase: Phase, text: str) -> Iterator[Observed]:
        seen = Observed(
            at=0.0, service=tracker.key, running=progress.running, wanted=progress.wanted, serving=progress.serving,
            is_job=progress.mode.endswith("job"), states=progress.states, phase=phase, text=text,
        )  # fmt: skip
        if self._shown.get(tracker.name) != seen:
            self._shown[tracker.name] = seen
            yield attrs.evolve(seen, at=time.time())

    def _close(self, tracker: Tracker, verdict: Verdict) -> None:
        del self._open[tracker.name]
        self.verdicts.append(verdict)

    def _interrupted(self) -> None:
        for tracker in [self._open[name] for name in sorted(self._open)]:
            seen = self._shown.get(tracker.name)
            summary = f"{seen.running} of {seen.wanted} were up (interrupted)" if seen else "interrupted"
            self._close(tracker, Verdict(service=tracker.key, cause="interrupted", summary=summary))


def _is_overwritten(tracker: Tracker, service: Raw, progress: Progress) -> bool:
    """Whether the body of a service is no longer the one that was written, and not because Swarm took it back."""
    is_back = progress.update in {"rolling-back", "rolled-back", "rollback-paused"}
    return bool(tracker.mark) and mark_of(service["Spec"]) != tracker.mark and not is_back


def _phase(progress: Progress, standing: Standing, *, is_end: bool) -> Phase:
    if standing == "converged":
        return "converged"
    if is_end:
        return "failed"
    if progress.update == "rolling-back":
        return "rolling-back"
    return "verifying" if standing == "verifying" else "waiting"


def _remark(tracker: Tracker, service: Raw, progress: Progress, standing: Standing) -> str:
    """What there is to say of a service beside its numbers; it changes only when something happens."""
    if standing == "converged":
        return "" if progress.is_final else f"stable for {tracker.window(service):g} s"
    waiting = next((error_of(task) for task in progress.waiting if error_of(task)), "")
    if waiting or progress.is_complete or not tracker.failed:
        return waiting
    count = len(tracker.failed)
    last = error_of(next(reversed(tracker.failed.values()))) or "a task ended"
    return f"{count} task{'s' if count > 1 else ''} failed, the last one: {last}"


def _without_node(tracker: Tracker, service: Raw) -> Said:
    """What is said of a global service that came to an end without a task."""
    placement = service["Spec"]["TaskTemplate"].get("Placement") or {}
    told = without_node(tracker.key, placement.get("Constraints") or ())
    return Said(at=time.time(), text=f"{told.summary} ({told.help})", severity="warning")


def _success(progress: Progress) -> str:
    if progress.mode.endswith("job"):
        return f"{progress.running}/{progress.wanted} completed"
    if progress.wanted and progress.is_final:
        return f"{progress.running}/{progress.wanted} ended well"
    return f"{progress.running}/{progress.wanted} running"
