"""Paths of a stack on the machine that deploys it, made absolute as the Docker CLI does: relative ones start from the
stack's folder. `compose.canonical` prints them, `swarm.lower` sends them.
"""

import os
import re

__all__ = ["absolute", "node_path"]


def absolute(path: str, base: str) -> str:
    """A path from the root on; `base` is absolute."""
    return path if path[:1] == "/" else os.path.normpath(os.path.join(base, path))  # noqa: PTH118 - Path would keep `..`


def node_path(path: str, base: str, home: str | None) -> str:
    """The source of a bind mount from the root on; `home` is what `~` stands for."""
    if path[:1] == "~" and home is not None:
        path = home + path[1:]
    return path if _is_windows_absolute(path) else absolute(path, base)


def _is_windows_absolute(path: str) -> bool:
    r"""Whether a path is absolute on Windows: `C:\x`, `C:/x`, `\\server\share\x`."""
    return re.match(r"[A-Za-z]:[\\/]|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*[\\/]", path) is not None
