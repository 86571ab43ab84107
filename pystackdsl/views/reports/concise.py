"""Findings in one line each, as compilers print them: `stack.py:14:5: warning PSD101 floating-image-tag: …`."""

from pystackdsl.views.cells import legible
from pystackdsl.views.places import in_stack
from pystackdsl.views.reports import Report, path_of

__all__ = ["render"]


def render(report: Report) -> str:
    """The lines; nothing for no findings."""
    lines = []
    for each in report.findings:
        span = each.places[0].span if each.places else None
        at = f"{path_of(span)}:{span.line}:{span.column}" if span else in_stack(each)
        where = f"{at}: " if at else ""
        rule = " ".join(filter(None, (each.severity.value, each.rule, each.kind if each.rule else "")))
        lines.append(legible(f"{where}{rule}: {each.summary}".replace("\n", " ")) + "\n")
    return "".join(lines)
