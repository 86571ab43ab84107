"""What several files say of one service: the trees of the files come in, the paths that more than one has go out.

`front` asks before it puts values in. Where a value decides what comes of a merge, a variable in it cannot stay open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

__all__ = ["Path", "is_below", "overlaps"]

Path = tuple[str | int, ...]

_BY_NAME: Final = frozenset({"environment", "labels"})
"""Keys whose lists of KEY=VALUE are merged by their names."""


def overlaps(trees: Sequence[Mapping[str, Any]]) -> list[frozenset[Path]]:
    """For each tree, the paths of what another one says too."""
    found: list[set[Path]] = [set() for _ in trees]
    for (one, first), (other, later) in combinations(enumerate(trees), 2):
        root: Path = ("services",)
        for here, there in _services(first.get("services"), later.get("services"), root):
            found[one].add(here)
            found[other].add(there)
    return [frozenset(paths) for paths in found]


def is_below(path: Sequence[str | int], paths: frozenset[Path]) -> bool:
    """Whether a path is one of some, or below one."""
    return any(tuple(path[:end]) in paths for end in range(3, len(path) + 1))


def _services(first: Any, later: Any, path: Path) -> Iterator[tuple[Path, Path]]:
    if isinstance(first, dict) and isinstance(later, dict):
        for name in first.keys() & later.keys():
            one, other = first[name], later[name]
            if isinstance(one, dict) and isinstance(other, dict):
                for key in one.keys() & other.keys():
                    yield from _common(one[key], other[key], (*path, name, key), (*path, name, key))


def _common(first: Any, later: Any, here: Path, there: Path) -> Iterator[tuple[Path, Path]]:
    """The deepest paths that both have, in the one and in the other."""
    if here[-1] in _BY_NAME:
        named = _by_name(first), _by_name(later)
        if named[0] is not None and named[1] is not None:
            for name in named[0].keys() & named[1].keys():
                yield (*here, named[0][name]), (*there, named[1][name])
            return
    if isinstance(first, dict) and isinstance(later, dict):
        for key in first.keys() & later.keys():
            yield from _common(first[key], later[key], (*here, key), (*there, key))
        return
    yield here, there


def _by_name(entries: Any) -> dict[str, str | int] | None:
    """Where each name stands, in a mapping or a list; None where that is not known."""
    if isinstance(entries, dict):
        return {name: name for name in entries}
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        return None
    names = [entry.partition("=")[0] for entry in entries]
    return None if any("$" in name for name in names) else {name: at for at, name in enumerate(names)}
