"""Findings in the formats of other programs: as a whole, and as their schemas want them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity, Span
from pystackdsl.lint import every_rule
from pystackdsl.model.variable import Variable
from pystackdsl.views.reports import FORMATS, Report, rendered

TOKEN = Variable("TAG", "latest").token


def span(file: Path | None, line: int, *, column: int = 5, end: int | None = 9) -> Span:
    return Span(file, line, column, line if end else None, end, "web: x")


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """One finding of each severity, with everything that may be awkward."""
    monkeypatch.chdir(tmp_path)
    stack, other = tmp_path / "a stack,1.py", Path("/elsewhere/factory.py")
    findings = [
        Diagnostic(
            rule="PSD406",
            kind="port-published-twice",
            summary="services api and admin both publish port 80/tcp",
            severity=Severity.ERROR,
            path=KeyPath("services", "admin", "ports", 0),
            places=(
                Place(span(stack, 12)),
                Place(span(other, 3), "api published it first"),
                Place(span(stack, 1, end=None)),
            ),
            expected="another port",
            help='write "8080:80"\nor leave it out: 100 %',
        ),
        Diagnostic(
            rule="PSD101",
            kind="floating-image-tag",
            summary=f"<web> & \x07 «é» nginx:{TOKEN}",
            severity=Severity.WARNING,
            path=KeyPath("services", "web", "labels", 'a."b"'),
            places=(Place(span(None, 2)),),
        ),
        Diagnostic(rule="PSD301", kind="no-memory-limit", summary="no limit", severity=Severity.INFO),
        Diagnostic(
            rule="PSD312",
            kind="no-suitable-node",
            summary="no node has node.labels.zone == b: service web cannot run",
            path=KeyPath("services", "web", "deploy", "placement", "constraints", 0),
            expected="one of the values that nodes have: a",
            stack="shop",
        ),
    ]
    return Report(findings, every_rule(), ["a stack,1.py", "-", "fine.yml", "shop"], "1.2.3")


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written(format: str, report: Report, golden: Callable[[str, str], None]) -> None:
    text = rendered(format, report)
    if format == "sarif":  # the rules are on pages of their own
        tree = json.loads(text)
        assert len(tree["runs"][0]["tool"]["driver"].pop("rules")) == len(every_rule())
        assert all("ruleIndex" in result and result.pop("ruleIndex") >= 0 for result in tree["runs"][0]["results"])
        text = json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
    golden(f"findings/formats/{format}.txt", text)


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_found(format: str, golden: Callable[[str, str], None]) -> None:
    golden(f"findings/formats/{format}-nothing.txt", rendered(format, Report([], (), ["stack.py"], "1.2.3")))


def test_sarif_is_what_its_schema_wants(report: Report, sarif_schema: Any) -> None:
    for each in (report, Report([], every_rule(), [], "1")):
        tree = json.loads(rendered("sarif", each))
        jsonschema.Draft7Validator(sarif_schema).validate(tree)
        driver = tree["runs"][0]["tool"]["driver"]
        for result in tree["runs"][0]["results"]:
            assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_the_schema_does_find_faults(report: Report, sarif_schema: Any) -> None:
    tree = json.loads(rendered("sarif", report))
    tree["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(sarif_schema).validate(tree)


def test_junit_is_xml(report: Report) -> None:
    root = ET.fromstring(rendered("junit", report))
    assert root.tag == "testsuites"
    assert root.attrib["tests"] == str(len(root.findall(".//testcase"))) == "5"
    assert root.attrib["failures"] == str(len(root.findall(".//failure"))) == "3"


def test_junit_has_one_suite_for_a_file_however_it_was_named() -> None:
    found = Diagnostic(summary="bad", places=(Place(Span(file=Path.cwd().parent / "x.py", line=1, column=1)),))
    root = ET.fromstring(rendered("junit", Report([found], (), ["../x.py"], "1")))
    assert [(suite.attrib["name"], suite.attrib["failures"]) for suite in root] == [("../x.py", "1")]


def test_fingerprints_stay_when_lines_move(report: Report) -> None:
    def prints(shift: int) -> list[str]:
        moved = [
            each.at(*(Place(span(place.span.file, place.span.line + shift)) for place in each.places))
            for each in [*report.findings, *report.findings]
        ]
        return [each["fingerprint"] for each in json.loads(rendered("gitlab", Report(moved, (), ["a"], "1")))]

    assert prints(0) == prints(7)
    assert len(set(prints(0))) == 8
