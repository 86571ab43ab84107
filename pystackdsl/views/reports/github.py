"""Findings as the commands of GitHub Actions that put remarks beside the lines of a change."""

from typing import Final

from pystackdsl.diagnostics import Diagnostic, Severity
from pystackdsl.views.reports import Report, path_of, said

__all__ = ["render"]

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """One command a line."""
    return "".join(_command(each) + "\n" for each in report.findings)


def _command(finding: Diagnostic) -> str:
    properties: dict[str, str | int] = {}
    if finding.places:
        span = finding.places[0].span
        properties |= {"file": path_of(span)} if span.file is not None else {}
        properties |= {"line": span.line, "col": span.column}
        if span.end_line is not None and span.end_column is not None:
            properties |= {"endLine": span.end_line, "endColumn": span.end_column}
    title = f"{finding.rule} {finding.kind}".strip()
    properties |= {"title": title} if title else {}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::{_escaped(said(finding))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
