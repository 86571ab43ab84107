"""From what the user names to a stack: the file is found, and read by the door that its kind asks for.

A door also knows how findings get their places in such a file. Verbs that need a stack declare their source arguments
here and call `opened`; what is said where there is no file, `cli.search` tells.
"""
# ruff: noqa: PTH100, PTH110, PTH123 - pathlib is slow to import

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from pystackdsl.cli import terminal
from pystackdsl.cli.failure import UsageError

if TYPE_CHECKING:
    from re import Pattern

    from pystackdsl.compose.document import Document
    from pystackdsl.diagnostics import Comment, Diagnostic
    from pystackdsl.model.stack import Stack

__all__ = [
    "USUAL",
    "Opened",
    "Source",
    "Values",
    "declare",
    "declare_compose_files",
    "declare_dialect",
    "declare_files",
    "is_text",
    "opened",
    "parsed",
    "readable",
    "refuse_without_file",
]

USUAL: Final = "stack.py"
STANDARD_INPUT: Final = "-"

Source = tuple[str, str | None]
"""A stack file that is there and can be read, and the object in it that was asked for."""

Values = Literal["open", "final", "skip"]
"""What becomes of variables: they stay open (but get their values where env files are given), they get their values,
or the text is taken as it stands."""


class Opened:
    """A stack and what its door knows: its files, warnings of its own, and where findings stand in the source.

    `environment` is what variables were read from, None where they stayed open. `object` is the object of the file that
    was asked for. `comments` finds those comments of the source in which a pattern is found that begins with their `#`.
    `documents` are the texts of YAML.
    """

    __slots__ = ("comments", "documents", "environment", "files", "object", "placed", "stack", "warnings")

    def __init__(
        self,
        files: "Sequence[str]",
        stack: "Stack",
        warnings: "Sequence[Diagnostic]",
        placed: "Callable[[Iterable[Diagnostic]], list[Diagnostic]]",
        environment: Mapping[str, str] | None,
        object: str | None = None,
        comments: "Callable[[Pattern[str]], Iterable[Comment]]" = lambda _pattern: (),
        documents: "Sequence[Document]" = (),
    ) -> None:
        self.documents = documents
        self.comments = comments
        self.files = files
        self.object = object
        self.stack = stack
        self.warnings = warnings
        self.placed = placed
        self.environment = environment


def declare(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """The arguments that say which stack is meant, or with `several` which stacks: then `file` is a list."""
    stack = parser.add_argument_group("which stacks" if several else "which stack")
    stack.add_argument(
        "file",
        nargs="*" if several else "?",
        metavar="FILE[:OBJECT]",
        help="the stack file, and the stack in it where it has several, or stack YAML (`-` for standard input); by "
        "default stack.py here, or what `[tool.pystackdsl] stack` names in the pyproject.toml here or further up",
    )
    declare_files(stack)
    stack.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        help="fill a parameter of the function that makes the stack; repeat it for more, or for a list",
    )


def declare_files(group: "argparse._ArgumentGroup") -> None:
    """The arguments that name stack YAML, and what fills its variables."""
    declare_compose_files(group, "stack YAML, in place of FILE")
    group.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="values for variables that the environment does not set, in lines NAME=value; repeat it for more",
    )
    declare_dialect(group)


def declare_compose_files(group: "argparse._ArgumentGroup", what: str = "stack YAML") -> None:
    """The argument that names stack YAML."""
    group.add_argument(
        "-c",
        "--compose-file",
        action="append",
        default=[],
        metavar="FILE",
        help=f"{what}; several, repeated or with commas between them, are merged as Docker does",
    )


def declare_dialect(group: "argparse._ArgumentGroup") -> None:
    """The argument that says whose YAML it is."""
    group.add_argument(
        "--from-compose",
        action="store_true",
        help="take YAML for a file of Docker Compose, and convert what has an exact meaning in Swarm",
    )


