"""Findings as JUnit XML, which every CI shows as tests: a suite for each file or stack, a case for each finding.

Errors and warnings are failures; remarks are cases that passed and say something. What has no findings is one case that
passed.
"""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pystackdsl.diagnostics import Diagnostic, Severity
from pystackdsl.views.cells import legible
from pystackdsl.views.reports import Report, path_of, said

__all__ = ["render"]


def render(report: Report) -> str:
    """The document."""
    suites: dict[str, list[Diagnostic]] = {name: [] for name in report.checked}
    known = {Path(name).resolve(): name for name in report.checked}
    for each in report.findings:
        file = path_of(each.places[0].span) if each.places else each.stack or next(iter(suites), "-")
        suites.setdefault(known.get(Path(file).resolve(), file), []).append(each)
    body = "".join(_suite(name, findings) for name, findings in suites.items())
    failures = sum(map(_fails, report.findings))
    cases = sum(max(len(findings), 1) for findings in suites.values())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="pystackdsl check" tests="{cases}" failures="{failures}" errors="0">\n{body}</testsuites>\n'
    )


def _fails(finding: Diagnostic) -> bool:
    return finding.severity is not Severity.INFO


def _suite(name: str, findings: list[Diagnostic]) -> str:
    passed = f'    <testcase classname={_attribute(name)} name="check"/>\n'
    cases = "".join(_case(name, each) for each in findings) or passed
    failures = sum(map(_fails, findings))
    counts = f'tests="{max(len(findings), 1)}" failures="{failures}" errors="0"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{cases}  </testsuite>\n"


def _case(name: str, finding: Diagnostic) -> str:
    where = f"{path_of(finding.places[0].span)}:{finding.places[0].span.line}" if finding.places else str(finding.path)
    title = _attribute(f"{finding.rule} {finding.kind} {where}".strip())
    start = f"    <testcase classname={_attribute(name)} name={title}>\n"
    text = escape(_clean(said(finding) if finding.stack else f"{where}\n{said(finding)}"))
    if not _fails(finding):
        return f"{start}      <system-out>{text}</system-out>\n    </testcase>\n"
    kind = _attribute(finding.severity.value)
    message = _attribute(legible(finding.summary))
    return f"{start}      <failure type={kind} message={message}>{text}</failure>\n    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return "".join(
        char if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff") else "?" for char in text
    )
