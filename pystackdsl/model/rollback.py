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
            "Parallelism", since="3.7", cast="int", zero=True, doc="How many tasks at a time; 0 is all at once."
        ),
    )
    delay: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Delay", since="3.7", doc="How long to wait between two groups of tasks."),
    )
    failure_action: FailureAction | None = attrs.field(
        default=None, metadata=key("FailureAction", since="3.7", doc="What to do when it fails: `pause` or `continue`.")
    )
    monitor: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key("Monitor", since="3.7", doc="How long to watch each task; 5s by default."),
    )
    max_failure_ratio: float | None = attrs.field(
        default=None,
        metadata=key("MaxFailureRatio", since="3.7", cast="float", doc="The share of tasks that may fail, 0 to 1."),
    )
    order: Order | None = attrs.field(
        default=None, metadata=key("Order", since="3.7", doc="`stop-first`, or `start-first` for no gap.")
    )

    def to_api(self, tree: "Tree", _lowering: "Lowering") -> None:
        """Add what is always said."""
        complete_update(tree)
