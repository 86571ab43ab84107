"""Findings as SARIF 2.1.0, which code hosts take as code scanning results."""

import json
from typing import Any, Final

from pystackdsl.diagnostics import Diagnostic, Place, Severity
from pystackdsl.views.cells import legible
from pystackdsl.views.reports import Report, RuleText, path_of, said
from pystackdsl.views.reports.fingerprints import fingerprints

__all__ = ["render"]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """One run of the tool, with all rules that were asked."""
    numbers = {rule.id: number for number, rule in enumerate(report.rules)}
    prints = fingerprints(report.findings)
    run = {
        "tool": {
            "driver": {
                "name": "pystackdsl",
                "version": report.version,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, numbers, fingerprint) for finding, fingerprint in zip(report.findings, prints, strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: RuleText) -> dict[str, Any]:
    words = rule.name.split("-")
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in words),
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Diagnostic, numbers: dict[str, int], fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": said(finding)},
        "partialFingerprints": {"pystackdsl/v1": fingerprint},
    }
    if finding.rule in numbers:
        result["ruleIndex"] = numbers[finding.rule]
    if finding.places:
        main, *others = finding.places
        result["locations"] = [_location(main, finding)]
        if others:
            result["relatedLocations"] = [_location(other, finding, note=True) for other in others]
    elif finding.stack:
        name = ".".join(filter(None, (finding.stack, str(finding.path))))
        result["locations"] = [{"logicalLocations": [{"fullyQualifiedName": legible(name)}]}]
    return result


def _location(place: Place, finding: Diagnostic, *, note: bool = False) -> dict[str, Any]:
    span = place.span
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_line is not None and span.end_column is not None:
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(path_of(span))}, "region": region}
    }
    if note:
        location["message"] = {"text": legible(place.note) or "made here"}
    elif finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": legible(str(finding.path))}]
    return location


def _uri(path: str) -> str:
    """A path as a reference of a URI."""
    from urllib.parse import quote

    return f"file://{quote(path)}" if path.startswith("/") else quote(path)
