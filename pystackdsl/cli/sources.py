"""From what the user names to a stack: the file is found, and read by the door that its kind asks for.

A door also knows how findings get their places in such a file.
Verbs that need a stack declare their source arguments here and call `opened`.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pystackdsl.cli.failure import CommandError, UsageError

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

__all__ = ["Opened", "Source", "declare", "found", "opened", "parsed"]

USUAL: Final = "stack.py"
PROJECT: Final = "pyproject.toml"
YAML: Final = (".yml", ".yaml")


class Source(NamedTuple):
    """A stack file that is there and can be read, and the object in it that was asked for."""

    path: Path
    object: str | None = None


class Opened(NamedTuple):
    """A stack and what its door knows: warnings of its own, and where findings stand in the source."""

    stack: "Stack"
    warnings: "Sequence[Diagnostic]"
    placed: "Callable[[Iterable[Diagnostic]], list[Diagnostic]]"


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which stack is meant."""
    stack = parser.add_argument_group("which stack")
    stack.add_argument(
        "file",
        nargs="?",
        metavar="FILE[:OBJECT]",
        help="the stack file, and the stack in it where it has several; by default stack.py here, or what "
        "`[tool.pystackdsl] stack` names in the pyproject.toml here or in a folder above",
    )
    stack.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        help="fill a parameter of the function that makes the stack; repeat it for more, or for a list",
    )


def opened(options: argparse.Namespace) -> Opened:
    """The stack that the arguments of `declare` mean, its variables left open.

    Raises CommandError where no file can be had, and StackError, with places, for what is wrong in it.
    """
    source = parsed(options.file) if options.file is not None else found(Path.cwd())
    settings: dict[str, list[str]] = {}
    for key, value in options.set:
        settings.setdefault(key, []).append(value)
    return _from_python(source, settings)


def parsed(named: str) -> Source:
    """What FILE[:OBJECT] names.

    A colon after a drive letter, and one in the name of a file that is there, is no mark of an object. Raises
    CommandError.
    """
    file, colon, name = named.rpartition(":")
    is_drive = len(file) == 1 and file.isalpha()
    if not colon or is_drive or {"/", "\\"}.intersection(name) or os.path.exists(named):  # noqa: PTH110 - never raises
        return Source(_readable(named))
    if not name.isidentifier() and not file.endswith(".py"):
        return Source(_readable(named))
    if not name.isidentifier():
        raise UsageError(
            f'"{name}" is not the name of an object in {file}', expected="FILE:OBJECT, such as stack.py:staging"
        )
    return Source(_readable(file), name)


def found(folder: Path) -> Source:
    """The stack file of a folder where none was named. Raises CommandError, telling all that was looked for."""
    if (folder / USUAL).exists():
        return Source(_readable(USUAL))
    looked = [str(folder / USUAL)]
    for above in (folder, *folder.parents):
        project = above / PROJECT
        if project.is_file():
            stack = _of_project(project)
            if stack is not None:
                return _in_project(stack, project)
            looked.append(f"{project}, which has no `stack` under [tool.pystackdsl]")
    if len(looked) == 1:
        looked.append(f"{PROJECT} there and in the folders above")
    raise CommandError(
        "no stack file found",
        expected="\n".join(["one of these:", *looked]),
        help="name the file, `pystackdsl build FILE`, or begin one with `pystackdsl init`",
    )


def _from_python(source: Source, settings: dict[str, list[str]]) -> Opened:
    from pystackdsl.python import load_report

    loaded = load_report(source.path, object=source.object, settings=settings, environment=None)
    return Opened(loaded.stack, loaded.warnings, _placed)


def _placed(findings: "Iterable[Diagnostic]") -> "list[Diagnostic]":
    from pystackdsl.python.places import placed

    return placed(findings)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'--set cannot be "{text}"', expected="KEY=VALUE, such as env=production")
    return key, value


def _readable(named: str) -> Path:
    """The path of a Python stack file that can be read. Raises CommandError."""
    path = Path(named)
    if named == "-" or path.suffix in YAML:
        what = "standard input" if named == "-" else named
        raise CommandError(f"{what} is not a Python stack file", expected="a .py file that holds the stack")
    if os.path.isdir(path):  # noqa: PTH112 - never raises
        inside = sorted(path.glob("*.py"))
        cure = f"name the file in it: {path / USUAL if path / USUAL in inside else inside[0]}" if inside else ""
        raise CommandError(f"{named} is a folder", expected="a stack file", help=cure)
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise CommandError(f"there is no file {named}", help=_instead(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise CommandError(f"{named} cannot be read: {reason}") from None
    if path.suffix != ".py":
        raise CommandError(f"{named} is not a Python stack file", expected="a .py file that holds the stack")
    return path


def _instead(path: Path) -> str:
    """What was probably meant by a name that leads nowhere."""
    from pystackdsl.diagnostics import nearest

    try:
        names = [each.name for each in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent} either"
    if not path.suffix and f"{path.name}.py" in names:
        return f"did you mean {path}.py?"
    guess = nearest(path.name, [name for name in names if name.endswith(".py")])
    return f"did you mean {path.with_name(guess)}?" if guess else ""


def _of_project(project: Path) -> str | None:
    """The `stack` of a project file's [tool.pystackdsl]. Raises CommandError."""
    import tomllib

    try:
        table = tomllib.loads(project.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{project} cannot be read: {error}") from None
    for name in ("tool", "pystackdsl"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise CommandError(f"{project}: `{name}` is not a table", expected="a table [tool.pystackdsl]")
    stack = table.get("stack")
    if stack is not None and not isinstance(stack, str):
        raise CommandError(f"{project}: `stack` is not text", expected='the name of a file: stack = "deploy/stack.py"')
    return stack


def _in_project(stack: str, project: Path) -> Source:
    try:
        return parsed(os.path.relpath(project.parent / stack))
    except CommandError as failure:
        at = f"{project} names it under [tool.pystackdsl]"
        raise CommandError(
            failure.summary, expected=failure.expected, help=f"{failure.help}; {at}".lstrip("; ")
        ) from None
