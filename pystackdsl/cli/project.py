"""What a project says of its stacks: the table [tool.pystackdsl] of a pyproject.toml.

`cli.search` reads the stack's file there, `check` which rules count. Imported only when a project file is looked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pystackdsl.diagnostics import Diagnostic, InvalidStack, Place, Span, nearest

__all__ = ["PROJECT", "CheckSettings", "check_settings", "projects", "table"]

PROJECT: Final = "pyproject.toml"


class CheckSettings(NamedTuple):
    """What a project says of rules: those selected, those ignored, and how many warnings it lets pass."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    max_warnings: int | None = None


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


KEYS: Final[Mapping[str, tuple[Callable[[Any], bool], str, str]]] = {
    "stack": (lambda value: isinstance(value, str), "text", 'the name of a file: stack = "deploy/stack.py"'),
    "select": (_is_words, "a list of texts", 'select = ["PSD102"]'),
    "ignore": (_is_words, "a list of texts", 'ignore = ["PSD102"]'),
    "max-warnings": (lambda value: type(value) is int and value >= 0, "a number", "max-warnings = 10"),
}
"""The keys of the table: what passes, what it is called, and an example."""


def projects(folder: Path) -> Iterator[Path]:
    """The project files of a folder and of those above it, the nearest first."""
    return (each / PROJECT for each in (folder, *folder.parents) if (each / PROJECT).is_file())


def table(project: Path) -> Mapping[str, Any]:
    """The [tool.pystackdsl] of a project file, empty where it has none. Raises InvalidStack with all its faults."""
    import tomllib

    text = ""
    try:
        text = project.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise _unreadable(project, error) from None
    for name in ("tool", "pystackdsl"):
        found = found.get(name, {})
        if not isinstance(found, dict):
            summary = f"{PROJECT}: `{name}` is not a table"
            raise InvalidStack(_fault(project, text, name, summary, expected="a table [tool.pystackdsl]"))
    faults = [*_faults(project, text, found)]
    if faults:
        raise InvalidStack(faults)
    return found


def check_settings(folder: Path) -> CheckSettings:
    """What the nearest project file that has a [tool.pystackdsl] says of rules. Raises InvalidStack."""
    for project in projects(folder):
        found = table(project)
        if found:
            return CheckSettings(found.get("select", ()), found.get("ignore", ()), found.get("max-warnings"))
    return CheckSettings()


def _faults(project: Path, text: str, found: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for name, value in found.items():
        if name not in KEYS:
            meant = nearest(name, KEYS)
            cure = f"did you mean {meant}?" if meant else "leave it out"
            summary = f"{PROJECT}: there is no setting `{name}`"
            yield _fault(project, text, name, summary, expected=", ".join(KEYS), help=cure)
            continue
        passes, noun, example = KEYS[name]
        if not passes(value):
            yield _fault(project, text, name, f"{PROJECT}: `{name}` is not {noun}", expected=example)


def _fault(project: Path, text: str, name: str, summary: str, *, expected: str, help: str = "") -> Diagnostic:
    """A fault of a key, at the line that says it."""
    begins = re.search(r"^\s*\[\s*tool\s*\.\s*pystackdsl\s*\]", text, re.MULTILINE)
    said = re.compile(rf"""^[ \t]*(?P<key>["']?{re.escape(name)}["']?)[ \t]*=""", re.MULTILINE)
    match = said.search(text, begins.end() if begins else 0)
    at = match.start("key") if match else begins.start() if begins else 0
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    span = Span(project, line, column, line, column + (len(match["key"]) if match else 1))
    return Diagnostic(summary=summary, expected=expected, help=help, places=(Place(span),))


def _unreadable(project: Path, error: OSError | ValueError) -> InvalidStack:
    """The error for a file that is no TOML, at the place where that ends."""
    reason = str(getattr(error, "strerror", None) or error)
    at = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", reason)
    place = (Place(Span(project, int(at[1]), int(at[2]))),) if at and at[1] else (Place(Span(project, 1)),)
    summary = f"{PROJECT} cannot be read: {(reason[: at.start()] if at else reason).lower()}"
    cure = "let this user read it" if isinstance(error, OSError) else "correct it there"
    return InvalidStack(Diagnostic(summary=summary, expected="a TOML file", help=cure, places=place))
