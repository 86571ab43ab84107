"""Where names are bound and functions defined, as places for a message.

A file and names, or a function, come in; places go out. Called by `selection`, `settings` and `census`, only when
something is to be told.
"""

import ast
import inspect
from collections.abc import Callable, Iterable
from typing import Any

from pystackdsl.diagnostics import Place
from pystackdsl.python.sources import Node, Sources

__all__ = ["bound_at", "defined_at"]


def bound_at(file: str, names: Iterable[str]) -> list[Place]:
    """Where each name is bound last at the top level of a file; a name that is not found there is left out."""
    source = Sources().of(file)
    if source is None:
        return []
    places = []
    for name in names:
        nodes = [node for node in source.bindings(source.tree, name) if hasattr(node, "lineno")]
        last: Any = max(nodes, key=lambda node: getattr(node, "lineno", 0), default=None)
        if isinstance(last, ast.stmt):
            places.append(Place(source.line(last.lineno)))
        elif last is not None:
            places.append(Place(source.span(last)))
    return places


def defined_at(function: Callable[..., Any]) -> list[Place]:
    """The line of a function's `def`; none for what is no function of Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    source = Sources().of(code.co_filename) if code is not None else None
    if code is None or source is None:
        return []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
            first: Node = node.decorator_list[0] if node.decorator_list else node
            if first.lineno == code.co_firstlineno:
                return [Place(source.line(node.lineno))]
    return [Place(source.line(code.co_firstlineno))]
