"""How Swarm runs a service: `deploy` and what is nested in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, cast

import attrs

from pystackdsl.model.key import BY_CLASS, key
from pystackdsl.model.texts import as_list, as_pairs
from pystackdsl.model.units import Bytes, Cpus, Duration, as_bytes, as_cpus, as_duration
from pystackdsl.model.value import FrozenDict, Value

if TYPE_CHECKING:
    from datetime import timedelta

    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.generic import GenericResource
    from pystackdsl.model.names import Names
    from pystackdsl.model.placement import Placement
    from pystackdsl.model.rollback import RollbackConfig

__all__ = [
    "KEEP",
    "Always",
    "Deploy",
    "Keep",
    "Limits",
    "Never",
    "OnFailure",
    "Reservations",
    "Resources",
    "RestartPolicy",
    "UpdateConfig",
]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class RestartPolicy(Value):
    """When and how often a task starts again (Compose `deploy.restart_policy`, Engine `TaskTemplate.RestartPolicy`).

    Best written as `OnFailure(…)`, `Always(…)` or `Never(…)`.
    """

    condition: Literal["none", "on-failure", "any"] | None = attrs.field(
        default=None, metadata=key("Condition", default="any", doc="`any`, `on-failure` or `none`.")
    )
    """`any`, `on-failure` or `none`. Default: any. Since 3.0."""
    delay: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Delay", zero=True, default="5s", doc="How long to wait before a new attempt."),
    )
    """How long to wait before a new attempt. Default: 5s. Takes a duration with its unit, such as "5s", "1m30s" or
    "500ms". Since 3.0.
    """
    max_attempts: int | None = attrs.field(
        default=None,
        metadata=key(
            "MaxAttempts",
            cast="int",
            zero=True,
            default="0",
            doc="How often to try within the window; 0 is without end.",
        ),
    )
    """How often to try within the window; 0 is without end. Default: 0. Since 3.0."""
    window: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key(
            "Window", zero=True, default="0s", doc="How long to watch a new task before calling its start a success."
        ),
    )
    """How long to watch a new task before calling its start a success. Default: 0s. Takes a duration with its unit,
    such as "5s", "1m30s" or "500ms". Since 3.0.
    """

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """Compose's own words are the common mistake."""
        if not isinstance(value, str):
            return None
        word = value.partition(":")[0].strip()
        named = {"on-failure": "OnFailure()", "no": "Never()", "none": "Never()"}
        named |= dict.fromkeys(("always", "any", "unless-stopped"), "Always()")
        help = f"write restart={named[word]}" if word in named else ""
        return f'"{value}" is not a restart policy', "OnFailure(…), Always(…) or Never(…)", help


def OnFailure(  # noqa: N802 - reads as the value it makes
    *,
    delay: "str | timedelta | Duration | None" = None,
    max_attempts: int | None = None,
    window: "str | timedelta | Duration | None" = None,
) -> RestartPolicy:
    """Start a task again when it failed; the arguments are those of RestartPolicy."""
    return RestartPolicy(condition="on-failure", delay=delay, max_attempts=max_attempts, window=window)


def Always(  # noqa: N802 - reads as the value it makes
    *,
    delay: "str | timedelta | Duration | None" = None,
    max_attempts: int | None = None,
    window: "str | timedelta | Duration | None" = None,
) -> RestartPolicy:
    """Start a task again whenever it ends; the arguments are those of RestartPolicy."""
    return RestartPolicy(condition="any", delay=delay, max_attempts=max_attempts, window=window)


def Never(  # noqa: N802 - reads as the value it makes
    *,
    delay: "str | timedelta | Duration | None" = None,
    max_attempts: int | None = None,
    window: "str | timedelta | Duration | None" = None,
) -> RestartPolicy:
    """Never start a task again; the arguments are those of RestartPolicy."""
    return RestartPolicy(condition="none", delay=delay, max_attempts=max_attempts, window=window)


