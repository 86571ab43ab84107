"""Where a resource was made: the user's frames as (code object, instruction offset), cheap to note and resolved to
lines and columns only when a message is drawn (by `pystackdsl.python.places`).
"""

import sys
from types import CodeType
from typing import Any

import attrs

__all__ = ["Origin", "origin_here"]

_EVOLVE: CodeType = attrs.evolve.__code__
_OURS = frozenset({"pystackdsl", "attr", "attrs", "copy"})


class Origin:
    """The user's calls that made a resource, innermost first, out to the module; and what it was evolved from.

    `copied` says that it is a deep copy of that, with copies of its own of all that it refers to.
    """

    __slots__ = ("copied", "evolved_from", "frames")

    def __init__(
        self, frames: tuple[tuple[CodeType, int], ...], evolved_from: Any = None, *, copied: bool = False
    ) -> None:
        self.frames = frames
        self.evolved_from = evolved_from
        self.copied = copied


def origin_here(copy_of: Any = None) -> Origin:
    """The origin of the object whose constructor is running, or which is becoming a deep copy of `copy_of`.

    A frame of this package or of attrs is no user's.
    """
    frames: list[tuple[CodeType, int]] = []
    evolved_from = copy_of
    frame = sys._getframe(2)  # noqa: SLF001 - the documented way to the calling frames
    while frame is not None:
        code = frame.f_code
        if code is _EVOLVE:
            if evolved_from is None:
                evolved_from = frame.f_locals.get("inst")
        elif code.co_filename[:6] != "<attrs" and frame.f_globals.get("__name__", "").partition(".")[0] not in _OURS:
            frames.append((code, frame.f_lasti))
            if code.co_name == "<module>":
                break
        frame = frame.f_back  # type: ignore[assignment]
    return Origin(tuple(frames), evolved_from, copied=copy_of is not None)
