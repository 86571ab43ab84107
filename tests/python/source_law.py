"""What a written stack file may hold: assignments of calls, literals and names of the language, and nothing else.

`strangers` names every node of a source that is something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pystackdsl

__all__ = ["strangers"]

BUILTINS = {"bool", "float", "int"}
METHODS = {"alias", "at", "attach", "of"}
READ = {"path", "labels", "role", "id", "ip", "hostname", "platform", "os", "arch"}
SHAPES = (
    *(ast.List, ast.Tuple, ast.Dict, ast.JoinedStr, ast.FormattedValue, ast.Constant),
    *(ast.keyword, ast.Load, ast.Store),
)


def strangers(source: str) -> list[str]:
    """What a source holds beside what it may, each as its own text."""
    tree = ast.parse(source)
    docstring, *body = tree.body
    names: set[str] = set()
    found = [] if isinstance(docstring, ast.Expr) and isinstance(docstring.value, ast.Constant) else [docstring]
    for statement in body:
        if isinstance(statement, ast.ImportFrom):
            allowed = statement.module == "pystackdsl" and statement.level == 0 and names == set()
            imported = {alias.name for alias in statement.names if alias.asname is None}
            names |= imported
            found += [] if allowed and imported <= set(pystackdsl.__all__) else [statement]
        elif isinstance(statement, ast.Assign) and [type(target) for target in statement.targets] == [ast.Name]:
            found += list(_strange(statement.value, names))
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        else:
            found.append(statement)
    return [ast.unparse(node) for node in found]


def _strange(value: ast.expr, names: set[str]) -> Iterator[ast.AST]:
    for node in ast.walk(value):
        if isinstance(node, ast.Name):
            known = node.id in names | BUILTINS
        elif isinstance(node, ast.Call):
            function = node.func
            known = isinstance(function, ast.Name) or (isinstance(function, ast.Attribute) and function.attr in METHODS)
        elif isinstance(node, ast.Attribute):
            known = node.attr in METHODS | READ or ast.unparse(node).startswith(("node.labels.", "engine.labels."))
        elif isinstance(node, ast.Subscript):
            known = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        elif isinstance(node, ast.Compare):
            known = ast.unparse(node.left).startswith(("node.", "engine.")) and isinstance(
                node.comparators[0], ast.Constant
            )
        else:
            known = isinstance(node, (*SHAPES, ast.Eq, ast.NotEq)) or (
                isinstance(node, (ast.UnaryOp, ast.USub))
                and "-" in ast.unparse(node if isinstance(node, ast.UnaryOp) else value)
            )
        if not known:
            yield node
