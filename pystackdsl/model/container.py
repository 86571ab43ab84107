"""What a service says of its containers beyond lists and texts: their health and their logs."""

from typing import TYPE_CHECKING

import attrs

from pystackdsl.model.key import BY_CLASS, key
from pystackdsl.model.process import TEST
from pystackdsl.model.texts import as_log_options, as_test
from pystackdsl.model.units import Duration, as_duration
from pystackdsl.model.value import FrozenDict, Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree

__all__ = ["Healthcheck", "Logging"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Healthcheck(Value):
    """How to tell that a task is well (Compose `healthcheck`, Engine `ContainerSpec.Healthcheck`).

    `test` is a shell command as text, or a list that begins with `CMD`, `CMD-SHELL` or `NONE`.
    """

    test: str | tuple[str, ...] | None = attrs.field(
        default=None, converter=as_test, metadata=key("Test", shape=TEST, doc="The command whose success means well.")
    )
    """The command whose success means well. Since 3.0."""
    interval: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Interval", zero=True, default="30s", doc="The time between two tests."),
    )
    """The time between two tests. Default: 30s. Takes a duration with its unit, such as "5s", "1m30s" or "500ms".
    Since 3.0.
    """
    timeout: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Timeout", zero=True, default="30s", doc="The time that one test may take."),
    )
    """The time that one test may take. Default: 30s. Takes a duration with its unit, such as "5s", "1m30s" or "500ms".
    Since 3.0.
    """
    retries: int | None = attrs.field(
        default=None,
        metadata=key(
            "Retries", cast="int", zero=True, fraction=True, default="3", doc="How many failures in a row mean unwell."
        ),
    )
    """How many failures in a row mean unwell. Default: 3. Since 3.0."""
    start_period: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key(
            "StartPeriod",
            since="3.4",
            zero=True,
            default="0s",
            doc="The time for starting, in which failures do not count.",
        ),
    )
    """The time for starting, in which failures do not count. Default: 0s. Takes a duration with its unit, such as
    "5s", "1m30s" or "500ms". Since 3.4.
    """
    start_interval: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key(
            "StartInterval",
            since="3.12",
            zero=True,
            api_since="1.44",
            default="5s",
            doc="The time between two tests while starting (API 1.44).",
        ),
    )
    """The time between two tests while starting (API 1.44). Default: 5s. Takes a duration with its unit, such as "5s",
    "1m30s" or "500ms". Since 3.12.
    """
    disable: bool | None = attrs.field(
        default=None,
        metadata=key(
            "Test", shape=BY_CLASS, cast="bool", default="false", doc="Whether the image's own test is switched off."
        ),
    )
    """Whether the image's own test is switched off. Default: false. Since 3.0."""

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Zero is not said here, and a test that is switched off says nothing else."""
        said = {"Test": ["NONE"]} if self.disable else {name: value for name, value in tree.items() if value}
        tree.clear()
        tree.update(said)

    @classmethod
    def from_api(cls, tree: "Tree", _lifting: "Lifting") -> "Fields":
        """Take out a test that is switched off."""
        if tree.get("Test") != ["NONE"]:
            return {}
        del tree["Test"]
        return {"disable": True}


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Logging(Value):
    """Where the output goes (Compose `logging`, Engine `TaskTemplate.LogDriver`)."""

    driver: str | None = attrs.field(
        default=None, metadata=key("Name", default="the daemon's setting", doc="The logging driver.")
    )
    """The logging driver. Default: the daemon's setting. Since 3.0."""
    options: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_log_options, metadata=key("Options", doc="Options of the driver.")
    )
    """Options of the driver. Since 3.0."""
