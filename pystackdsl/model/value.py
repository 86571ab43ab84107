"""The two bases of everything in a stack: a Value is compared by content, a Resource by identity.

Both are frozen attrs classes made without attrs' own `eq`, `repr` and slots, which would cost start-up time in every
class; the methods here serve them all. A constructor's faults are found by `typecheck`, all at once.
"""

import os
from contextvars import ContextVar
from typing import Any, Final, NoReturn, Self, TypeVar, cast

import attrs

from pystackdsl.model.key import declared
from pystackdsl.model.origin import Origin, origin_here
from pystackdsl.model.typecheck import check

__all__ = ["FrozenDict", "Resource", "Value", "recording"]

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A mapping that cannot be changed, as the value of a map-shaped key."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        msg = "a stack's values are frozen: use evolve() to make a changed copy"
        raise TypeError(msg)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = cast("Any", _refuse)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __copy__(self) -> "FrozenDict[K, V]":
        return self


class Value:
    """A part of a resource. Frozen, equal by content; absent keys are None and are neither shown nor emitted.

    A class with `OPEN_SINCE` is one where Docker drops keys it does not know, from that minor schema version on.
    """

    def __attrs_post_init__(self) -> None:
        check(self)

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        keys = declared(type(self))
        said = (
            f"{name}={'…' if name in keys and keys[name][0].secret else repr(value)}"
            for name, value in self.__dict__.items()
            if value is not None and name[0] != "_"
        )
        return f"{type(self).__name__}({', '.join(said)})"


class Resource(Value):
    """A service, network, volume, secret or config. It has identity: two equal volumes are two volumes.

    A resource has no name of its own: its key is where it is held (a variable, a mapping). `name=` is Compose's key
    of that word, an explicit full name in the swarm.
    """

    _origin: Origin | None = None
    _token: str | None = None

    def __attrs_post_init__(self) -> None:
        check(self)
        self.__dict__["_origin"] = origin_here()
        _record(self)

    __eq__ = object.__eq__  # pyright: ignore[reportAssignmentType] - its parameters have other names
    __hash__ = object.__hash__

    def __copy__(self) -> Self:
        return cast("Self", attrs.evolve(cast("Any", self)))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from copy import deepcopy

        made = memo[id(self)] = object.__new__(type(self))
        made.__dict__.update(deepcopy(self.__getstate__(), memo), _origin=origin_here(copy_of=self))
        _record(made)
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_origin"}

    @property
    def origin(self) -> "Origin | None":
        """The user's calls that made this resource, from the inside out; None after unpickling."""
        return self._origin

    @property
    def token(self) -> str:
        """A text that stands for this resource until the stack is complete and its key is known."""
        if self._token is None:
            self.__dict__["_token"] = os.urandom(8).hex()
        return self.__dict__["_token"]  # type: ignore[no-any-return]


recording: Final[ContextVar[list[Resource] | None]] = ContextVar("pystackdsl.recording", default=None)
"""While a stack file loads: every resource made, so that none is lost in silence. Set by the loader alone."""


def _record(resource: Resource) -> None:
    made = recording.get()
    if made is not None:
        made.append(resource)
