"""Findings as a code quality report of GitLab."""

import json
from typing import Any, Final

from pystackdsl.diagnostics import Diagnostic, Severity
from pystackdsl.views.cells import legible
from pystackdsl.views.reports import Report, path_of, said
from pystackdsl.views.reports.fingerprints import fingerprints

__all__ = ["render"]

_GRADES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """A list of issues."""
    prints = fingerprints(report.findings)
    issues = [_issue(*pair, report) for pair in zip(report.findings, prints, strict=True)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(finding: Diagnostic, fingerprint: str, report: Report) -> dict[str, Any]:
    span = finding.places[0].span if finding.places else None
    return {
        "description": said(finding),
        "check_name": f"{finding.rule} {finding.kind}".strip(),
        "fingerprint": fingerprint,
        "severity": _GRADES[finding.severity],
        "location": {
            "path": path_of(span) if span else legible(finding.stack) or next(iter(report.checked), "-"),
            "lines": {"begin": span.line if span else 1},
        },
    }
