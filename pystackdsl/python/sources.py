"""Python source as it is read again for a message: its lines, its syntax tree, and the node behind an instruction.

A code object and an instruction offset (an `Origin`'s frame, or a traceback's) come in; the node of the syntax tree
that ran there, and `Span`s of nodes, go out. Used by `places`, `slips` and `census`, only when something is to be told.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType

import attrs

from pystackdsl.content.drafts import draft
from pystackdsl.diagnostics import Span

__all__ = ["SCOPES", "Source", "Sources", "shown"]

Position = tuple[int | None, int | None, int | None, int | None]
Node = ast.expr | ast.stmt | ast.keyword | ast.arg | ast.alias

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*_FUNCTIONS, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
"""The nodes, beside classes, that have names of their own."""


class Sources:
    """The files read for one message, each once. Not kept between messages: a file may change."""

    def __init__(self) -> None:
        self._read: dict[str, Source | None] = {}
        self._positions: dict[CodeType, Sequence[Position]] = {}

    def of(self, filename: str) -> "Source | None":
        """The source that a code object's file name stands for, or None when it cannot be had."""
        if filename not in self._read:
            text = _text(filename)
            self._read[filename] = None if text is None else Source(filename, text)
        return self._read[filename]

    def position(self, code: CodeType, lasti: int) -> Position:
        """First line, last line, first column and last column (in bytes) of an instruction; None where unknown."""
        if code not in self._positions:
            self._positions[code] = list(code.co_positions())
        known = self._positions[code]
        return known[lasti // 2] if 0 <= lasti // 2 < len(known) else (None, None, None, None)

    def node(self, code: CodeType, lasti: int) -> "tuple[Source, Node | None]":
        """The source and the node that ran at an instruction. Raises LookupError when the source cannot be had."""
        source = self.of(code.co_filename)
        if source is None:
            raise LookupError(code.co_filename)
        return source, source.node(self.position(code, lasti))

    def span(self, code: CodeType, lasti: int) -> Span:
        """Where an instruction stands; its line alone where nothing more is known."""
        position = self.position(code, lasti)
        source = self.of(code.co_filename)
        if source is None:
            return Span(file=shown(code.co_filename), line=position[0] or code.co_firstlineno)
        node = source.node(position)
        return source.span(node) if node is not None else source.line(position[0] or code.co_firstlineno)


class Source:
    """One file: its lines and, once asked for, its syntax tree with the way from each node to its parent."""

    def __init__(self, filename: str, text: str) -> None:
        self.file = shown(filename)
        self.text = text
        self.lines = text.split("\n")
        self._tree: ast.Module | None = None
        self._parents: dict[ast.AST, ast.AST] = {}
        self._at: dict[Position, Node] = {}
        self._bound: dict[ast.AST, dict[str, list[ast.AST]]] = {}

    @property
    def tree(self) -> ast.Module:
        """The syntax tree; an empty one where the text is no Python any more."""
        if self._tree is None:
            try:
                self._tree = ast.parse(self.text)
            except (SyntaxError, ValueError, RecursionError):
                self._tree = ast.Module(body=[], type_ignores=[])
            self._index(self._tree)
        return self._tree

    def _index(self, root: ast.AST) -> None:
        waiting = [root]
        while waiting:
            parent = waiting.pop()
            for child in ast.iter_child_nodes(parent):
                self._parents[child] = parent
                waiting.append(child)
                if isinstance(child, ast.expr):
                    at = (child.lineno, child.end_lineno, child.col_offset, child.end_col_offset)
                    self._at.setdefault(at, child)  # the parts of an f-string may claim its whole place

    def node(self, position: Position) -> Node | None:
        """The expression at a position, else the call that ends there: a method's call may be told from its name on."""
        if self.tree and position in self._at:
            return self._at[position]
        first, last, _, right = position
        if last is None or right is None:
            return self._on_line(first)
        calls = [
            node
            for node in self._at.values()
            if isinstance(node, ast.Call) and (node.end_lineno, node.end_col_offset) == (last, right)
        ]
        return max(calls, key=lambda call: (call.lineno, call.col_offset), default=None) or self._on_line(first)

    def _on_line(self, line: int | None) -> Node | None:
        """The first statement that begins in a line."""
        found = (node for node in ast.walk(self.tree) if isinstance(node, ast.stmt) and node.lineno == line)
        return next(found, None)

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out."""
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node is part of."""
        return next((each for each in (node, *self.parents(node)) if isinstance(each, ast.stmt)), None)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function or module whose names a node sees first."""
        return next((each for each in self.parents(node) if isinstance(each, _FUNCTIONS)), self.tree)

    def bindings(self, scope: ast.AST, name: str) -> list[ast.AST]:
        """Every node that binds `name` in a function, class, comprehension or module; scopes inside it left out."""
        if scope not in self._bound:
            found = self._bound[scope] = {}
            waiting = list(ast.iter_child_nodes(scope))
            while waiting:
                node = waiting.pop()
                for bound in _names_bound(node):
                    found.setdefault(bound, []).append(node)
                if not isinstance(node, (*SCOPES, ast.ClassDef)):
                    waiting += ast.iter_child_nodes(node)
        return self._bound[scope].get(name, [])

    def span(self, node: Node) -> Span:
        """The stretch of text of a node, in characters."""
        last = node.end_lineno or node.lineno
        end = len(self.line_text(last).encode()) if node.end_col_offset is None else node.end_col_offset
        return Span(
            file=self.file,
            line=node.lineno,
            column=self._column(node.lineno, node.col_offset),
            end_line=last,
            end_column=self._column(last, end),
            text=self.quoted(node.lineno),
        )

    def word(self, keyword: ast.keyword) -> Span:
        """The stretch of a keyword's name alone."""
        span = self.span(keyword)
        return attrs.evolve(span, end_line=span.line, end_column=span.column + len(keyword.arg or ""))

    def line(self, number: int) -> Span:
        """A whole line, without its indent."""
        text = self.line_text(number)
        indent = len(text) - len(text.lstrip())
        end = len(text.rstrip())
        last = max(end, indent) + 1
        return Span(
            file=self.file, line=number, column=indent + 1, end_line=number, end_column=last, text=self.quoted(number)
        )

    def quoted(self, number: int) -> str | None:
        """The text of a line for a Span: None where the file can be read again, which keeps secrets out of it."""
        return self.line_text(number) if str(self.file).startswith("<") else None

    def index(self, line: int, column: int) -> int:
        """The index of a place in the text, its line and column counted from 1."""
        return sum(len(text) + 1 for text in self.lines[: line - 1]) + column - 1

    def line_text(self, number: int) -> str:
        """The text of a line, counted from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def said(self, node: Node) -> str:
        """The text of a node that stands in one line; empty for a longer one."""
        span = self.span(node)
        line = self.line_text(span.line)
        return line[span.column - 1 : (span.end_column or 1) - 1] if span.end_line == span.line else ""

    def _column(self, line: int, offset: int) -> int:
        """A column in characters, counted from 1, for an offset in bytes of UTF-8."""
        text = self.line_text(line)
        return (offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))) + 1


def _names_bound(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    if isinstance(node, ast.alias):
        return (node.asname or node.name.partition(".")[0],)
    if isinstance(node, ast.Global | ast.Nonlocal):
        return node.names
    name = getattr(node, "name", None)  # of a function, a class, an exception, a pattern
    return (name,) if isinstance(name, str) else ()


def shown(filename: str) -> Path:
    """A code object's file name as people read it: a text that was loaded is `<stack>`, whatever its number."""
    return Path("<stack>" if filename.startswith("<stack ") else filename)


def _text(filename: str) -> str | None:
    if not filename.startswith("<"):
        from importlib.util import decode_source

        drafted = draft(filename)
        try:
            return decode_source(Path(filename).read_bytes() if drafted is None else drafted)
        except (OSError, SyntaxError, UnicodeDecodeError):
            pass
    linecache = sys.modules.get("linecache")
    lines = linecache.getlines(filename) if linecache is not None else []
    return "".join(lines) or None
