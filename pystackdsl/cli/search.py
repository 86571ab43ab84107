"""Where to look for a stack file that was not named, and what is said where there is none.

Called by `cli.sources`, once the usual way has led nowhere.
"""

import os
from pathlib import Path
from typing import Final

from pystackdsl.cli.failure import CommandError
from pystackdsl.cli.project import PROJECT, projects, table
from pystackdsl.cli.sources import USUAL, Source, parsed

__all__ = ["no_stack_file", "of_project"]

TEXTS: Final = tuple(
    f"{stem}.{ending}" for stem in ("docker-stack", "stack", "docker-compose", "compose") for ending in ("yml", "yaml")
)
"""Usual names of stack YAML. It is never taken unasked, only pointed at."""


def of_project() -> Source:
    """What the nearest project file names, in the working folder or above.

    Raises CommandError, telling all that was looked for.
    """
    here = Path.cwd()
    looked = [str(here / USUAL)]
    for project in projects(here):
        stack = _named_in(project)
        if stack is not None:
            return _parsed(stack, project)
        looked.append(f"{project}, which has no `stack` under [tool.pystackdsl]")
    if len(looked) == 1:
        looked.append(f"{PROJECT} there and in the folders above")
    text = next((name for name in TEXTS if (here / name).is_file()), None)
    cure = f"name the file, as in `pystackdsl build {text or 'FILE'}`"
    raise CommandError(
        "no stack file found",
        expected="\n".join(["one of these:", *looked]),
        help=cure if text else f"{cure}, or begin one with `pystackdsl init`",
    )


def no_stack_file(named: str, error: Exception | None) -> CommandError:
    """Why a name is not that of a stack file that can be read; `error` tells why not, if that was tried."""
    path = Path(named)
    if os.path.isdir(named):  # noqa: PTH112 - never raises
        inside = sorted(path.glob("*.py"), key=lambda each: (each.name != USUAL, each))
        inside += [path / name for name in TEXTS if (path / name).is_file()]
        cure = f"name the file in it: {inside[0]}" if inside else ""
        return CommandError(f"{named} is a folder", expected="a stack file", help=cure)
    is_stack = path.suffix in {".py", ".yml", ".yaml"}
    if not is_stack and error is None and os.path.exists(named):  # noqa: PTH110 - never raises
        return CommandError(
            f"{named} is no stack file by its name",
            expected="a .py file that holds the stack, or stack YAML: .yml, .yaml, or - for standard input",
            help=f"if it is stack YAML all the same: -c {named}",
        )
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return CommandError(f"{named} links to {path.readlink()}, which is not there", expected="a stack file")
    if error is None or isinstance(error, FileNotFoundError):
        return CommandError(f"there is no file {named}".rstrip(), expected="a stack file", help=_instead(path))
    reason = (getattr(error, "strerror", None) or "that is no file name").lower()
    return CommandError(f"{named} cannot be read: {reason}")


def _instead(path: Path) -> str:
    """What was probably meant by a name that leads nowhere."""
    from pystackdsl.diagnostics import nearest

    try:
        names = [each.name for each in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent} either"
    stacks = [name for name in names if name.endswith((".py", ".yml", ".yaml"))]
    guess = next((name for name in stacks if not path.suffix and name.startswith(f"{path.name}.")), None)
    guess = guess or nearest(path.name, stacks)
    return f"did you mean {path.with_name(guess)}?" if guess else ""


def _named_in(project: Path) -> str | None:
    """The `stack` of a project file's [tool.pystackdsl]. Raises InvalidStack."""
    stack: str | None = table(project).get("stack")
    return stack


def _parsed(stack: str, project: Path) -> Source:
    try:
        return parsed(os.path.relpath(project.parent / stack))
    except CommandError as failure:
        at = f"{project} names it under [tool.pystackdsl]"
        help = f"{failure.help}; {at}".lstrip("; ")
        raise CommandError(failure.summary, expected=failure.expected, help=help) from None
