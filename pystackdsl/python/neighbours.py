"""The modules that lie beside a stack file: importable while it loads, and gone again afterwards.

A folder comes in; for the time of a `with` block its modules come first, are read afresh, leave no bytecode behind,
and take the place of modules of the same name from elsewhere. Used by `loader`.
"""
# ruff: noqa: PTH113, PTH118, PTH119, PTH120, PTH208 - pathlib is slow to import, and search paths are text

import os
import sys
from collections.abc import Sequence
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from types import CodeType, ModuleType
from typing import Any, Self

__all__ = ["Neighbours"]

_KEPT = frozenset({"pystackdsl", "attr", "attrs", "__main__"})


class Neighbours:
    """Makes the modules of a folder importable, as `with Neighbours(folder, main): …`.

    `main` is the module of the stack file itself, known by its name for that time. Afterwards `sys.path` and
    `sys.modules` are as they were, but for modules from elsewhere that were imported meanwhile.
    """

    def __init__(self, folder: str, main: ModuleType) -> None:
        self.folder = folder
        self.main = main
        self._found: set[str] = set()
        self._finders: dict[str, FileFinder] = {}

    def __enter__(self) -> Self:
        self._path = sys.path.copy()
        self._cached = set(sys.path_importer_cache)
        shadowed = self._shadowed()
        self._aside = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in shadowed}
        self._before = set(sys.modules)
        if self.main.__name__ not in self._before | sys.stdlib_module_names:
            sys.modules[self.main.__name__] = self.main
        sys.path.insert(0, self.folder)
        finders: list[Any] = sys.meta_path
        first = (i for i, finder in enumerate(finders) if finder is PathFinder or isinstance(finder, Neighbours))
        finders.insert(next(first, 0), self)
        return self

    def __exit__(self, *_: object) -> None:
        sys.meta_path.remove(self)
        sys.path[:] = self._path
        if sys.modules.get(self.main.__name__) is self.main:
            del sys.modules[self.main.__name__]
        for name in self._found | self._namespaces():
            sys.modules.pop(name, None)
        sys.modules.update(self._aside)
        for entry in [each for each in sys.path_importer_cache if each not in self._cached and self._is_below(each)]:
            del sys.path_importer_cache[entry]

    def modules(self) -> dict[str, ModuleType]:
        """The modules of the folder that have been imported so far, by name."""
        return {name: sys.modules[name] for name in self._found if name in sys.modules}

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        """The module of that name where it lies in the folder, at the place that its dotted name tells."""
        parent = name.rpartition(".")[0]
        if name.partition(".")[0] in self._before:
            return None
        place = os.path.join(self.folder, *parent.split(".")) if parent else self.folder
        if path is not None and place not in path:
            return None
        finder = self._finders.get(place)
        if finder is None:
            loaders = (ExtensionFileLoader, EXTENSION_SUFFIXES), (_Afresh, SOURCE_SUFFIXES)
            finder = self._finders[place] = FileFinder(place, *loaders)
        spec = finder.find_spec(name)
        if spec is None or spec.loader is None:
            return None  # a folder without __init__.py: the usual finder joins what lies on the whole path
        self._found.add(name)
        return spec

    def _shadowed(self) -> set[str]:
        """The loaded modules from elsewhere whose names the folder has too; Python's own are never replaced."""
        try:
            entries = os.listdir(self.folder)
        except OSError:
            entries = []
        names = {entry.removesuffix(".py") for entry in entries} & sys.modules.keys() | {self.main.__name__}
        names -= _KEPT | sys.stdlib_module_names
        return {name for name in names if name == self.main.__name__ or (self._has(name) and not self._lies_here(name))}

    def _has(self, name: str) -> bool:
        place = os.path.join(self.folder, name)
        return os.path.isfile(f"{place}.py") or os.path.isfile(os.path.join(place, "__init__.py"))

    def _lies_here(self, name: str) -> bool:
        """Whether a module that was imported before comes from this very folder."""
        file = getattr(sys.modules[name], "__file__", None) or ""
        folder = os.path.dirname(file)
        return self.folder == (os.path.dirname(folder) if os.path.basename(file) == "__init__.py" else folder)

    def _namespaces(self) -> set[str]:
        """The packages without a file that hold what was found, where all their parts lie in the folder."""
        parents = {name[:i] for name in self._found for i, letter in enumerate(name) if letter == "."}
        return {
            name
            for name in parents - self._before - self._found
            if all(map(self._is_below, getattr(sys.modules.get(name), "__path__", ())))
        }

    def _is_below(self, path: str) -> bool:
        return path == self.folder or path.startswith(self.folder.rstrip(os.sep) + os.sep)


class _Afresh(SourceFileLoader):
    """Compiles a module from its source each time: bytecode is neither trusted nor written beside a user's files."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)
