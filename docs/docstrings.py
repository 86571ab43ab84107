"""What editors show at a field of the language: the docstring below each, written from the key that the field declares.

`python docs/docstrings.py` writes them; a test fails while one of them is stale. A string below a field costs nothing
when the program runs: Python drops it as it compiles.
"""

from __future__ import annotations

import ast
import importlib
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from pystackdsl.model.key import keys_of
from pystackdsl.model.meaning import meaning

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120


def modules() -> Mapping[str, str]:
    """The text of every module whose classes declare keys, by its path: with the docstrings that fields should have."""
    found = {}
    for path in sorted((ROOT / "pystackdsl" / "model").rglob("*.py")):
        text = path.read_text()
        if "metadata=key(" in text:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[str(path.relative_to(ROOT))] = documented(text, name)
    return found


def documented(text: str, module: str) -> str:
    """The text of a module with a docstring below each field that declares a key."""
    lines = text.splitlines()
    for first, last, docstring in sorted(_changes(ast.parse(text), module), reverse=True):
        lines[first:last] = docstring
    return "\n".join(lines) + "\n"


def _changes(tree: ast.Module, module: str) -> Iterator[tuple[int, int, list[str]]]:
    """For each field, the lines to be replaced (from, up to) and those that take their place."""
    for cls in tree.body:
        if not isinstance(cls, ast.ClassDef):
            continue
        keys = keys_of(getattr(importlib.import_module(module), cls.name)) if _declares(cls) else {}
        for field, below in zip(cls.body, [*cls.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.target.id in keys:
                start = end = field.end_lineno or 0
                if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                    end = below.end_lineno or 0
                yield start, end, _docstring(" ".join(meaning(*keys[field.target.id])))


def _declares(cls: ast.ClassDef) -> bool:
    return any(isinstance(node, ast.keyword) and node.arg == "metadata" for node in ast.walk(cls))


def _docstring(text: str) -> list[str]:
    text = text.replace("\\", "\\\\")
    if len(text) <= WIDTH - 10 and not text.endswith('"'):
        return [f'    """{text}"""']
    first, *rest = textwrap.wrap(text, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    return [f'    """{first}', *(f"    {line}" for line in rest), '    """']


if __name__ == "__main__":
    for path, text in modules().items():
        (ROOT / path).write_text(text)
