"""How a rollback replaces tasks."""

from typing import TYPE_CHECKING

import attrs

from pystackdsl.model.deploy import FailureAction, Order, complete_update
from pystackdsl.model.key import key
from pystackdsl.model.units import Duration, as_duration
from pystackdsl.model.value import Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Lowering, Tree

__all__ = ["RollbackConfig"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class RollbackConfig(Value):
    """How a rollback replaces tasks (Compose `deploy.rollback_config`, Engine `RollbackConfig`)."""

    parallelism: int | None = attrs.field(
        default=None,
        metadata=key(
            "Parallelism",
            since="3.7",
            cast="int",
            zero=True,
            default="1",
            doc="How many tasks at a time; 0 is all at once.",
        ),
    )
    """How many tasks at a time; 0 is all at once. Default: 1. Since 3.7."""
    delay: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Delay", since="3.7", default="0s", doc="How long to wait between two groups of tasks."),
    )
    """How long to wait between two groups of tasks. Default: 0s. Takes a duration with its unit, such as "5s", "1m30s"
    or "500ms". Since 3.7.
    """
    failure_action: FailureAction | None = attrs.field(
        default=None,
        metadata=key(
            "FailureAction", since="3.7", default="pause", doc="What to do when it fails: `pause` or `continue`."
        ),
    )
    """What to do when it fails: `pause` or `continue`. Default: pause. Since 3.7."""
    monitor: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Monitor", since="3.7", default="5s", doc="How long to watch each task."),
    )
    """How long to watch each task. Default: 5s. Takes a duration with its unit, such as "5s", "1m30s" or "500ms".
    Since 3.7.
    """
    max_failure_ratio: float | None = attrs.field(
        default=None,
        metadata=key(
            "MaxFailureRatio", since="3.7", cast="float", default="0", doc="The share of tasks that may fail, 0 to 1."
        ),
    )
    """The share of tasks that may fail, 0 to 1. Default: 0. Since 3.7."""
    order: Order | None = attrs.field(
        default=None,
        metadata=key("Order", since="3.7", default="stop-first", doc="`stop-first`, or `start-first` for no gap."),
    )
    """`stop-first`, or `start-first` for no gap. Default: stop-first. Since 3.7."""

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Add what is always said."""
        complete_update(tree)
