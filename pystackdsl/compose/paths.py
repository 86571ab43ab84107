"""Relative paths: they start from the stack file's folder, and are written as seen from where the text will lie."""

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["rebased"]


def rebased(base: "Path | None", folder: "Path | None") -> Callable[[str], str] | None:
    """A function that writes a path of `base` as seen from `folder`; None when both are the same.

    Either may be None, which is the working folder. Absolute paths, `~` and paths that begin with a variable stay.
    """
    start, end = os.path.abspath(base or ""), os.path.abspath(folder or "")  # noqa: PTH100 - Path would keep the `..`
    if start == end:
        return None

    @cache
    def rebase(path: str) -> str:
        if not path or path[0] in "/~\\" or not path[0].isprintable() or path[1:2] == ":":
            return path
        moved = os.path.relpath(os.path.join(start, path), end)  # noqa: PTH118 - as above
        return moved if moved.startswith("..") or not path.startswith(".") else f"./{moved}"

    return rebase
