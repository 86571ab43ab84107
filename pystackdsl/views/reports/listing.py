"""Findings as JSON: an object with `version`, `checked`, `findings` and `summary`, whose form stays within a version.

A finding has its rule, what is wrong, the place in the stack, and its places in source files; columns count characters
from 1, and an end is the first character after. One of a running stack has no places; `stack` names it then.
"""

import json
from typing import Any

from pystackdsl.diagnostics import Diagnostic, Place, Severity
from pystackdsl.views.cells import legible
from pystackdsl.views.reports import Report, path_of

__all__ = ["render"]


def render(report: Report) -> str:
    """The object as text."""
    found = [each.severity for each in report.findings]
    tree = {
        "version": 1,
        "checked": list(report.checked),
        "findings": [_finding(each) for each in report.findings],
        "summary": {severity.value: found.count(severity) for severity in Severity},
    }
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Diagnostic) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.kind,
        "severity": finding.severity.value,
        "message": legible(finding.summary),
        "expected": legible(finding.expected),
        "help": legible(finding.help),
        "stack": legible(finding.stack) or None,
        "path": legible(str(finding.path)),
        "places": [_place(each) for each in finding.places],
    }


def _place(place: Place) -> dict[str, Any]:
    span = place.span
    return {
        "file": path_of(span),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "note": legible(place.note),
    }
