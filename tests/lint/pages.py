"""The examples on the pages of rules, as stacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from pystackdsl import compose, content
from pystackdsl.compose.front import StackText, load_texts
from pystackdsl.diagnostics import Diagnostic
from pystackdsl.lint import Facts, Rule, check
from pystackdsl.model.stack import Stack
from pystackdsl.python.loader import load_report

IMPORTS = "from pystackdsl import *\n"
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"```(python|yaml)\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A stack on a page: its language and its text."""

    language: str
    text: str

    @property
    def source(self) -> str:
        """The text as a file that can be read."""
        return IMPORTS + self.text if self.language == "python" else self.text

    @property
    def file(self) -> str:
        return "stack.py" if self.language == "python" else "stack.yml"

    def opened(self) -> tuple[Stack, list[Diagnostic]]:
        """The stack, and what was told of it on the way."""
        if self.language == "python":
            loaded = load_report(self.source, environment=None)
            return loaded.stack, list(loaded.warnings)
        loaded = load_texts([StackText(self.text.encode())], environment={}, base=Path(), mode="open")
        return loaded.stack, list(loaded.warnings)

    def findings(self, facts: Facts | None = None) -> list[Diagnostic]:
        """What all rules find."""
        stack, told = self.opened()
        told += [*compose.findings(stack), *content.missing_files(stack)]
        return check(stack, told=told, facts=facts, is_interpolated=self.language == "yaml")


def sections(rule: Rule) -> dict[str, str]:
    """The sections of a rule's page by heading; the text before them under an empty one."""
    found = dict(_SECTION.findall(rule.page))
    return {"": rule.page.partition("\n## ")[0], **found}


def examples(rule: Rule, heading: str) -> list[Example]:
    """The stacks under a heading of a page."""
    return [Example(*block) for block in _BLOCK.findall(sections(rule).get(heading, ""))]