FailureAction = Literal["pause", "continue", "rollback"]
Order = Literal["start-first", "stop-first"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class UpdateConfig(Value):
    """How an update replaces tasks (Compose `deploy.update_config`, Engine `UpdateConfig`)."""

    parallelism: int | None = attrs.field(
        default=None,
        metadata=key(
            "Parallelism", cast="int", zero=True, default="1", doc="How many tasks at a time; 0 is all at once."
        ),
    )
    """How many tasks at a time; 0 is all at once. Default: 1. Since 3.0."""
    delay: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Delay", default="0s", doc="How long to wait between two groups of tasks."),
    )
    """How long to wait between two groups of tasks. Default: 0s. Takes a duration with its unit, such as "5s", "1m30s"
    or "500ms". Since 3.0.
    """
    failure_action: FailureAction | None = attrs.field(
        default=None,
        metadata=key(
            "FailureAction", default="pause", doc="What to do when it fails: `pause`, `continue` or `rollback`."
        ),
    )
    """What to do when it fails: `pause`, `continue` or `rollback`. Default: pause. Since 3.0."""
    monitor: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Monitor", default="5s", doc="How long to watch each new task."),
    )
    """How long to watch each new task. Default: 5s. Takes a duration with its unit, such as "5s", "1m30s" or "500ms".
    Since 3.0.
    """
    max_failure_ratio: float | None = attrs.field(
        default=None,
        metadata=key("MaxFailureRatio", cast="float", default="0", doc="The share of tasks that may fail, 0 to 1."),
    )
    """The share of tasks that may fail, 0 to 1. Default: 0. Since 3.0."""
    order: Order | None = attrs.field(
        default=None,
        metadata=key("Order", since="3.4", default="stop-first", doc="`stop-first`, or `start-first` for no gap."),
    )
    """`stop-first`, or `start-first` for no gap. Default: stop-first. Since 3.4."""

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Add what is always said."""
        complete_update(tree)


def complete_update(tree: "Tree") -> None:
    """Add to the settings of an update, or a rollback, what is always said."""
    for name, default in (("Parallelism", 1), ("MaxFailureRatio", 0), ("Order", "")):
        tree.setdefault(name, default)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Limits(Value):
    """What a task may use at most (Compose `resources.limits`, Engine `Resources.Limits`)."""

    cpus: Cpus | None = attrs.field(
        default=None,
        converter=as_cpus,
        metadata=key("NanoCPUs", default="without limit", doc='CPUs, such as 0.5 or "0.50".'),
    )
    """CPUs, such as 0.5 or "0.50". Default: without limit. Takes a number of CPUs such as 0.5 or "0.50". Since 3.0."""
    memory: Bytes | None = attrs.field(
        default=None,
        converter=as_bytes,
        metadata=key("MemoryBytes", default="without limit", doc='Memory, such as "512M"; powers of 1024.'),
    )
    """Memory, such as "512M"; powers of 1024. Default: without limit. Takes a size such as "512M", "1g" or a number of
    bytes. Since 3.0.
    """
    pids: int | None = attrs.field(
        default=None,
        metadata=key("Pids", since="3.9", signed=True, default="without limit", doc="Processes; 0 is without limit."),
    )
    """Processes; 0 is without limit. Default: without limit. Since 3.9."""


def as_generic_resources(value: "Sequence[GenericResource] | None") -> "tuple[GenericResource, ...] | None":
    """Take a list of generic resources."""
    return cast("tuple[GenericResource, ...] | None", as_list(value))


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Reservations(Value):
    """What a node must have free for a task (Compose `resources.reservations`, Engine `Resources.Reservations`)."""

    cpus: Cpus | None = attrs.field(
        default=None, converter=as_cpus, metadata=key("NanoCPUs", default="0", doc='CPUs, such as 0.25 or "0.25".')
    )
    """CPUs, such as 0.25 or "0.25". Default: 0. Takes a number of CPUs such as 0.5 or "0.50". Since 3.0."""
    memory: Bytes | None = attrs.field(
        default=None,
        converter=as_bytes,
        metadata=key("MemoryBytes", default="0", doc='Memory, such as "128M"; powers of 1024.'),
    )
    """Memory, such as "128M"; powers of 1024. Default: 0. Takes a size such as "512M", "1g" or a number of bytes.
    Since 3.0.
    """
    generic_resources: "tuple[GenericResource, ...] | None" = attrs.field(
        default=None,
        converter=as_generic_resources,
        metadata=key("GenericResources", since="3.5", doc="Resources that nodes announce themselves."),
    )
    """Resources that nodes announce themselves. Since 3.5."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Resources(Value):
    """What a task may use and needs (Compose `deploy.resources`, Engine `TaskTemplate.Resources`)."""

    limits: Limits | None = attrs.field(default=None, metadata=key("Limits", doc="What a task may use at most."))
    """What a task may use at most. Since 3.0."""
    reservations: Reservations | None = attrs.field(
        default=None, metadata=key("Reservations", doc="What a node must have free for a task.")
    )
    """What a node must have free for a task. Since 3.0."""


