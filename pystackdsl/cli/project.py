"""What a project says of its stacks: the table [tool.pystackdsl] of a pyproject.toml.

`cli.search` reads the stack's file there, `check` which rules count. Imported only when a project file is looked for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pystackdsl.diagnostics import Diagnostic, InvalidStack, Place, Span, nearest

if TYPE_CHECKING:
    from pystackdsl.lint.rule import Rule

__all__ = ["PROJECT", "CheckSettings", "check_settings", "projects", "table"]

PROJECT: Final = "pyproject.toml"


class CheckSettings(NamedTuple):
    """What a project says of rules: those selected, those ignored, and how many warnings it lets pass."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    max_warnings: int | None = None


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


KEYS: Final[Mapping[str, tuple[Callable[[Any], bool], str, str]]] = {
    "stack": (_is_name, "the name of a file", 'stack = "deploy/stack.py"'),
    "select": (_is_words, "a list of texts", 'select = ["PSD102"]'),
    "ignore": (_is_words, "a list of texts", 'ignore = ["PSD102"]'),
    "max-warnings": (lambda value: type(value) is int and value >= 0, "a number from 0 up", "max-warnings = 10"),
}
"""The keys of the table: what passes, what it is called, and an example."""


def projects(folder: Path) -> Iterator[Path]:
    """The project files of a folder and of those above it, the nearest first."""
    return (each / PROJECT for each in (folder, *folder.parents) if (each / PROJECT).is_file())


def table(project: Path, rules: "Sequence[Rule]" = ()) -> Mapping[str, Any]:
    """The [tool.pystackdsl] of a project file, empty where it has none. Raises InvalidStack with all its faults.

    With `rules`, words that mean none of them are faults too.
    """
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
    faults = [*_faults(project, text, found), *(_unknown_rules(project, text, found, rules) if rules else ())]
    if faults:
        raise InvalidStack(faults)
    return found


def check_settings(folder: Path, rules: "Sequence[Rule]" = ()) -> CheckSettings:
    """What the nearest project file that has a [tool.pystackdsl] says of `rules`. Raises InvalidStack."""
    for project in projects(folder):
        found = table(project, rules)
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


def _unknown_rules(project: Path, text: str, found: Mapping[str, Any], rules: "Sequence[Rule]") -> Iterator[Diagnostic]:
    from pystackdsl.lint.runner import unknown_rules

    for name in ("select", "ignore"):
        words = found.get(name, ())
        for unknown in unknown_rules(words, rules) if _is_words(words) else ():
            summary = f'{PROJECT}: there is no rule "{unknown.word}"'
            yield _fault(project, text, name, summary, expected=unknown.expected, help=unknown.cure, word=unknown.word)


def _fault(
    project: Path, text: str, name: str, summary: str, *, expected: str, help: str = "", word: str = ""
) -> Diagnostic:
    """A fault of a key, at the line that says it, or of a word that its value has."""
    begins = re.search(r"^\s*\[\s*tool\s*\.\s*pystackdsl\s*\]", text, re.MULTILINE)
    said = re.compile(rf"""^[ \t]*(?P<key>["']?{re.escape(name)}["']?)[ \t]*=""", re.MULTILINE)
    match = said.search(text, begins.end() if begins else 0)
    at, size = (begins.start() if begins else 0), 1
    if match:
        at, size = match.start("key"), len(match["key"])
    quoted = re.compile(rf"""(?P<mark>["']){re.escape(word)}(?P=mark)""").search(text, at) if word and match else None
    if quoted:
        at, size = quoted.start(), len(quoted[0])
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    span = Span(project, line, column, line, column + size)
    return Diagnostic(summary=summary, expected=expected, help=help, places=(Place(span),))


def _unreadable(project: Path, error: OSError | ValueError) -> InvalidStack:
    """The error for a file that is no TOML, at the place where that ends."""
    reason = str(getattr(error, "strerror", None) or error)
    at = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", reason)
    place = (Place(Span(project, int(at[1]), int(at[2]))),) if at and at[1] else (Place(Span(project, 1)),)
    reason = reason[: at.start()] if at else reason
    reason = re.sub(r"\('.*'\)|\('.*',\)", _as_table, reason)
    summary = f"{PROJECT} cannot be read: {reason[:1].lower()}{reason[1:]}"
    cure = "let this user read it" if isinstance(error, OSError) else "correct it there"
    return InvalidStack(Diagnostic(summary=summary, expected="a TOML file", help=cure, places=place))


def _as_table(names: re.Match[str]) -> str:
    """The names of a table as TOML has them; they come as Python would write them."""
    return "[" + ".".join(re.findall(r"'([^']*)'", names[0])) + "]"
