"""Modules that attrs brings along and that a command hardly ever needs: loaded when they are first used, if ever.

Called by `cli.main.console` before anything imports attrs. Making attrs' validator classes is a tenth of what the
smallest build takes, and no stack uses one; a user's file that does finds them as always.
"""

import sys
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Final

__all__ = ["postpone"]

PARTS: Final = (("attr", "validators"), ("attrs", "validators"))


def postpone() -> None:
    """Put stand-ins where those modules belong, unless they are loaded already."""
    for package, part in PARTS:
        name = f"{package}.{part}"
        home = None if package in sys.modules else PathFinder.find_spec(package)
        spec = PathFinder.find_spec(name, home.submodule_search_locations) if home is not None else None
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
