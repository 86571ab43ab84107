"""What a project says of its stacks: the table [tool.pystackdsl] of a pyproject.toml.

`cli.search` reads the stack's file there, `check` which rules count. Imported only when a project file is looked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pystackdsl.cli.failure import CommandError

__all__ = ["PROJECT", "CheckSettings", "check_settings", "projects", "table"]

PROJECT: Final = "pyproject.toml"


class CheckSettings(NamedTuple):
    """What a project says of rules: those selected, those ignored, and how many warnings it lets pass."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    max_warnings: int | None = None


def projects(folder: Path) -> Iterator[Path]:
    """The project files of a folder and of those above it, the nearest first."""
    return (each / PROJECT for each in (folder, *folder.parents) if (each / PROJECT).is_file())


def table(project: Path) -> Mapping[str, Any]:
    """The [tool.pystackdsl] of a project file, empty where it has none. Raises CommandError."""
    import tomllib

    try:
        found = tomllib.loads(project.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{project} cannot be read: {error}") from None
    for name in ("tool", "pystackdsl"):
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise CommandError(f"{project}: `{name}` is not a table", expected="a table [tool.pystackdsl]")
    return found


def check_settings(folder: Path) -> CheckSettings:
    """What the nearest project file that has a [tool.pystackdsl] says of rules. Raises CommandError."""
    for project in projects(folder):
        found = table(project)
        if found:
            most = found.get("max-warnings")
            if most is not None and (type(most) is not int or most < 0):
                raise CommandError(f"{project}: `max-warnings` is not a number", expected="max-warnings = 10")
            return CheckSettings(_words(found, "select", project), _words(found, "ignore", project), most)
    return CheckSettings()


def _words(found: Mapping[str, Any], name: str, project: Path) -> list[str]:
    words = found.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise CommandError(f"{project}: `{name}` is not a list of texts", expected=f'{name} = ["PSD102"]')
    return words
