"""Relative paths: they start from the stack file's folder, and are written as seen from where the text will lie."""

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from pystackdsl.model.variable import OPEN

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
        known, mark, rest = path.partition(OPEN)  # what a variable holds is not known, nor what stands behind it
        if not known or known[0] in "/~\\" or known[1:2] == ":":
            return path
        folder, name = os.path.split(known) if mark else (known, "")
        moved = os.path.relpath(os.path.join(start, folder), end)  # noqa: PTH118 - as above
        if path[0] == "." and moved.partition("/")[0] not in (".", ".."):
            moved = f"./{moved}"
        return f"{moved}/{name}{mark}{rest}" if mark else moved

    return rebase
