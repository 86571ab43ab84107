"""The findings of a stack while they are collected. Every check is given the one `Findings` and adds to it; a stack
without faults makes no diagnostic and imports none.
"""

from typing import TYPE_CHECKING, Any

from pystackdsl.model.value import FrozenDict
from pystackdsl.model.variable import CLOSE, OPEN

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic, Severity, Subject
    from pystackdsl.model.value import Resource

__all__ = ["Findings", "at", "is_plain", "listed", "spelled"]


class Findings:
    """What was found so far, in the order in which it was found.

    A check that meets a text which is not plain sets `odd`, so that the texts are looked at more closely.
    """

    __slots__ = ("found", "odd")

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.odd = False

    def error(
        self,
        summary: str,
        *subjects: "Subject",
        expected: str = "",
        help: str = "",
        yaml: str = "",
        at_key: bool = False,
        kind: str = "",
    ) -> None:
        """Add what Docker refuses. The first subject is the value to mend, or with `at_key` its key.

        `yaml` is the cure as it is spelled in YAML, where `help` spells it in Python. `kind` is the name of the rule
        of `lint` that documents it, if there is one.
        """
        from pystackdsl.diagnostics import Severity

        self._add(Severity.ERROR, summary, subjects, expected, help, yaml=yaml, at_key=at_key, kind=kind)

    def warning(
        self,
        summary: str,
        *subjects: "Subject",
        expected: str = "",
        help: str = "",
        yaml: str = "",
        kind: str = "",
    ) -> None:
        """Add what Docker takes, though it will hardly do what was meant."""
        from pystackdsl.diagnostics import Severity

        self._add(Severity.WARNING, summary, subjects, expected, help, yaml=yaml, kind=kind)

    def remark(self, summary: str, *subjects: "Subject", help: str = "") -> None:
        """Add what changes nothing, and may yet be a slip."""
        from pystackdsl.diagnostics import Severity

        self._add(Severity.INFO, summary, subjects, "", help)

    def _add(
        self,
        severity: "Severity",
        summary: str,
        subjects: tuple["Subject", ...],
        expected: str,
        help: str,
        *,
        yaml: str = "",
        at_key: bool = False,
        kind: str = "",
    ) -> None:
        from pystackdsl.diagnostics import Diagnostic

        self.found.append(
            Diagnostic(
                summary=summary,
                severity=severity,
                path=subjects[0].path,
                subjects=subjects,
                expected=expected,
                help=help,
                help_in_yaml=yaml,
                at_key=at_key,
                kind=kind,
            )
        )


def at(kind: str, key: str, resource: "Resource | None", *within: str | int, note: str = "") -> "Subject":
    """The value at `within` inside the resource `key`: `at("services", "api", api, "ports", 0)`.

    `within` are names of fields; the path in the stack has Compose's own where they differ.
    """
    from pystackdsl.diagnostics import KeyPath, Subject

    said = within
    if within[:2] == ("deploy", "restart"):
        said = ("deploy", "restart_policy", *within[2:])
    elif within[:1] == ("x",):
        said = within[1:]
    elif within[:1] == ("cluster_spec",):
        said = ("x-cluster-spec", *within[1:])
    return Subject(path=KeyPath(kind, key, *said), resource=resource, within=KeyPath(*within), note=note)


def is_plain(value: Any) -> bool:
    """Whether a text, or each text of a list or mapping of texts, is ASCII and escapes nothing, and so holds no path
    and no variable.
    """
    kind = type(value)
    if kind is dict or kind is FrozenDict:
        try:
            texts = "".join(value.values())
        except TypeError:  # a mapping has values that are None
            texts = "".join([text for text in value.values() if text])
        return "".join(value).isascii() and texts.isascii() and "\\u" not in texts
    text = value if kind is str else "".join(value)
    return text.isascii() and "\\u" not in text


def spelled(text: str) -> str:
    """A text as a message shows it, its open variables as `${…}`."""
    return text if text.isascii() else text.replace(OPEN, "${").replace(CLOSE, "}")


def listed(words: "list[str] | tuple[str, ...]", last: str = "and") -> str:
    """Words as a sentence has them: `a, b and c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
