"""The Engine's own placeholders, `{{.Node.Hostname}}`, in environment values, host names and mounts.

Every Engine fills them in when a service is created and refuses those it cannot. Only plain placeholders are judged
here; pipelines and functions with arguments are left to the Engine. Imported only for a text that holds `{{`.
"""

import re
from typing import TYPE_CHECKING

from pystackdsl.model.validity.finding import Findings
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Subject

__all__ = ["check_template"]

_KNOWN = (
    ".Service.ID",
    ".Service.Name",
    ".Service.Labels",
    ".Node.ID",
    ".Node.Hostname",
    ".Node.Platform.OS",
    ".Node.Platform.Architecture",
    ".Task.ID",
    ".Task.Name",
    ".Task.Slot",
)
_WORDS = frozenset(("true", "false", "nil", "end", "else", "break", "continue", "print", "println", "printf", "join"))


def check_template(name: str, text: str, subject: "Subject", found: Findings) -> None:
    """Find placeholders in `text` that every Engine refuses."""
    if OPEN in text:
        return
    rest = text
    while "{{" in rest:
        action, closed, rest = rest.partition("{{")[2].partition("}}")
        if not closed:
            found.error(
                f'{name} has a placeholder that is not closed: "{text}"',
                subject,
                expected="{{.Service.Name}} and the like",
                help='every Engine reads "{{" as the beginning of a placeholder: for a literal one write {{"{{"}}',
            )
            return
        inside = action.removeprefix("- ").removesuffix(" -").strip()
        if _is_refused(inside):
            from pystackdsl.diagnostics import nearest

            near = nearest(inside if inside.startswith(".") else f".{inside}", _KNOWN)
            found.error(
                f"{name} has the placeholder {{{{{inside}}}}}, which every Engine refuses",
                subject,
                expected=", ".join(f"{{{{{known}}}}}" for known in _KNOWN),
                help=f"did you mean {{{{{near}}}}}?" if near else 'for a literal "{{" write {{"{{"}}',
            )


def _is_refused(inside: str) -> bool:
    if re.fullmatch(r"[A-Za-z_]\w*", inside):
        return inside not in _WORDS
    if not re.fullmatch(r"(\.[A-Za-z_]\w*)+", inside):
        return False
    return not any(known == inside or known.startswith(f"{inside}.") for known in _KNOWN) and not inside.startswith(
        ".Service.Labels."
    )
