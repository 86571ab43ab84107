"""The base of the smallest values: a few slots, frozen and compared by content. It costs no start-up time."""

from typing import Any, NoReturn

__all__ = ["Frozen"]


class Frozen:
    """A value whose parts are its slots, which its constructor takes in their order and sets by `_set`."""

    __slots__: tuple[str, ...] = ()

    def _set(self, *parts: Any) -> None:
        for name, part in zip(type(self).__slots__, parts, strict=True):
            object.__setattr__(self, name, part)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in type(self).__slots__])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        msg = f"{type(self).__name__} is frozen: make a new one"
        raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        return (
            self._parts == other._parts if type(other) is type(self) and isinstance(other, Frozen) else NotImplemented
        )

    def __hash__(self) -> int:
        return hash(self._parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._parts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._parts))})"
