"""Where something stands, in the few characters that fit at the end of a line: `stack.py:18`.

Places come in, text goes out. Called by the views that name a source line beside what they tell.
"""

from collections.abc import Sequence
from pathlib import Path

from pystackdsl.diagnostics import Diagnostic, Place, Span
from pystackdsl.views.cells import legible

__all__ = ["file_of", "in_brief", "in_stack"]


def in_brief(places: Sequence[Place]) -> str:
    """The line that made a thing; in brackets the one that asked for it, where that is another.

    `stack.py:18`, or `factory.py:8 (for stack.py:30)`; nothing for no places.
    """
    lines = list(dict.fromkeys(f"{file_of(place.span)}:{place.span.line}" for place in places))
    if not lines:
        return ""
    return legible(lines[0] if len(lines) == 1 else f"{lines[0]} (for {lines[-1]})")


def file_of(span: Span) -> str:
    """The file of a span as people know it: relative where it is below the working folder."""
    if span.file is None:
        return "standard input"
    here = Path.cwd()
    return str(span.file.relative_to(here) if span.file.is_relative_to(here) else span.file)


def in_stack(finding: Diagnostic, path: object = None) -> str:
    """The value that a finding speaks of, or another one at a path: `services.web.image`, and in front of it the
    running stack where it is of one, `shop: services.web.image`.
    """
    return ": ".join(filter(None, (finding.stack, str(path or finding.path))))