def refuse_without_file(options: argparse.Namespace) -> None:
    """Raise UsageError for what says something of a file, where none is named and a swarm is asked instead."""
    said = {"--set": options.set, "--env-file": options.env_file, "--from-compose": options.from_compose}
    for option, value in said.items():
        if value:
            raise UsageError(f"{option} is for a file, and none is named", help="name the file, or leave it out")


def opened(options: argparse.Namespace, values: Values = "open") -> Opened:
    """The stack that the arguments of `declare` mean.

    Raises CommandError where no file can be had, and StackError, with places, for what is wrong in it.
    """
    if options.compose_file:
        if options.file is not None:
            raise UsageError(f"{options.file} and -c both name the stack", help="give one of them")
        from pystackdsl.cli.composed import from_texts, listed

        return from_texts(listed(options.compose_file), options, values)
    file, object = _source(options.file)
    if is_text(file):
        from pystackdsl.cli.composed import from_texts

        return from_texts([file], options, values)
    return _from_python(file, object, options, values)


def _source(named: str | None) -> Source:
    """The file that is named, or found where none is. Raises CommandError."""
    if named is not None:
        return parsed(named)
    if os.path.exists(USUAL):
        return readable(USUAL), None
    from pystackdsl.cli.search import of_project

    return of_project()


def parsed(named: str) -> Source:
    """What FILE[:OBJECT] names.

    A colon after a drive letter, and one in the name of a file that is there, is no mark of an object. Raises
    CommandError.
    """
    file, colon, name = named.rpartition(":")
    is_drive = len(file) == 1 and file.isalpha()
    if not colon or is_drive or {"/", "\\"}.intersection(name) or os.path.exists(named):
        return readable(named), None
    if is_text(file):
        raise UsageError(f"{file} has no objects, so :{name} names nothing in it", help=f"name the file alone: {file}")
    if name.isidentifier():
        return readable(file), name
    if file.endswith(".py"):
        raise UsageError(
            f'"{name}" is not the name of an object in {file}', expected="FILE:OBJECT, such as stack.py:staging"
        )
    return readable(named), None


def is_text(named: str) -> bool:
    """Whether a name is that of stack YAML, or of standard input."""
    return named == STANDARD_INPUT or named.endswith((".yml", ".yaml"))


def readable(named: str) -> str:
    """The name of a stack file that can be read. Raises CommandError."""
    error: Exception | None = None
    if named == STANDARD_INPUT:
        return named
    if named.endswith((".py", ".yml", ".yaml")):
        try:
            open(named, "rb").close()
        except (OSError, ValueError) as found:
            error = found
        else:
            return named
    from pystackdsl.cli.search import no_stack_file

    raise no_stack_file(named, error)


def _from_python(file: str, object: str | None, options: argparse.Namespace, values: Values) -> Opened:
    from pystackdsl.python import load_report

    if values == "skip":
        raise UsageError(
            f"--skip-interpolation takes YAML as it stands, and {file} is Python",
            help="`pystackdsl build` leaves variables open",
        )
    settings: dict[str, list[str]] = {}
    for key, value in options.set:
        settings.setdefault(key, []).append(value)
    environment: Mapping[str, str] | None = None if values == "open" else os.environ
    warnings: Sequence[Diagnostic] = ()
    if options.env_file:
        from pystackdsl.cli.composed import environment_of

        environment, warnings = environment_of(options.env_file)
    with terminal.kept():
        loaded = load_report(file, object=object, settings=settings, environment=environment)

    def comments(pattern: "Pattern[str]") -> "Iterable[Comment]":
        from pystackdsl.python import comments

        return comments.comments({os.path.abspath(file), *comments.files_of(loaded.stack)}, pattern)

    return Opened([file], loaded.stack, [*warnings, *loaded.warnings], _placed, environment, object, comments)


def _placed(findings: "Iterable[Diagnostic]") -> "list[Diagnostic]":
    from pystackdsl.python.places import placed

    return placed(findings)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'--set cannot be "{text}"', expected="KEY=VALUE, such as env=production")
    return key, value
