"""A resource changed in Python source: the resource and its changed copy come in, stretches of text to replace go out.

The call that made the resource is found, and the arguments of it followed to what differs; there a value is exchanged,
an argument added or taken away. Whether the file then says what was meant, the caller finds out by loading it.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from pystackdsl.content.rewriting import Replacement, Uneditable
from pystackdsl.diagnostics import SourceNotes
from pystackdsl.model.alteration import REMOVED, differences, value_at
from pystackdsl.model.names import Names
from pystackdsl.model.placement import Constraint
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource
from pystackdsl.python.arguments import At, called, follow, literal
from pystackdsl.python.expression import WIDTH, laid_out
from pystackdsl.python.literals import string
from pystackdsl.python.remarks import Remarks
from pystackdsl.python.selection import PSEUDO
from pystackdsl.python.sources import Node, Source, Sources
from pystackdsl.python.vocabulary import classes
from pystackdsl.python.wording import Wording

__all__ = ["replacements"]

Path = Sequence[str | int]

_PACKAGE: Final = "pystackdsl"


class _Made(NamedTuple):
    """A replacement, and the source that it is for."""

    source: Source
    replacement: Replacement


class _Plain:
    """The scope of a value that is written by itself: nothing is shared, and nothing is referred to but by its key."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.remarks = Remarks(SourceNotes())

    def refer(self, resource: Resource) -> str:
        """The variable that holds a resource, most probably: the file is loaded again to see."""
        return self.names.key(resource)

    def variable(self, inner: str, kind: str) -> str:  # noqa: ARG002 - named as in Scope
        """Open variables have names that are not known here."""
        raise Uneditable(inner)

    def shared(self, value: Any, path: Any) -> str | None:
        """Nothing is shared."""

    def service(self, name: str) -> Any:
        """A service by its name."""
        return name

    def base(self, path: Any, value: Any) -> tuple[str, Any] | None:
        """Nothing is a change of another value."""

    def merged(self, path: Any, value: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - as a Scope
        """Nothing is merged from others."""
        return []


def replacements(stack: Stack, changes: Iterable[tuple[Any, Any]]) -> dict[str, list[Replacement]]:
    """What to replace in the user's files, by their names, so that each resource becomes its changed copy.

    The imports are among it. Raises Uneditable where the source does not show what to change.
    """
    sources = Sources()
    names = stack.names()
    found: dict[Source, dict[Replacement, None]] = {}
    used: dict[Source, set[str]] = {}
    for resource, changed in changes:
        editor = _Editor(sources, names, resource, changed)
        for difference in differences(resource, changed):
            source, replacement = editor.replaced(difference.path, difference.value)
            found.setdefault(source, {})[replacement] = None
            used.setdefault(source, set()).update(editor.wording.used)
    for source, wanted in used.items():
        found[source].update(dict.fromkeys(_imported(source, wanted)))
    return {str(source.file): list(each) for source, each in found.items()}


class _Editor:
    """The change of one resource, difference by difference."""

    def __init__(self, sources: Sources, names: Names, resource: Any, changed: Any) -> None:
        self.sources = sources
        self.changed = changed
        self.resource = resource
        self.wording = Wording(_Plain(names))

    def replaced(self, path: Path, value: Any) -> _Made:
        """The replacement for a value at a path; where it cannot be made there, for the value around it."""
        while path:
            made = self.made(*self.nearest(path), path, value)
            if made is not None:
                return made
            path = path[:-1]
            value = value_at(self.changed, path)
        raise Uneditable

    def nearest(self, path: Path) -> tuple[At, Path]:
        """The node that says the value at a path, or the nearest one around it, and the rest of the path."""
        best: tuple[At, Path] | None = None
        resource = self.resource
        while resource is not None and (best is None or best[1]):
            origin = resource.origin
            frames = tuple(frame for frame in (origin.frames if origin else ()) if frame[0].co_filename != PSEUDO)
            if not frames:
                break
            found = follow(self.sources, self.call(frames), path)
            if best is None or len(found[1]) < len(best[1]):
                best = found
            resource = origin.evolved_from
        if best is None:
            raise Uneditable
        return best

    def call(self, frames: Any) -> At:
        """The call that made the resource, by the user's frames."""
        try:
            source, node = self.sources.node(*frames[0])
        except LookupError:
            raise Uneditable from None
        if node is None:
            raise Uneditable
        return At(source, node, frames)

    def made(self, at: At, rest: Path, path: Path, value: Any) -> _Made | None:
        """The replacement of a value at a node, or of what is missing below it; None where it is not to be made."""
        if value is REMOVED:
            return None if rest else _removed(at)
        if not rest:
            start, end = _stretch(at.source, at.node)
            return _Made(at.source, Replacement(start, end, self.spelled(value, at)))
        if len(rest) > 1:  # what is on the way is missing too
            value = value_at(self.changed, path[: len(path) - len(rest) + 1])
        return self.added(literal(self.sources, at), rest[0], value)

    def spelled(self, value: Any, at: At) -> str:
        """The text of a value in the place of a node; a constraint that is written as text stays one."""
        if isinstance(at.node, ast.Constant) and isinstance(value, Constraint):
            return string(str(value))
        line = at.source.line_text(at.node.lineno)
        return "\n".join(laid_out("", self.wording.of(value), len(line) - len(line.lstrip()))).lstrip()

    def added(self, at: At, step: str | int, value: Any) -> _Made | None:
        """An argument, an entry or an item more."""
        node, source = at.node, at.source
        if isinstance(node, ast.Call) and isinstance(step, str) and _takes(node, step):
            return _inserted(source, node, [*node.args, *node.keywords], self.item(f"{step}=", value))
        if isinstance(node, ast.Dict):
            return _inserted(source, node, node.values, self.item(f"{string(str(step))}: ", value))
        if isinstance(node, ast.List) and step == len(node.elts):
            return _inserted(source, node, node.elts, self.item("", value))
        return None

    def item(self, before: str, value: Any) -> Callable[[int | None], str]:
        """A function that gives the text of a part in brackets: on lines of its own, indented, or with None on one."""
        expression = self.wording.of(value)

        def spelled(pad: int | None) -> str:
            lines = laid_out(before, expression, pad or 0)
            if pad is not None:
                return "\n".join(lines)
            text = "".join(line.strip() + (" " if line.endswith(",") else "") for line in lines)
            return text.replace(", )", ")").replace(", ]", "]").replace(", }", "}")

        return spelled


def _takes(call: ast.Call, field: str) -> bool:
    """Whether a call makes a value of the language, or a changed copy, so that a field is an argument of it."""
    name = called(call)
    if name in ("OnFailure", "Always", "Never"):
        return field != "condition"
    return name in classes() or name in ("evolve", "with_deploy", "at", "attach")


def _removed(at: At) -> _Made | None:
    """The replacement that takes away a value, with the name or key that it has."""
    node, source = at.node, at.source
    parents = source.parents(node)
    parent = next(parents, None)
    first: Node = node
    if isinstance(parent, ast.keyword):
        first = node = parent
        parent = next(parents, None)
    elif isinstance(parent, ast.Dict) and node in parent.values:
        key = parent.keys[parent.values.index(node)] if isinstance(node, ast.expr) else None
        if key is None:
            return None
        first = key
    elif not isinstance(parent, ast.List | ast.Tuple) or len(parent.elts) < 2:
        return None
    if isinstance(node, ast.keyword) and not isinstance(parent, ast.Call):
        return None
    return _Made(source, _cut(source.text, _stretch(source, first)[0], _stretch(source, node)[1]))


def _stretch(source: Source, node: Node) -> tuple[int, int]:
    """Where a node stands in the text, in characters from 0."""
    span = source.span(node)
    return source.index(span.line, span.column), source.index(span.end_line or span.line, span.end_column or 1)


def _inserted(source: Source, node: Node, parts: Sequence[Node], spelled: Callable[[int | None], str]) -> _Made:
    """A part more behind the last of a bracket: on a line of its own where the others have lines of their own."""
    text = source.text
    close = _stretch(source, node)[1] - 1
    if not parts:
        return _Made(source, Replacement(close, close, spelled(None)))
    first, last = max((_stretch(source, part) for part in parts), key=lambda stretch: stretch[1])
    between = text[last:close]
    if "\n" not in between:
        return _Made(source, Replacement(last, close, f", {spelled(None)}"))
    line = text.rfind("\n", 0, first) + 1
    pad = len(text[line:]) - len(text[line:].lstrip(" "))
    at = text.rfind("\n", 0, close)
    if "," in "\n".join(each.partition("#")[0] for each in between.split("\n")):
        return _Made(source, Replacement(at + 1, at + 1, f"{spelled(pad)},\n"))
    return _Made(source, Replacement(last, at, f",{text[last:at]}\n{spelled(pad)},"))


def _cut(text: str, start: int, end: int) -> Replacement:
    """Take away a part in brackets with its comma, and its lines where nothing else is on them."""
    after = end
    while text[after : after + 1] in (" ", "\t"):
        after += 1
    if text[after : after + 1] == ",":
        end = after + 1
        begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        if not text[begin:start].strip() and not text[end:stop].strip():
            return Replacement(begin, min(stop + 1, len(text)), "")
        while text[end : end + 1] == " ":
            end += 1
        return Replacement(start, end, "")
    before = len(text[:start].rstrip())
    if text[before - 1 : before] == ",":
        start = before - 1
    return Replacement(start, end, "")


def _imported(source: Source, used: set[str]) -> Iterator[Replacement]:
    """The import line with the names that are new. Raises Uneditable where there is none to add them to."""
    imports = [node for node in source.tree.body if isinstance(node, ast.ImportFrom) and node.module == _PACKAGE]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    missing = sorted(name for name in used - names if not source.bindings(source.tree, name))
    if not missing or "*" in names:
        return
    start, end = _stretch(source, imports[0]) if imports else (0, 0)
    if not imports or "#" in source.text[start:end]:
        raise Uneditable
    spelled = [alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in imports[0].names]
    ordered = sorted([*spelled, *missing], key=lambda name: (not name.isupper(), name[0].islower(), name.lower()))
    line = f"from {_PACKAGE} import {', '.join(ordered)}"
    if "\n" in source.text[start:end] or len(line) > max(WIDTH, end - start):
        line = "\n".join([f"from {_PACKAGE} import (", *(f"    {name}," for name in ordered), ")"])
    yield Replacement(start, end, line)
