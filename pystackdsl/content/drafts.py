"""Files that are not written yet: whoever reads a source asks here first for what is to stand in it.

`cli.fixing` sets the drafts; the readers of sources in `cli` and `python` ask for them.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Final, TypeVar

__all__ = ["draft", "drafted"]

R = TypeVar("R")

_DRAFTS: Final[ContextVar[Mapping[str, bytes] | None]] = ContextVar("pystackdsl.drafts", default=None)


def draft(file: str) -> bytes | None:
    """The bytes that are to stand in a file, by its absolute path; None where it is read as it is."""
    return (_DRAFTS.get() or {}).get(file)


def drafted(texts: Mapping[str, bytes], read: Callable[[], R]) -> R:
    """What a function gives that reads sources, as if these texts stood in their files, by absolute path."""
    token = _DRAFTS.set(texts)
    try:
        return read()
    finally:
        _DRAFTS.reset(token)