class Keep:
    """The type of KEEP, which there is once."""

    __slots__ = ()
    expected: ClassVar[str] = "KEEP"

    def __repr__(self) -> str:
        return "KEEP"

    def __reduce__(self) -> str:
        return "KEEP"


KEEP: Final = Keep()
"""`Deploy(replicas=KEEP)`: as many tasks as there are, one at first. Somebody else scales the service."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Deploy(Value):
    """How Swarm runs a service (Compose `deploy`, Engine ServiceSpec).

    `restart` is Compose's `restart_policy`. Raises InvalidType and InvalidText for values of the wrong type or
    spelling.
    """

    mode: Literal["replicated", "global", "replicated-job", "global-job"] | None = attrs.field(
        default=None,
        metadata=key(
            "Mode",
            shape=BY_CLASS,
            default="replicated",
            doc="`replicated`, `global`, `replicated-job` or `global-job`.",
        ),
    )
    """`replicated`, `global`, `replicated-job` or `global-job`. Default: replicated. Since 3.0."""
    replicas: int | Keep | None = attrs.field(
        default=None,
        metadata=key(
            "Mode.Replicated.Replicas",
            shape=BY_CLASS,
            cast="int",
            zero=True,
            default="1",
            doc="How many tasks. KEEP leaves as many as there are.",
        ),
    )
    """How many tasks. KEEP leaves as many as there are. Default: 1. Since 3.0."""
    endpoint_mode: Literal["vip", "dnsrr"] | None = attrs.field(
        default=None,
        metadata=key(
            "EndpointSpec.Mode",
            since="3.2",
            default="vip",
            doc="`vip`, one address for all tasks, or `dnsrr`, one each.",
        ),
    )
    """`vip`, one address for all tasks, or `dnsrr`, one each. Default: vip. Since 3.2."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key("Labels", doc="Labels of the service (not of its containers).")
    )
    """Labels of the service (not of its containers). Since 3.0."""
    update_config: UpdateConfig | None = attrs.field(
        default=None, metadata=key("UpdateConfig", doc="How an update replaces tasks.")
    )
    """How an update replaces tasks. Since 3.0."""
    rollback_config: "RollbackConfig | None" = attrs.field(
        default=None, metadata=key("RollbackConfig", since="3.7", doc="How a rollback replaces tasks.")
    )
    """How a rollback replaces tasks. Since 3.7."""
    resources: Resources | None = attrs.field(
        default=None, metadata=key("TaskTemplate.Resources", doc="What a task may use and needs.")
    )
    """What a task may use and needs. Since 3.0."""
    restart: RestartPolicy | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.RestartPolicy", name="restart_policy", doc="When a task is started again."),
    )
    """When a task is started again. Since 3.0."""
    placement: "Placement | None" = attrs.field(
        default=None, metadata=key("TaskTemplate.Placement", doc="Where tasks may run.")
    )
    """Where tasks may run. Since 3.0."""

    def amend(self, said: dict[str, Any], _names: "Names") -> dict[str, Any]:
        """The Compose mapping, which has no word for KEEP."""
        if self.replicas is KEEP:
            del said["replicas"]
        return said

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Add the mode, which holds the number of tasks."""
        tree["Mode"] = _mode(self.mode or "replicated", None if self.replicas is KEEP else self.replicas)

    @classmethod
    def from_api(cls, tree: "Tree", _lifting: "Lifting") -> "Fields":
        """Take out the mode and the number of tasks."""
        mode = tree.get("Mode") or {}
        for name, word in _MODES.items():
            inner = mode.get(name)
            if inner is None:
                continue
            counts = [inner.pop(count) for count in ("TotalCompletions", "MaxConcurrent", "Replicas") if count in inner]
            if len(set(counts)) > 1:
                inner["MaxConcurrent"] = counts[1]  # Compose has one number for both
            elif not inner:
                del mode[name]
            return {"mode": word, "replicas": counts[0] if counts else None}
        return {}


_MODES: Final = {"Replicated": None, "Global": "global", "ReplicatedJob": "replicated-job", "GlobalJob": "global-job"}
"""Compose's words for the Engine's modes; the first is not said."""


def _mode(mode: str, replicas: object) -> "Tree":
    if mode == "replicated":
        return {"Replicated": {} if replicas is None else {"Replicas": replicas}}
    if mode == "replicated-job":
        count = {} if replicas is None else {"MaxConcurrent": replicas, "TotalCompletions": replicas}
        return {"ReplicatedJob": count}
    return {"Global": {}} if mode == "global" else {"GlobalJob": {}}
