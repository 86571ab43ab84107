"""Why tasks do not run: the Engine's own words about a task become one of a few named causes.

A raw task comes in; a cause, what to say of it and the cure go out. Pure; `verdicts` calls it. Each cause has the exit
code that a command ends with.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pystackdsl.swarm.converge import state_of
from pystackdsl.swarm.events import Cause
from pystackdsl.swarm.specs import Raw

__all__ = ["CURES", "STATUSES", "cause_of", "error_of", "exit_code_of", "filters_in", "is_denied", "status_of", "told"]

STATUSES: Final[Mapping[Cause, int]] = {
    "failed": 1,
    "rolled-back": 3,
    "update-paused": 4,
    "timed-out": 5,
    "no-suitable-node": 6,
    "port-taken": 6,
    "no-addresses": 6,
    "image-not-found": 7,
    "no-credentials": 7,
    "missing-mount": 7,
    "crash-loop": 7,
    "exited": 7,
    "cannot-start": 7,
    "out-of-memory": 7,
    "unhealthy": 7,
    "interrupted": 130,
}
"""Exit codes by cause: 6 where Swarm finds no place for a task, 7 where a node got the task and it does not stay up."""

_PHRASES: Final[Mapping[Cause, str]] = {
    "failed": "it could not be watched to the end",
    "rolled-back": "Swarm put back what ran before",
    "update-paused": "Swarm stopped its update",
    "timed-out": "not all its tasks are up",
    "no-suitable-node": "its tasks wait for a node",
    "port-taken": "its tasks cannot have their host port",
    "no-addresses": "its tasks get no address on their network",
    "image-not-found": "its tasks cannot start",
    "no-credentials": "its tasks cannot start",
    "missing-mount": "its tasks cannot start",
    "crash-loop": "its tasks exit",
    "exited": "its tasks ended, and are not restarted",
    "cannot-start": "its tasks do not start",
    "out-of-memory": "its tasks are killed",
    "unhealthy": "its tasks fail their health check",
    "interrupted": "nobody waited for it",
}
"""What becomes of a service's tasks; the cause is said after it: `its tasks exit (crash loop)`."""

CURES: Final[Mapping[Cause, str]] = {
    "no-suitable-node": "change the placement or the reservations, or give a node what they ask for",
    "port-taken": "publish another port, or run fewer tasks on one node than publish it",
    "no-addresses": "give the network a larger subnet, or run fewer tasks on it",
    "image-not-found": "check its name and tag, and that the nodes can reach the registry",
    "no-credentials": "log in with `docker login`, and apply with --with-registry-auth",
    "missing-mount": "make the path on every node that may run the service, or use a volume",
    "out-of-memory": "raise deploy.resources.limits.memory, or let the program use less",
    "unhealthy": "see what the check says; if the program only needs longer, raise healthcheck.start_period",
    "timed-out": "give it longer with --timeout, or see what it waits for",
}

_DENIED: Final = re.compile(
    r"pull access denied|unauthorized|authentication required|no basic auth|denied: ", re.IGNORECASE
)
_PATTERNS: Final[Mapping[Cause, re.Pattern[str]]] = {
    "no-credentials": _DENIED,
    "image-not-found": re.compile(r"no such image|manifest unknown|manifest for .* not found", re.IGNORECASE),
    "missing-mount": re.compile(
        r"source path does not exist|invalid mount|failed to mount|while mounting", re.IGNORECASE
    ),
    "port-taken": re.compile(r"port is already allocated|address already in use", re.IGNORECASE),
    "no-addresses": re.compile(
        r"may be exhausted|missing network attachments|no available IPv. addresses", re.IGNORECASE
    ),
    "unhealthy": re.compile(r"unhealthy container", re.IGNORECASE),
}
_EXIT: Final = re.compile(r"non-zero exit \((\d+)\)")
_NO_NODE: Final = "no suitable node"
_KILLED: Final = 137
"""The exit code of a program that got SIGKILL."""


def cause_of(task: Raw, *, is_limited: bool = False, is_oom: bool | None = None) -> Cause:
    """Why a task does not run.

    `is_oom` says whether the kernel killed it for its memory, None where nobody can tell: then SIGKILL is taken for
    that where its memory `is_limited`.
    """
    error = error_of(task)
    if error.startswith(_NO_NODE):
        filters = filters_in(error)
        return "port-taken" if filters and all("port" in each for each in filters) else "no-suitable-node"
    if state_of(task) == "new":
        return "no-addresses"
    for cause, pattern in _PATTERNS.items():
        if pattern.search(error):
            return cause
    code = exit_code_of(task)
    if code == _KILLED and (is_oom or (is_oom is None and is_limited)):
        return "out-of-memory"
    return "crash-loop" if code is not None else "cannot-start"


def error_of(task: Raw) -> str:
    """The Engine's own words about what is wrong with a task, if anything is."""
    return str((task.get("Status") or {}).get("Err") or "")


def exit_code_of(task: Raw) -> int | None:
    """The exit code of a task's program; None where it did not run, or runs."""
    said = _EXIT.search(error_of(task))
    if said:
        return int(said[1])
    container = (task.get("Status") or {}).get("ContainerStatus") or {}
    return container.get("ExitCode", 0) if state_of(task) == "complete" else None


def told(cause: Cause) -> str:
    """What is wrong, with the name of the cause: `its tasks exit (crash loop)`."""
    return f"{_PHRASES[cause]} ({cause.replace('-', ' ')})"


def filters_in(error: str) -> tuple[str, ...]:
    """What `no suitable node (…)` says of each filter, with how many nodes it removed."""
    _, bracket, rest = error.partition("(")
    return tuple(each.strip() for each in rest.rpartition(")")[0].split(";")) if bracket else ()


def is_denied(words: str) -> bool:
    """Whether a registry that said this wants other credentials."""
    return bool(_DENIED.search(words))


def status_of(causes: Iterable[Cause | None]) -> int:
    """The exit code of services that ended so: that of the first that did not converge."""
    return next((STATUSES[cause] for cause in causes if cause is not None), 0)
