"""Resource limits of a service's processes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import Open, OpenValue

if TYPE_CHECKING:
    from pystackdsl.model.names import Names

__all__ = ["Ulimit", "both_limits", "one_limit"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Ulimit(Value):
    """A resource limit of processes (Compose `ulimits.<name>`, Engine `ContainerSpec.Ulimits[]`); -1 is without limit.

    One number for both is spelled as one number, though it equals a limit whose two numbers are the same.
    """

    _is_one: ClassVar[bool] = False

    soft: int | None = attrs.field(
        default=None, metadata=key("Soft", cast="int", signed=True, doc="The soft limit: where the process is told.")
    )
    """The soft limit: where the process is told. Since 3.0."""
    hard: int | None = attrs.field(
        default=None, metadata=key("Hard", cast="int", signed=True, doc="The hard limit: where it ends.")
    )
    """The hard limit: where it ends. Since 3.0."""

    @property
    def is_one(self) -> bool:
        """Whether one number was given for both."""
        return self._is_one

    def __eq__(self, other: object) -> bool:
        return (self.soft, self.hard) == (other.soft, other.hard) if isinstance(other, Ulimit) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.soft, self.hard))

    def to_compose(self, _names: "Names") -> object:
        """One number where one was given."""
        if self.is_one:
            return self.soft
        return {name: value for name, value in self.__dict__.items() if value is not None}


def one_limit(number: int) -> Ulimit:
    """The limit that one number, or a value left open, stands for."""
    limit = Ulimit(soft=number, hard=number)
    limit.__dict__["_is_one"] = True
    return limit


def both_limits(value: Mapping[str, int | Ulimit]) -> FrozenDict[str, Ulimit]:
    """A mapping from a limit's name to a Ulimit, where one number stands for both."""
    numbers = (int, Open, OpenValue)
    both = {
        name: one_limit(cast("Any", item)) if type(item) in numbers else cast("Ulimit", item)
        for name, item in value.items()
    }
    return FrozenDict(both)
