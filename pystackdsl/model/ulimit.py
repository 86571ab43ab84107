"""Resource limits of a service's processes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import Open, OpenValue

if TYPE_CHECKING:
    from pystackdsl.model.names import Names

__all__ = ["Ulimit", "both_limits"]


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


def both_limits(value: Mapping[str, int | Ulimit]) -> FrozenDict[str, Ulimit]:
    """A mapping from a limit's name to a Ulimit, where one number stands for both."""
    numbers = (int, Open, OpenValue)
    both = {
        name: Ulimit(soft=cast("Any", item), hard=cast("Any", item)) if type(item) in numbers else cast("Ulimit", item)
        for name, item in value.items()
    }
    return FrozenDict(both)
