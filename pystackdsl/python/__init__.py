"""Python stack files: read as stacks.

from pystackdsl.python import load
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.python.loader import Loaded as Loaded
    from pystackdsl.python.loader import load as load
    from pystackdsl.python.loader import load_report as load_report

__all__ = ["Loaded", "load", "load_report"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from pystackdsl.python import loader

    found = globals()[name] = getattr(loader, name)
    return found
