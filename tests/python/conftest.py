"""A folder for user files, and findings in a form that is short to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pystackdsl.diagnostics import Diagnostic, InvalidStack
from pystackdsl.python import load

IMPORT = "from pystackdsl import *\n"

Where = tuple[str, int, str]


class Folder:
    """A folder of user files. Texts are written with the language imported in a first line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(IMPORT + text, encoding="utf-8")
        return path

    def write_all(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self.write(name, text)

    def faults(self, text: str, **options: Any) -> tuple[Diagnostic, ...]:
        """The findings for a stack file with this text, which must have some."""
        path = self.write("stack.py", text)
        with pytest.raises(InvalidStack) as caught:
            load(path, **options)
        return caught.value.findings

    def fault(self, text: str, **options: Any) -> Diagnostic:
        """The only finding."""
        findings = self.faults(text, **options)
        assert len(findings) == 1, findings
        return findings[0]

    def marked(self, finding: Diagnostic) -> list[Where]:
        """File, line (counted without the import) and marked text of each place of a finding."""
        return [self._where(place.span) for place in finding.places]

    def _where(self, span: Any) -> Where:
        lines = (self.path / span.file.name).read_text(encoding="utf-8").split("\n")
        line = lines[span.line - 1]
        end = len(line) if span.end_line != span.line else span.end_column - 1
        return span.file.name, span.line - 1, line[span.column - 1 : end]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def stack(folder: Folder) -> Callable[..., Any]:
    """Load the stack of a text: `stack("web = Service()", object="web")`."""

    def loaded(text: str, **options: Any) -> Any:
        return load(folder.write("stack.py", text), **options)

    return loaded
