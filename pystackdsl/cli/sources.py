"""From what the user names to a stack: the file is found, and read by the door that its kind asks for.

A door also knows how findings get their places in such a file. Verbs that need a stack declare their source arguments
here and call `opened`; what is said where there is no file, `cli.search` tells.
"""
# ruff: noqa: PTH110, PTH123 - pathlib is slow to import

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import terminal
from pystackdsl.cli.failure import UsageError

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

__all__ = ["Opened", "Source", "declare", "opened", "parsed"]

USUAL: Final = "stack.py"


Source = tuple[str, str | None]
"""A stack file that is there and can be read, and the object in it that was asked for."""


class Opened:
    """A stack and what its door knows: its file, warnings of its own, and where findings stand in the source."""

    __slots__ = ("file", "placed", "stack", "warnings")

    def __init__(
        self,
        file: str,
        stack: "Stack",
        warnings: "Sequence[Diagnostic]",
        placed: "Callable[[Iterable[Diagnostic]], list[Diagnostic]]",
    ) -> None:
        self.file = file
        self.stack = stack
        self.warnings = warnings
        self.placed = placed


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
    if options.file is not None:
        source = parsed(options.file)
    elif os.path.exists(USUAL):
        source = _readable(USUAL), None
    else:
        from pystackdsl.cli.search import of_project

        source = of_project()
    settings: dict[str, list[str]] = {}
    for key, value in options.set:
        settings.setdefault(key, []).append(value)
    return _from_python(*source, settings)


def parsed(named: str) -> Source:
    """What FILE[:OBJECT] names.

    A colon after a drive letter, and one in the name of a file that is there, is no mark of an object. Raises
    CommandError.
    """
    file, colon, name = named.rpartition(":")
    is_drive = len(file) == 1 and file.isalpha()
    if not colon or is_drive or {"/", "\\"}.intersection(name) or os.path.exists(named):
        return _readable(named), None
    if name.isidentifier():
        return _readable(file), name
    if file.endswith(".py"):
        raise UsageError(
            f'"{name}" is not the name of an object in {file}', expected="FILE:OBJECT, such as stack.py:staging"
        )
    return _readable(named), None


def _from_python(file: str, object: str | None, settings: dict[str, list[str]]) -> Opened:
    from pystackdsl.python import load_report

    with terminal.kept():
        loaded = load_report(file, object=object, settings=settings, environment=None)
    return Opened(file, loaded.stack, loaded.warnings, _placed)


def _placed(findings: "Iterable[Diagnostic]") -> "list[Diagnostic]":
    from pystackdsl.python.places import placed

    return placed(findings)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'--set cannot be "{text}"', expected="KEY=VALUE, such as env=production")
    return key, value


def _readable(named: str) -> str:
    """The name of a Python stack file that can be read. Raises CommandError."""
    error: Exception | None = None
    if named.endswith(".py"):
        try:
            open(named, "rb").close()
        except (OSError, ValueError) as found:
            error = found
        else:
            return named
    from pystackdsl.cli.search import no_stack_file

    raise no_stack_file(named, error)
