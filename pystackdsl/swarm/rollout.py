"""A plan carried out: checked once more, written, and watched until every service has converged or failed.

`apply` takes a `Plan` and an `Engine` and gives a `Rollout`. Iterate it for events, or call `wait` for its `Outcome`;
`close` makes it stop. That something failed is an outcome, no exception.
"""

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from threading import Event as Signal
from typing import TYPE_CHECKING, Final

import attrs

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.causes import STATUSES, status_of
from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.converge import has_failed
from pystackdsl.swarm.errors import EngineError
from pystackdsl.swarm.events import Event, Finished, Outcome, Said, Verdict, Written
from pystackdsl.swarm.externals import missing
from pystackdsl.swarm.lanes import in_lanes
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.neighbours import held_elsewhere
from pystackdsl.swarm.precheck import obstacles, outdated, references
from pystackdsl.swarm.sequence import Sequenced, sequenced
from pystackdsl.swarm.specs import NAMESPACE, Kind, Raw
from pystackdsl.swarm.standing import PATIENCE, Tracker
from pystackdsl.swarm.watched import by_service, trackers
from pystackdsl.swarm.writes import NOUNS, Interrupted, Stale, Writer, mark

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Options", "Rollout", "apply"]

LANES: Final = 4
"""Over so many connections services are written; more bring nothing."""
FAILED: Final = STATUSES["failed"]
STALE: Final = 8
INTERRUPTED: Final = STATUSES["interrupted"]


@attrs.frozen(kw_only=True)
class Options:
    """How a plan is carried out.

    `timeout` is in seconds, for the waiting alone. `services` limits the waiting to services of these keys. `is_fresh`
    says that the plan was made a moment ago, so that the swarm need not be read again. `patience` is for how many
    seconds tasks may wait for a node.
    """

    detach: bool = False
    timeout: float = 300.0
    atomic: bool = False
    with_registry_auth: bool = False
    services: frozenset[str] | None = None
    is_fresh: bool = False
    patience: float = PATIENCE


def apply(plan: Plan, engine: "Engine", options: Options | None = None) -> "Rollout":
    """Carry out a plan. Nothing is done before the rollout is iterated, or waited for."""
    return Rollout(plan, engine, options or Options())


class _Obstructed(Exception):
    """Some write would fail."""

    def __init__(self, findings: Sequence[Diagnostic]) -> None:
        super().__init__()
        self.findings = tuple(findings)


