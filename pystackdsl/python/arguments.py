"""From a call and a key path to the argument's own text: `deploy.update_config.delay` in `Service(deploy=Deploy(…))`.

A node of a syntax tree and a path of keys come in; the node that spells the value goes out, or the nearest one around
it. Names bound once, parameters (through the calls that gave them), unpacked dicts, `evolve` and the methods of
resources are seen through. Called by `places` and `slips`.
"""

import ast
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import NamedTuple

from pystackdsl.python.sources import SCOPES, Node, Source, Sources
from pystackdsl.python.vocabulary import aliases

__all__ = ["At", "binding", "called", "follow", "is_called", "literal"]

Frames = tuple[tuple[CodeType, int], ...]
Path = Sequence[str | int]

_REACHED_BY_METHOD = frozenset({"network", "source", "secret", "config"})
_METHODS = frozenset({"at", "alias", "attach"})
_CONTAINERS = frozenset({"dict", "list", "tuple", "FrozenDict"})
_DEPTH = 12


class At(NamedTuple):
    """A node, the source it is in, and the frames from the one that runs it outwards."""

    source: Source
    node: Node
    frames: Frames = ()

    def to(self, node: Node) -> "At":
        """Another node of the same source and frame."""
        return At(self.source, node, self.frames)


def follow(sources: Sources, start: At, path: Path) -> tuple[At, Path]:
    """The node that spells the value at `path` below the call `start`, as far as it can be seen; and the rest of
    the path, empty where it was found.
    """
    at, rest = start, path
    while rest:
        found = _step(sources, at, rest[0], _DEPTH)
        if found is None:
            break
        at, rest = found, rest[1:]
    return at, rest


def literal(sources: Sources, at: At) -> At:
    """The value that a name stands for, where it is bound once; anything else is itself."""
    for _ in range(_DEPTH):
        below = binding(sources, at) if isinstance(at.node, ast.Name) else None
        if below is None:
            break
        at = below
    return at


def _step(sources: Sources, at: At, segment: str | int, depth: int) -> At | None:
    """The node of one key, index or field below a node."""
    at = literal(sources, at)
    node = at.node
    if not depth:
        return None
    if isinstance(node, ast.Call):
        return _argument(sources, at, node, segment, depth)
    if isinstance(node, ast.Dict):
        return _value(sources, at, node, segment, depth)
    if isinstance(node, ast.List | ast.Tuple):
        return _item(at, node, segment)
    if isinstance(node, ast.DictComp):
        return at.to(node.value)
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return at.to(node.elt)
    if isinstance(node, ast.BinOp):
        return _joined(sources, at, node, segment, depth)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        below = _step(sources, at.to(node.value), node.slice.value, depth - 1)  # type: ignore[arg-type]
        return None if below is None else _step(sources, below, segment, depth - 1)
    return None


def _argument(sources: Sources, at: At, call: ast.Call, segment: str | int, depth: int) -> At | None:
    """What a call is given for a field, or the text of an item where the call only wraps a list."""
    method = called(call)
    if isinstance(segment, int):
        items = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
        if method in _CONTAINERS and items:
            return _step(sources, at.to(items[0]), segment, depth - 1)
        return at.to(items[segment]) if method == "alias" and segment < len(items) == len(call.args) else None
    for keyword in call.keywords:
        if keyword.arg is not None and is_called(keyword.arg, segment):
            return at.to(keyword.value)
    for keyword in call.keywords:
        below = _step(sources, at.to(keyword.value), segment, depth - 1) if keyword.arg is None else None
        if below is not None:
            return below
    if method == f"with_{segment}":
        return at.to(call.args[0]) if call.args else at
    if method in _METHODS and isinstance(call.func, ast.Attribute):
        return _of_method(at, call, call.func, method, segment)
    if call.args and method in (*_CONTAINERS, "evolve"):
        return _step(sources, at.to(call.args[0]), segment, depth - 1)
    return None


def is_called(parameter: str, segment: str | int) -> bool:
    """Whether a segment of a path means a parameter: by its own name, or as Compose spells it."""
    return parameter == segment or (segment, parameter) in aliases()


def _of_method(at: At, call: ast.Call, func: ast.Attribute, method: str, segment: str) -> At | None:
    if segment in _REACHED_BY_METHOD:
        return at.to(func.value)
    if segment == "target" and call.args:
        return at.to(call.args[0])
    return at if segment == "aliases" and method == "alias" else None


