"""The name that a stack has in a swarm: `--name`, else the stack's own, else that of its file.

The arguments of a command and the stack they mean come in. Every verb that applies or plans a stack asks here, and
shows what it is told.
"""
# ruff: noqa: PTH100, PTH119, PTH120 - pathlib is slow to import

import argparse
import os
from typing import TYPE_CHECKING, Final

from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.sources import STANDARD_INPUT

if TYPE_CHECKING:
    from pystackdsl.cli.sources import Opened

__all__ = ["declare_name", "named", "nothing_found"]

USUAL_STEMS: Final = frozenset({"stack", "docker-stack", "compose", "docker-compose"})
"""What stack files are called that are not called after their stack."""
GIVEN: Final = "the name given"


def declare_name(group: "argparse._ArgumentGroup") -> None:
    """The argument that names the stack."""
    group.add_argument(
        "--name",
        metavar="STACK",
        help="the stack's name in the swarm; by default its own, else that of its file, or that of the folder of a "
        "stack.py, docker-stack.yml and the like",
    )


def named(given: str | None, opened: "Opened") -> str:
    """The name of a stack; `given` is that of `--name`. Raises UsageError where there is none that an Engine takes."""
    if given is not None:
        return _checked(given, GIVEN)
    if opened.stack.name:
        return _checked(opened.stack.name, "the stack's name")
    file = opened.files[0]
    if file == STANDARD_INPUT:
        raise UsageError("a stack from standard input has no name of its own", help="give it with --name NAME")
    if opened.object is not None:
        raise UsageError(
            f"{opened.object} is one stack of several in {file}, and says no name",
            help=f'give it with --name NAME, or write name="{opened.object}" in the stack',
        )
    stem = os.path.basename(file).rpartition(".")[0] or file
    if stem.partition(".")[0] not in USUAL_STEMS:
        return _checked(stem, f"the name of {file}")
    folder = os.path.basename(os.path.dirname(os.path.abspath(file)))
    return _checked(folder, f"the name of the folder of {file}")


def _checked(name: str, source: str) -> str:
    from pystackdsl.swarm.names import check_stack_name

    fault = check_stack_name(name)
    if fault is None:
        return name
    cure = fault.help if source == GIVEN else "give another with --name NAME"
    raise UsageError(f'{source} is "{name}", which no swarm takes for a stack', expected=fault.expected, help=cure)


def nothing_found(name: str, help: str = "") -> CommandError:
    """The error of a name that no stack in the swarm has."""
    return CommandError(f"nothing found in stack: {name}", help=help or "`pystackdsl ls` lists the stacks")
