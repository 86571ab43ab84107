"""A plan as a value: what would be written to a swarm, why, and what it would do to running tasks.

Made by `compare`, drawn by `views`, saved by `planfile`, carried out by `rollout`. It never holds what is in a
secret.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

from pystackdsl.diagnostics import Diagnostic, KeyPath
from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.specs import Kind, Spec

if TYPE_CHECKING:
    from pystackdsl.swarm.specs import Specs

__all__ = ["Action", "Change", "Difference", "Effect", "Mode", "Plan"]

Action = Literal["create", "update", "replace", "remove"]
"""What is done to an object. `replace`: it cannot be changed, so another takes its place."""


Mode = Literal["replicated", "global", "replicated-job", "global-job"]


@attrs.frozen(kw_only=True)
class Difference:
    """One key that changes, in Compose words: `deploy.replicas` from "2" to "4". None is not said.

    `diff` has the lines of a unified diff for long texts (content of configs). `masked` values were secret-looking.
    """

    path: KeyPath
    before: str | None
    after: str | None
    diff: tuple[str, ...] = ()
    masked: bool = False
    note: str = ""


@attrs.frozen(kw_only=True)
class Effect:
    """What a change does to the tasks of a service."""

    mode: Mode = "replicated"
    replaced: int = 0
    """Running tasks that are stopped and made anew."""
    running: int = 0
    """Tasks that run now."""
    added: int = 0
    """Tasks that are made beside them; of a global service it is not known, as it has one on each node that fits."""
    removed: int = 0
    parallelism: int = 1
    """How many are replaced at a time; 0 is all at once."""
    order: Literal["stop-first", "start-first"] = "stop-first"
    because: tuple[str, ...] = ()
    """Why tasks are replaced, where it is not one of the service's own keys: `config nginx-conf changes`."""
    detached: tuple[str, ...] = ()
    """Keys of networks made anew: all tasks are replaced at once for each that the service is taken off, and once more
    when it is attached to them again.
    """
    is_job: bool = False
    """The job runs, or runs again."""
    is_restart: bool = False
    """Tasks are replaced, if any run."""
    moves: bool = False
    """Where tasks may run changes: those stay whose node still fits."""


@attrs.frozen(kw_only=True)
class Change:
    """One object that is written.

    `key` is the stack's own key, `name` the full name in the swarm that is written or removed, `old_name` that of what
    it takes the place of. `spec` is the whole body to send, without content and without IDs. `id` and `version` are
    those of the object it was compared with, None for what is made. `resets` are Engine fields of the live object that
    the stack does not describe and the write would reset: API path → value.
    """

    kind: Kind
    key: str
    name: str
    action: Action
    spec: Spec | None = attrs.field(default=None, repr=False)  # there may be passwords in an environment
    id: str | None = None
    version: int | None = None
    old_name: str | None = None
    differences: tuple[Difference, ...] = ()
    effect: Effect | None = None
    resets: Mapping[str, Any] = attrs.field(factory=dict)
    users: tuple[str, ...] = ()
    """Keys of the services that use it: they restart with it, or are detached from it."""
    with_content: bool = False
    """Whether the content goes along with the write: of what is made, and where the Engine shall refuse the write if
    it holds another content."""
    is_return: bool = False
    """The service returns to the body that the Engine has kept of it."""
    forced: str = ""
    """Why it is written though nothing differs: `--force`, `--rerun`."""


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """All that an apply would write, in the order in which it is written.

    `notes` tell what is seen and left alone: services that are no longer in the stack, objects kept for a rollback, a
    takeover from `docker stack`. `unknown` are the keys of secrets of which nobody can tell what is in them. `desired`
    is what the plan was made from, None when it was read from a file; `live` is what the swarm had then.
    """

    stack: str
    swarm: Swarm
    changes: tuple[Change, ...]
    notes: tuple[Diagnostic, ...] = ()
    unknown: tuple[str, ...] = ()
    desired: "Specs | None" = attrs.field(default=None, repr=False)
    live: Live | None = attrs.field(default=None, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.changes
