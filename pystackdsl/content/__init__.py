"""The content of configs and secrets, as bytes: from files, from text in the stack, from jinja2 templates.

`content_of` reads one resource, `missing_files` looks for the files of a whole stack. Both are imported when first
asked for; jinja2 only when a template is rendered.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.content.files import missing_files as missing_files
    from pystackdsl.content.source import content_of as content_of

_HOME = {"content_of": "source", "missing_files": "files"}

__all__ = ["content_of", "missing_files"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        msg = f"module 'pystackdsl.content' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    found = getattr(import_module(f"pystackdsl.content.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
