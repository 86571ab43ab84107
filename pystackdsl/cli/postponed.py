"""Modules that others bring along and that a command hardly ever needs: loaded when they are first used, if ever.

Called by `cli.main.console` before anything imports attrs. attrs' validators alone, thirteen classes that no stack
uses, are a twentieth of the smallest build. A user's file that does use such a module finds it as always.
"""

import sys
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Final

__all__ = ["postpone"]

MODULES: Final = (
    "attr.validators",
    "attrs.validators",
    "ipaddress",  # urllib.parse, which pathlib brings along
    "tokenize",  # inspect and linecache, which attrs brings along
)


def postpone() -> None:
    """Put stand-ins where those modules belong, unless they are loaded already."""
    for name in MODULES:
        package = name.rpartition(".")[0]
        if name in sys.modules or package in sys.modules:
            continue
        home = PathFinder.find_spec(package) if package else None
        path = home.submodule_search_locations if home is not None else None
        spec = PathFinder.find_spec(name, path) if path is not None or not package else None
        if spec is not None and spec.loader is not None:
            stand_in = _Postponed(name)
            stand_in.__dict__.update(
                __spec__=spec, __loader__=spec.loader, __file__=spec.origin, __package__=package, __cached__=spec.cached
            )
            sys.modules[name] = stand_in


class _Postponed(ModuleType):
    """A module that is loaded, in its place, when a name in it is asked for."""

    def __getattr__(self, name: str) -> object:
        if type(self) is _Postponed:
            spec = self.__spec__
            assert spec is not None
            assert spec.loader is not None
            self.__class__ = ModuleType  # type: ignore[assignment]
            spec.loader.exec_module(self)
        return getattr(self, name)