def called(call: ast.Call) -> str:
    """The last name of what is called: `alias` in `net.alias("a")`."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _value(sources: Sources, at: At, node: ast.Dict, segment: str | int, depth: int) -> At | None:
    for key, value in zip(reversed(node.keys), reversed(node.values), strict=True):
        if isinstance(key, ast.Constant) and key.value == segment:
            return at.to(value)
        below = _step(sources, at.to(value), segment, depth - 1) if key is None else None
        if below is not None:
            return below
    return None


def _item(at: At, node: ast.List | ast.Tuple, segment: str | int) -> At | None:
    if isinstance(segment, str):  # environment and labels may be lists of KEY=VALUE
        pairs = (item for item in node.elts if isinstance(item, ast.Constant))
        found = next((item for item in pairs if str(item.value).partition("=")[0] == segment), None)
        return None if found is None else at.to(found)
    if not 0 <= segment < len(node.elts) or any(isinstance(item, ast.Starred) for item in node.elts[: segment + 1]):
        return None
    return at.to(node.elts[segment])


def _joined(sources: Sources, at: At, node: ast.BinOp, segment: str | int, depth: int) -> At | None:
    if isinstance(node.op, ast.BitOr):
        right = _step(sources, at.to(node.right), segment, depth - 1)
        return right or _step(sources, at.to(node.left), segment, depth - 1)
    left = literal(sources, at.to(node.left))
    if not isinstance(node.op, ast.Add) or not isinstance(segment, int) or not isinstance(left.node, ast.List):
        return None
    size = len(left.node.elts)
    if any(isinstance(item, ast.Starred) for item in left.node.elts):
        return None
    return (
        _item(left, left.node, segment)
        if segment < size
        else _step(sources, at.to(node.right), segment - size, depth - 1)
    )


def binding(sources: Sources, at: At) -> At | None:
    """What the name `at` was bound to: the value of its only assignment, or the argument given for a parameter."""
    if not isinstance(at.node, ast.Name):
        return None
    for scope in _scopes(at.source, at.node):
        found = at.source.bindings(scope, at.node.id)
        if len(found) == 1:
            return _bound(sources, at, scope, found[0])
        if found:
            return None
    return None


def _scopes(source: Source, node: ast.AST) -> Iterator[ast.AST]:
    """The scopes in which a name is looked up, from the inside out; a class only for its own body."""
    inner = True
    for parent in source.parents(node):
        if isinstance(parent, (*SCOPES, ast.Module)) or (isinstance(parent, ast.ClassDef) and inner):
            yield parent
            inner = False


def _bound(sources: Sources, at: At, scope: ast.AST, binder: ast.AST) -> At | None:
    if isinstance(binder, ast.arg) and isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return _given(sources, at, scope, binder)
    parent = next(at.source.parents(binder), None)
    if isinstance(parent, ast.Assign) and binder in parent.targets:
        return at.to(parent.value)
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr) and parent.target is binder and parent.value is not None:
        return at.to(parent.value)
    return None


def _given(sources: Sources, at: At, function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg) -> At | None:
    """The argument that the calling frame gives for a parameter; its default where it gives none."""
    names = [code.co_name for code, _ in at.frames]
    outer = at.frames[names.index(function.name) + 1 :] if function.name in names else ()
    if not outer:
        return None
    try:
        source, call = sources.node(*outer[0])
    except LookupError:
        return None
    if not isinstance(call, ast.Call) or any(isinstance(arg, ast.Starred) for arg in call.args):
        return None
    caller = At(source, call, outer)
    for keyword in call.keywords:
        if keyword.arg == parameter.arg:
            return caller.to(keyword.value)
    positional = [*function.args.posonlyargs, *function.args.args]
    if positional and positional[0].arg in ("self", "cls") and isinstance(call.func, ast.Attribute):
        positional = positional[1:]
    index = positional.index(parameter) if parameter in positional else len(call.args)
    if index < len(call.args):
        return caller.to(call.args[index])
    spread = any(keyword.arg is None for keyword in call.keywords)
    default = None if spread else _default(function, parameter)
    return None if default is None else at.to(default)


def _default(function: ast.FunctionDef | ast.AsyncFunctionDef, parameter: ast.arg) -> ast.expr | None:
    """What a parameter is when it is not given."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    last = positional[len(positional) - len(arguments.defaults) :]
    defaults = dict(zip([*last, *arguments.kwonlyargs], [*arguments.defaults, *arguments.kw_defaults], strict=True))
    return defaults.get(parameter)
