"""Findings as programs read them: one module a format, each with a `render`, and `rendered`, which finds it by name.

Findings with their places, the rules they may be of, and the names of what was checked come in; text goes out. What
people read is drawn by `views.diagnostics`.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import PurePath
from typing import Final, NamedTuple, Protocol

from pystackdsl.diagnostics import Diagnostic, Severity, Span
from pystackdsl.views.cells import legible
from pystackdsl.views.places import file_of, in_stack

__all__ = ["FORMATS", "Report", "RuleText", "path_of", "rendered", "said"]

FORMATS: Final = ("concise", "json", "sarif", "github", "gitlab", "junit")
"""The names of the formats, each that of a module here; `json` is in `listing`."""

_MODULES: Final = {"json": "listing"}


class RuleText(Protocol):
    """What a report tells of a rule."""

    @property
    def id(self) -> str:
        """Its id, such as PSD101."""
        ...

    @property
    def name(self) -> str:
        """Its name, such as floating-image-tag."""
        ...

    @property
    def severity(self) -> Severity:
        """How grave its findings are."""
        ...

    @property
    def summary(self) -> str:
        """What is wrong, in one line."""
        ...

    @property
    def page(self) -> str:
        """The page of the documentation, in Markdown."""
        ...


class Report(NamedTuple):
    """What is reported: findings in their order, all rules that there are, and what was checked, as people named it."""

    findings: Sequence[Diagnostic]
    rules: Sequence[RuleText]
    checked: Sequence[str]
    version: str


def rendered(format: str, report: Report) -> str:
    """The report in a format."""
    module = import_module(f"{__name__}.{_MODULES.get(format, format)}")
    return str(module.render(report))


def path_of(span: Span) -> str:
    """The file of a span as reports name it: relative to the working folder, with slashes."""
    return legible(PurePath(file_of(span)).as_posix()) if span.file is not None else "-"


def said(finding: Diagnostic) -> str:
    """A finding in one sentence or a few: what is wrong, what was expected, the cure.

    For a running stack the value comes first, since no place in a file stands beside it.
    """
    parts = [f"{in_stack(finding)}: {finding.summary}" if finding.stack else finding.summary]
    parts += [f"expected {finding.expected}"] if finding.expected else []
    parts += [f"help: {finding.help}"] if finding.help else []
    return legible("; ".join(parts))
