"""What does not fit while a tree is read: faults that gather their paths on the way up.

`compose.reader` and what it reads with raise Misfit; `compose.reading` turns it into the findings of a file.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from pystackdsl.diagnostics import Diagnostic

__all__ = [
    "COMPOSE",
    "DEPLOY",
    "SCHEMA",
    "Gathering",
    "Misfit",
    "Straight",
    "discreet",
    "is_name",
    "misfit",
    "shown",
    "too_old",
]

SCHEMA: Final = "schema"
"""The rule of a fault that `docker stack config` refuses."""

DEPLOY: Final = "deploy"
"""The rule of a fault that only a deploy refuses."""

COMPOSE: Final = "docker-compose"
"""The kind of a fault that is none to Docker Compose."""


class Misfit(Exception):
    """One or several faults of a value, with paths relative to it."""

    def __init__(self, findings: Iterable[Diagnostic]) -> None:
        self.findings = list(findings)
        super().__init__(self.findings)

    def below(self, step: str | int) -> list[Diagnostic]:
        """The findings as the value's parent sees them."""
        return [finding.below((step,)) for finding in self.findings]


class Gathering:
    """The faults of several parts that are read one after another, each in spite of the others."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []

    def read(self, form: Callable[..., Any], *arguments: Any) -> Any:
        """What `form` makes of a part; None where it does not fit, which is noted."""
        try:
            return form(*arguments)
        except Misfit as fault:
            self.findings += fault.findings
            return None

    def below(self, step: str | int, form: Callable[..., Any], *arguments: Any) -> Any:
        """The same for the part at `step`."""
        try:
            return form(*arguments)
        except Misfit as fault:
            self.findings += fault.below(step)
            return None

    def settle(self) -> None:
        """Raise what was noted, if anything was."""
        if self.findings:
            raise Misfit(self.findings)


class Straight(Gathering):
    """The same for parts of which the first that does not fit ends the reading."""

    def read(self, form: Callable[..., Any], *arguments: Any) -> Any:
        """What `form` makes of a part. Raises Misfit."""
        return form(*arguments)

    def below(self, step: str | int, form: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ARG002 - an override
        """The same for the part at `step`."""
        return form(*arguments)


def misfit(
    summary: str, *, expected: str = "", help: str = "", rule: str = SCHEMA, kind: str = "", at_key: bool = False
) -> Misfit:
    """A misfit with one fault of the value itself, or of its key."""
    return Misfit([Diagnostic(summary=summary, expected=expected, help=help, rule=rule, kind=kind, at_key=at_key)])


def discreet(text: str) -> str:
    """A text of a message that repeats what a file says, without what looks secret in it."""
    from pystackdsl.model.secrecy import without_secrets

    return without_secrets(text, is_python=False)


def is_name(name: str) -> bool:
    """Whether Docker takes a text as the key of a resource."""
    return name.isascii() and name.replace("-", "a").replace("_", "a").replace(".", "a").isalnum()


def too_old(name: str, since: str, minor: int) -> Misfit:
    """The misfit of a key that came with a later schema version."""
    return misfit(
        f"{name} needs schema {since}, and this file says 3.{minor}",
        help=f"raise the version to {since}, or leave out the version",
        at_key=True,
    )


def shown(value: Any) -> str:
    """A value of a tree as a message names it, without what looks secret in it."""
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = f'"{discreet(value)}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
