"""What a service says of its containers beyond lists and texts: health, log, limits, credentials."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from pystackdsl.model.key import Shape, key
from pystackdsl.model.secret import Config
from pystackdsl.model.texts import as_command, as_options
from pystackdsl.model.units import Duration, as_duration
from pystackdsl.model.value import FrozenDict, Value

if TYPE_CHECKING:
    from pystackdsl.model.names import Names

__all__ = ["CredentialSpec", "Healthcheck", "Logging", "Ulimit", "as_ulimits"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Healthcheck(Value):
    """How to tell that a task is well (Compose `healthcheck`, Engine `ContainerSpec.Healthcheck`).

    `test` is a shell command as text, or a list that begins with `CMD`, `CMD-SHELL` or `NONE`.
    """

    test: str | tuple[str, ...] | None = attrs.field(
        default=None, converter=as_command, metadata=key("Test", doc="The command whose success means well.")
    )
    interval: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Interval", zero=True, doc="Between two tests; 30s by default."),
    )
    timeout: Duration | None = attrs.field(
        default=None, converter=as_duration, metadata=key("Timeout", zero=True, doc="For one test; 30s by default.")
    )
    retries: int | None = attrs.field(
        default=None,
        metadata=key("Retries", cast="int", zero=True, doc="How many failures in a row mean unwell; 3 by default."),
    )
    start_period: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("StartPeriod", since="3.4", zero=True, doc="While starting, failures do not count."),
    )
    start_interval: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("StartInterval", since="3.12", zero=True, doc="Between two tests while starting (API 1.44)."),
    )
    disable: bool | None = attrs.field(
        default=None, metadata=key("Test", cast="bool", doc="Whether the image's own test is switched off.")
    )


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Logging(Value):
    """Where the output goes (Compose `logging`, Engine `TaskTemplate.LogDriver`)."""

    driver: str | None = attrs.field(default=None, metadata=key("Name", doc="The logging driver."))
    options: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_options, metadata=key("Options", doc="Options of the driver.")
    )


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Ulimit(Value):
    """A resource limit of processes (Compose `ulimits.<name>`, Engine `ContainerSpec.Ulimits[]`); -1 is without limit."""

    soft: int | None = attrs.field(default=None, metadata=key("Soft", cast="int", doc="Where the process is told."))
    hard: int | None = attrs.field(default=None, metadata=key("Hard", cast="int", doc="Where it ends."))

    def to_compose(self, _names: "Names") -> object:
        """One number where both are equal."""
        if self.soft == self.hard and self.soft is not None:
            return self.soft
        return {name: value for name, value in self.__dict__.items() if value is not None}


def as_ulimits(value: Mapping[str, int | Ulimit] | None) -> FrozenDict[str, Ulimit] | None:
    """Take a mapping from a limit's name to one number for both, or a Ulimit."""
    if not isinstance(value, Mapping) or type(value) is FrozenDict:
        return cast("Any", value)
    both = {name: Ulimit(soft=item, hard=item) if _is_number(item) else item for name, item in value.items()}
    return cast("FrozenDict[str, Ulimit]", FrozenDict(both))


def _is_number(value: Any) -> bool:
    from pystackdsl.model.variable import Open, OpenValue

    return type(value) in (int, Open, OpenValue)


def _emit_reference(config: Config, names: "Names") -> object:
    return names.key(config)


REFERENCE: Final = Shape("reference", _emit_reference)
"""The key of the resource that is referred to."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class CredentialSpec(Value):
    """A Windows managed service account (Compose `credential_spec`): exactly one of the three."""

    config: Config | None = attrs.field(
        default=None, metadata=key("Config", since="3.8", shape=REFERENCE, doc="The config that holds it.")
    )
    file: str | None = attrs.field(
        default=None, metadata=key("File", since="3.3", doc="The file, known to the daemon.")
    )
    registry: str | None = attrs.field(
        default=None, metadata=key("Registry", since="3.3", doc="The value's name in the daemon's registry.")
    )
