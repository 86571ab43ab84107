"""What is to be said of a service that failed: its cause, and what shows it.

What `watch` knows of the service comes in. The errors of its tasks are there already; the last lines of their programs
and the output of their health checks are asked of the Engine now, which may not have them any more. A `Verdict` goes
out.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from pystackdsl.swarm.causes import CURES, cause_of, error_of, exit_code_of, filters_in, is_denied, told
from pystackdsl.swarm.converge import Progress, has_failed, state_of
from pystackdsl.swarm.errors import EngineError
from pystackdsl.swarm.events import Cause, Verdict
from pystackdsl.swarm.logs import has_terminal
from pystackdsl.swarm.specs import Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Failure", "verdict_of"]

LINES: Final = 10
"""So many of the last lines of a program are shown."""
TASKS: Final = 3
"""Of so many tasks errors are shown; more say the same."""


@attrs.frozen(kw_only=True)
class Failure:
    """A service that did not converge, as `watch` knows it. `failed` are its tasks that did, the last one first."""

    key: str
    service: Raw
    progress: Progress
    old: frozenset[str]
    failed: tuple[Raw, ...]
    is_stuck: bool
    is_loop: bool
    is_over: bool
    timeout: float


def verdict_of(failure: Failure, engine: "Engine", nodes: Mapping[str, Raw]) -> Verdict:
    """The verdict on a service that failed. What the Engine cannot tell now is left out."""
    return _Inquiry(failure, engine, nodes).verdict()


class _Inquiry:
    def __init__(self, failure: Failure, engine: "Engine", nodes: Mapping[str, Raw]) -> None:
        self.failure = failure
        self.engine = engine
        self.nodes = nodes
        self.all_tasks = self._tasks()
        self.failed: Sequence[Raw] = failure.failed or self._failed_before()
        self.typical = _typical(self.failed)
        self.container = self._container(self.typical) if self.typical else None

    def verdict(self) -> Verdict:
        root = self._root()
        cause, because = self._cause(root), root
        if cause in {because, "exited"}:
            because = None
        summary = told(cause)
        if because:
            summary += f": {told(because)}"
        elif cause == "timed-out":
            summary += f" after {self.failure.timeout:g} s"
        return Verdict(
            service=self.failure.key,
            cause=cause,
            because=because,
            summary=summary,
            evidence=tuple(self._evidence(root)),
            help=CURES.get(because or cause, ""),
        )

    def _cause(self, root: Cause | None) -> Cause:
        progress = self.failure.progress
        if progress.update in {"paused", "rollback-paused"}:
            return "update-paused"
        if progress.update in {"rolled-back", "rolling-back"}:
            return "rolled-back"
        if root is None or not (self.failure.is_stuck or self.failure.is_loop or self.failure.is_over):
            return "timed-out"
        if root == "crash-loop" and self.failure.is_over and not self.failure.is_loop:
            return "exited"
        return root

    def _root(self) -> Cause | None:
        """Why its tasks do not run, whatever Swarm made of it."""
        if self.typical and not (self.failure.is_stuck and not self.failure.is_loop):
            limits = (self._template().get("Resources") or {}).get("Limits") or {}
            state = (self.container or {}).get("State") or {}
            cause = cause_of(self.typical, is_limited=bool(limits.get("MemoryBytes")), is_oom=state.get("OOMKilled"))
            return "no-credentials" if cause == "image-not-found" and self._is_denied() else cause
        waiting = [task for task in self.failure.progress.waiting if error_of(task) or self.failure.is_stuck]
        return cause_of(waiting[0]) if waiting else None

    def _evidence(self, root: Cause | None) -> Iterator[str]:
        progress = self.failure.progress
        is_back = progress.update in {"rolling-back", "rolled-back"}  # then the body is the former one
        yield f"image {_image(self.typical if is_back and self.typical else self.failure.service['Spec'])}"
        if progress.message and progress.update != "completed":
            yield progress.message
        yield from self._failures()
        yield from self._waiting()
        if root in {"unhealthy", None}:
            yield from self._health()
        if self.typical and exit_code_of(self.typical) is not None:
            yield from self._log(self.typical)
        yield from self._serving()

    def _failures(self) -> Iterator[str]:
        by_slot: dict[str, list[Raw]] = {}
        for task in self.failed:
            by_slot.setdefault(self._name(task), []).append(task)
        for name, tasks in islice(by_slot.items(), TASKS):
            times = f"failed {len(tasks)} times, the last time: " if len(tasks) > 1 else ""
            yield f"task {name}{self._where(tasks[0])}: {times}{error_of(tasks[0]) or 'its program ended'}"
        if len(by_slot) > TASKS:
            yield f"so did {len(by_slot) - TASKS} more"

    def _waiting(self) -> Iterator[str]:
        told_of: dict[str, list[str]] = {}
        for task in self.failure.progress.waiting:
            if not error_of(task) and not self.failure.is_stuck:
                continue
            error = error_of(task) or ("waits for an address" if state_of(task) == "new" else "waits for a node")
            told_of.setdefault(error, []).append(self._name(task))
        for error, names in told_of.items():
            shown = ", ".join(names[:TASKS]) + (f" and {len(names) - TASKS} more" if len(names) > TASKS else "")
            filters = filters_in(error)
            yield f"task{'s' if len(names) > 1 else ''} {shown}: {error.partition(' (')[0] if filters else error}"
            yield from (f"  {each}" for each in filters)
        constraints = (self._template().get("Placement") or {}).get("Constraints")
        if constraints and any("constraints" in error for error in told_of):
            yield f"  constraints: {', '.join(constraints)}"

    def _health(self) -> Iterator[str]:
        """What the health check said last, of a container on the node that we talk to."""
        container = self.container
        if container is None:
            starting = [task for task in self.all_tasks if state_of(task) == "starting"]
            container = self._container(starting[0]) if starting else None
        log = (((container or {}).get("State") or {}).get("Health") or {}).get("Log") or ()
        if log:
            yield f"health check, exit code {log[-1].get('ExitCode')}:"
            yield from (f"| {line}" for line in str(log[-1].get("Output", "")).splitlines()[-LINES:])

    def _log(self, task: Raw) -> Iterator[str]:
        node = self.nodes.get(task.get("NodeID", ""))
        if node is None or (node.get("Status") or {}).get("State") == "down":
            return
        try:
            read = self.engine.logs("tasks", task["ID"], tty=has_terminal(task["Spec"]), tail=LINES)
            lines = sorted(read, key=lambda line: line.time)
        except EngineError:
            return
        yield from (f"| {line.text}" for line in lines[-LINES:])

    def _serving(self) -> Iterator[str]:
        """The tasks of the former body that still run."""
        previous = self.failure.service.get("PreviousSpec")
        if not previous or self.failure.progress.update not in {"updating", "paused"}:
            return
        image = _image(previous)
        names = sorted(
            self._name(task)
            for task in self.all_tasks
            if self._runs(task) and _image(task) == image != _image(self.failure.service["Spec"])
        )
        if names:
            noun, verb = ("task", "runs") if len(names) == 1 else ("tasks", "run")
            yield f"old {noun} {', '.join(names)} still {verb} {image}"

    def _runs(self, task: Raw) -> bool:
        return state_of(task) == "running" and task["DesiredState"] == "running"

    def _failed_before(self) -> Sequence[Raw]:
        """Failed tasks that are not up to date any more: those of an update that was rolled back."""
        if self.failure.progress.update not in {"rolled-back", "rolling-back", "rollback-paused", "paused"}:
            return ()
        failed = [task for task in self.all_tasks if has_failed(task) and task["ID"] not in self.failure.old]
        return sorted(failed, key=lambda task: str(task["Status"].get("Timestamp", "")), reverse=True)

    def _tasks(self) -> Sequence[Raw]:
        try:
            return self.engine.list("tasks", {"service": [self.failure.service["ID"]]})
        except EngineError:
            return ()

    def _container(self, task: Raw) -> Raw | None:
        id = ((task.get("Status") or {}).get("ContainerStatus") or {}).get("ContainerID")
        try:
            return self.engine.container(id) if id else None
        except EngineError:
            return None

    def _is_denied(self) -> bool:
        """Whether the registry has the image, but not for everybody."""
        try:
            self.engine.digest(_image(self.failure.service["Spec"]))
        except EngineError as error:
            return is_denied(error.summary)
        return False

    def _template(self) -> Raw:
        template: Raw = self.failure.service["Spec"]["TaskTemplate"]
        return template

    def _name(self, task: Raw) -> str:
        """`api.3`, or for a global service `api.worker-2`."""
        slot = task.get("Slot")
        return f"{self.failure.key}.{slot or self._node(task) or task['ID'][:12]}"

    def _where(self, task: Raw) -> str:
        node = self._node(task)
        return f" on {node}" if node and task.get("Slot") else ""

    def _node(self, task: Raw) -> str:
        node = self.nodes.get(task.get("NodeID", ""))
        return str((node.get("Description") or {}).get("Hostname") or node["ID"]) if node else ""


def _typical(failed: Sequence[Raw]) -> Raw | None:
    """The last of the tasks that failed as most of them did: one may have met a hiccup of its node."""
    if not failed:
        return None
    errors = [error_of(task) for task in failed]
    return max(failed, key=lambda task: errors.count(error_of(task)))


def _image(holder: Raw) -> str:
    """The image in the body of a service, or of a task, without its digest."""
    template = holder["TaskTemplate"] if "TaskTemplate" in holder else holder.get("Spec") or {}
    image = str((template.get("ContainerSpec") or {}).get("Image") or "")
    name, at, _ = image.partition("@")
    return name if at and ":" in name.rpartition("/")[2] else image
