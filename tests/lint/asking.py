"""Asking one rule about a small stack: what it finds, as paths in the stack."""

from __future__ import annotations

from typing import NamedTuple

from lint.pages import Example

from pystackdsl.lint import Facts


class Case(NamedTuple):
    """A stack in Python, and the paths at which a rule finds something in it, in their order."""

    rule: str
    source: str
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.source}"[:100]


def found(rule: str, source: str, *, facts: Facts | None = None, language: str = "python") -> tuple[str, ...]:
    """Where a rule finds something in a stack."""
    return tuple(str(each.path) for each in Example(language, source).findings(facts) if each.kind == rule)


def service(said: str, before: str = "") -> str:
    """A stack of the service `web`, with some keys, after other lines."""
    return f"{before}\nweb = Service({said})\n"


def cases(rule: str, *, finds: dict[str, str | tuple[str, ...]], silent: tuple[str, ...]) -> list[Case]:
    """The cases of a rule: sources with the path or paths that are found, and sources in which nothing is."""
    made = [Case(rule, source, (path,) if isinstance(path, str) else path) for source, path in finds.items()]
    return [*made, *(Case(rule, source) for source in silent)]
