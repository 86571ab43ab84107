"""One text with variables, as the Docker CLI reads it: `${TAG:-latest}` and an environment come in, a value goes out.

`compose.interpolate` makes one for each text that holds a `$`. The grammar is Docker's to the letter, with what it
gets wrong: a suffix needs no braces, a message that holds a `-` is taken for a default, and a fault is forgotten when
a sound variable follows. What nobody can have meant is noted as a warning.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

from pystackdsl.diagnostics import Severity
from pystackdsl.model.variable import CLOSE, OPEN

__all__ = ["Slip", "Template"]

_NAME: Final = "[_a-zA-Z\u017f\u212a][_a-zA-Z0-9\u017f\u212a]*"
"""Docker ignores case, and these two letters fold to s and k."""

_INNER: Final = f"{_NAME}(?::?[-?][^}}]*)?"


class Slip:
    """One thing wrong or doubtful in a text, between the positions `span` of it (all of it where None)."""

    __slots__ = ("expected", "help", "severity", "span", "summary")

    def __init__(
        self,
        summary: str,
        span: tuple[int, int] | None = None,
        *,
        severity: Severity = Severity.ERROR,
        expected: str = "",
        help: str = "",
    ) -> None:
        self.summary = summary
        self.span = span
        self.severity = severity
        self.expected = expected
        self.help = help


class Template:
    """A text, substituted.

    `value` is what it comes to, with tokens in place of variables where these stay open. `is_faulty` says that Docker
    refuses the text; `slips` are the faults and warnings; `names` the variables in use; `unset` those that have
    neither a value nor a default, each with its position.
    """

    def __init__(self, text: str, environment: Mapping[str, str], *, is_open: bool) -> None:
        self.text = text
        self.environment = environment
        self.is_open = is_open
        self.names: list[str] = []
        self.unset: list[tuple[str, int, int]] = []
        self.slips: list[Slip] = []
        self._faults: list[Slip] = []
        self.value = _pattern().sub(self._replaced, text)
        self.slips += self._faults
        self.is_faulty = bool(self._faults)

    def _replaced(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        inner = match["named"] or match["braced"]
        if inner is None:
            self._faults.append(_no_variable(self.text, match.start()))
            return ""
        self.slips += [_forgiven(fault) for fault in self._faults]
        self._faults = []
        value = self._substituted(inner, match)
        if value is None:
            return f"{OPEN}{inner}{CLOSE}"
        if OPEN in value or CLOSE in value:
            said = "the value of the variable holds a character that Unicode sets aside"
            self._faults.append(Slip(said, match.span(), help="take the character away"))
        return value

    def _substituted(self, inner: str, match: re.Match[str]) -> str | None:
        """The value of a variable by the text between its braces, None where it stays open."""
        name, mark, rest = _parted(inner)
        is_simple = bool(re.fullmatch(_NAME, name))
        self._notice(name, mark, rest, match, is_simple=is_simple)
        self.names.append(name)
        if self.is_open and is_simple and name.isascii():
            return None
        found = self.environment.get(name)
        if found or (found is not None and mark in {"-", "?"}):
            return found
        if mark in {":-", "-"}:
            return rest
        if mark:
            what = "is empty" if found is not None else "is not set"
            cure = f"set {name} in the environment, or in a file given with --env-file"
            self._faults.append(Slip(f"{name} {what}: {rest}" if rest else f"{name} {what}", match.span(), help=cure))
        elif found is None:
            self.unset.append((name, *match.span()))
        return ""

    def _notice(self, name: str, mark: str, rest: str, match: re.Match[str], *, is_simple: bool) -> None:
        """Note what Docker reads otherwise than it looks."""
        if not is_simple:
            meant = re.match(_NAME, name)
            said = meant[0] if meant else name
            summary = f"Docker looks for a variable named {name} here, which nobody can set, and takes the default"
            cure = f"write a message without - in ${{{said}:?…}}" if "?" in name else f"write ${{{said}:-…}}"
        elif match["named"] and mark:
            summary = f"without braces, all that follows {mark} belongs to the variable {name}: {match[0]}"
            cure = f"write ${{{name}}}{mark}{rest}" if mark == "-" else f"write ${{{name}{mark}…}}"
        elif "$" in rest and mark:
            summary = (
                f"what follows {mark} is taken as it stands, up to the first brace: variables are not put in there"
            )
            cure = "give the inner variable a text of its own"
        else:
            return
        self.slips.append(Slip(summary, match.span(), severity=Severity.WARNING, help=cure))


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"\$(?:(?P<escaped>\$)|(?P<named>{_INNER})|\{{(?P<braced>{_INNER})\}}|)")


def _parted(inner: str) -> tuple[str, str, str]:
    """The name, the mark and what follows it, in the order in which Docker looks for marks."""
    for mark in (":-", "-", ":?", "?"):
        if mark in inner:
            return inner.partition(mark)
    return inner, "", ""


def _forgiven(fault: Slip) -> Slip:
    """The warning for a fault that Docker forgets."""
    summary = f"{fault.summary} (which Docker forgets, because another variable follows in the same text)"
    return Slip(summary, fault.span, severity=Severity.WARNING, expected=fault.expected, help=fault.help)


def _no_variable(text: str, start: int) -> Slip:
    """The fault of a `$` that begins no variable."""
    doubled = "a dollar sign that stands for itself is doubled: $$"
    if text[start + 1 : start + 2] != "{":
        found = text[start : start + 2]
        return Slip(f"{found} is no variable", (start, start + len(found)), expected="$NAME or ${NAME}", help=doubled)
    close = text.find("}", start)
    if close < 0:
        return Slip("the brace after $ is not closed", (start, len(text)), expected="${NAME}", help=doubled)
    inner, span = text[start + 2 : close], (start, close + 1)
    expected = "${NAME}, or with :-default, -default, :?message or ?message"
    if re.match(rf"{_NAME}:?\+", inner):
        return Slip(f"${{{inner}}} is a form that Docker stacks do not have", span, expected=expected)
    name = re.match(_NAME, inner)
    what = "names no variable" if not name else f"has a {inner[name.end()]} behind the name {name[0]}"
    return Slip(f"${{{inner}}} {what}", span, expected=expected, help=doubled)