class Rollout:
    """A plan on its way: iterate it once for events, the last of which is `Finished`."""

    def __init__(self, plan: Plan, engine: "Engine", options: Options) -> None:
        self.plan = plan
        self.engine = engine
        self.options = options
        self.outcome: Outcome | None = None
        self._stop = Signal()
        self._again = Signal()
        self._done: list[Written] = []
        self._verdicts: list[Verdict] = []
        self._restored: tuple[str, ...] = ()
        self._withdrawn: tuple[Change, ...] = ()
        self._writer: Writer | None = None
        self._events = self._run()

    def __iter__(self) -> Iterator[Event]:
        return self._events

    @property
    def is_atomic(self) -> bool:
        """Whether it brings back what was, where it fails or is made to stop."""
        return self.options.atomic

    def wait(self) -> Outcome:
        """Go through with it, and tell how it ended."""
        for _ in self:
            pass
        assert self.outcome is not None
        return self.outcome

    def close(self) -> None:
        """Make it stop: the events come to their end soon. What has been written stays, unless it is atomic; a second
        call breaks off the return too.
        """
        (self._again if self._stop.is_set() else self._stop).set()

    def _run(self) -> Iterator[Event]:
        status, error = 0, ""
        findings: tuple[Diagnostic, ...] = ()
        try:
            yield from self._carried_out(self._live())
        except Stale as stale:
            status, error = STALE, str(stale)
        except EngineError as refusal:
            status, error = FAILED, _sentence(refusal)
        except Interrupted:
            status = INTERRUPTED
        except _Obstructed as obstructed:
            status, findings = FAILED, obstructed.findings
        status = status or status_of(verdict.cause for verdict in self._verdicts)
        if status and self.options.atomic and self._writer is not None and self._done:
            more = yield from self._restore(self._writer)
            error = "\n".join(filter(None, (error, more)))
        done = tuple(written.change for written in self._done)
        names = {(change.kind, change.name) for change in done}
        self.outcome = Outcome(
            status=status, verdicts=tuple(self._verdicts), done=done, error=error, findings=findings,
            undone=tuple(change for change in self.plan.changes if (change.kind, change.name) not in names),
            restored=self._restored, withdrawn=self._withdrawn,
        )  # fmt: skip
        yield Finished(at=time.time(), outcome=self.outcome)

    def _live(self) -> Live:
        """What the swarm has now."""
        plan = self.plan
        if plan.live is not None and self.options.is_fresh:
            return plan.live
        externals = plan.desired.externals if plan.desired else ()
        names: list[tuple[Kind, str]] = [(change.kind, change.name) for change in plan.changes if change.id is None]
        names += [each for change in plan.changes if change.is_return for each in references(change.spec or {})]
        return self.engine.read(plan.stack, externals, names)

    def _carried_out(self, live: Live) -> Iterator[Event]:
        """Write all, and watch. Raises what stops it."""
        if reasons := outdated(self.plan, live):
            raise Stale("; ".join(reasons))
        findings = (*obstacles(self.plan, live), *missing(self.plan, live, self.engine))
        if not self.options.is_fresh:
            findings += held_elsewhere(self.plan, live, self.engine)
        if findings:
            raise _Obstructed(findings)
        tasks, failed = ({}, frozenset()) if self.options.detach else self._tasks()
        writer = self._writer = self._prepared(live)
        steps = sequenced(self.plan, live)
        yield from self._write(writer, steps.first)
        if not self.options.atomic or self.options.detach:
            yield from self._write(writer, steps.last)
        if self.options.detach:
            return
        watched = trackers(self.plan, live, tasks, failed=failed, only=self.options.services, now=time.time())
        written = {each.change.name for each in self._done if each.outcome in {"created", "updated"}}
        returned = {change.name for change in self.plan.changes if change.is_return}
        for each in watched:
            each.patience = self.options.patience
            each.mark = writer.apply if each.name in written - returned else ""
        yield from self._watch(watched)
        if self.options.atomic and not status_of(verdict.cause for verdict in self._verdicts):
            yield from self._write(writer, steps.last)

    def _prepared(self, live: Live) -> Writer:
        engine, desired = self.engine, self.plan.desired
        auth = {
            change.key: engine.credentials(change.spec["TaskTemplate"]["ContainerSpec"]["Image"])
            for change in self.plan.changes
            if self.options.with_registry_auth and change.kind == "services" and change.spec is not None
        }
        contents = desired.contents if desired else {}
        planned = frozenset(change.name for change in self.plan.changes if change.kind == "services")
        return Writer(engine, live, apply=mark(), contents=contents, auth=auth, planned=planned, stop=self._stop)

    def _write(self, writer: Writer, steps: Sequenced) -> Iterator[Event]:
        """Write group after group; what is told first of all that went wrong is raised."""
        for group, lanes in steps:
            wrong: Exception | None = None
            for change, result in in_lanes(group, writer.write, lanes=LANES if lanes else 1):
                if isinstance(result, Written):
                    self._done.append(result)
                    yield result
                else:
                    wrong = wrong or _of(change, result)
            if wrong is not None:
                raise wrong

    def _tasks(self) -> tuple[Mapping[str, Sequence[Raw]], frozenset[str]]:
        """The tasks there are before anything is written: the up-to-date ones by service, and all that have failed."""
        label = {"label": [f"{NAMESPACE}={self.plan.stack}"]}
        up_to_date = by_service(self.engine.list("tasks", {**label, "_up-to-date": ["true"]}))
        is_any = any(change.kind == "services" and change.id is not None for change in self.plan.changes)
        failed = [task["ID"] for task in (self.engine.list("tasks", label) if is_any else ()) if has_failed(task)]
        return up_to_date, frozenset(failed)

    def _watch(self, watched: Sequence[Tracker]) -> Iterator[Event]:
        if not watched:
            return
        from pystackdsl.swarm.watch import Watch

        watch = Watch(self.engine, self.plan.stack, watched, timeout=self.options.timeout, stop=self._stop)
        watch.ends_at_failure = self.options.atomic
        try:
            yield from watch
        finally:
            self._verdicts = watch.verdicts

    def _restore(self, writer: Writer) -> Generator[Event, None, str]:
        """Bring back what was; what could not be is told in words."""
        from pystackdsl.swarm.restore import Restoration

        yield Said(at=time.time(), text="bringing back what was", severity="warning")
        restoration = Restoration(writer, writer.live, self._done, timeout=self.options.timeout, stop=self._again)
        try:
            yield from restoration
        except (EngineError, Stale, Interrupted) as error:
            return f"not all could be brought back: {_sentence(error)}"
        finally:
            self._withdrawn = tuple(restoration.withdrawn)
        failed = [verdict.service for verdict in restoration.verdicts if verdict.cause is not None]
        self._restored = tuple(key for key in sorted(restoration.restored) if key not in failed)
        told = [f"not brought back: {'; '.join(restoration.left)}"] if restoration.left else []
        if failed:
            told.append(f"brought back, but not up again: {', '.join(failed)}")
        return "\n".join(told)


def _of(change: Change, error: Exception) -> Exception:
    """The error, saying of what it is."""
    if isinstance(error, EngineError):
        error.summary = f"{NOUNS[change.kind]} {change.name}: {error.summary}"
        error.args = (error.summary,)
    return error


def _sentence(error: Exception) -> str:
    help = getattr(error, "help", "")
    return f"{error}; {help}" if help else str(error)
