"""What can be wrong with a template: made by every stage, with the place in the template's own text."""

from typing import Final

from pystackdsl.diagnostics import Diagnostic, InvalidText

__all__ = ["DEPTH", "SIZE", "STEPS", "Stretch", "fault"]

Stretch = tuple[int, int]
"""Where something stands in the template: its first character, and the one after its last."""

DEPTH: Final = 50
"""How deep brackets and blocks may be nested."""
STEPS: Final = 200_000
"""How many parts a template may evaluate for one row."""
SIZE: Final = 1 << 20
"""How long a text may become."""


def fault(text: str, at: Stretch, summary: str, *, expected: str = "", help: str = "") -> InvalidText:
    """The error for a part of the template `text`."""
    start, end = at
    end = min(max(end, start + 1), max(len(text), start + 1))
    finding = Diagnostic(summary=summary, expected=expected, help=help, excerpt=(text, start, end))
    return InvalidText(finding, text, (start, end))
