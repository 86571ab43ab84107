"""What stops a command: a CommandError is raised anywhere in `cli`, told and turned into an exit code by `cli.main`.

What is wrong with a stack comes as StackError from below; `findings_in` takes the findings out of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pystackdsl.cli.exits import FAILED, USAGE

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["CommandError", "UsageError", "findings_in"]


class CommandError(Exception):
    """The command cannot go on: what was found, what was expected, and the cure."""

    status = FAILED

    def __init__(self, summary: str, *, expected: str = "", help: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.expected = expected
        self.help = help


class UsageError(CommandError):
    """The command line itself is wrong."""

    status = USAGE


def findings_in(error: Exception) -> "Sequence[Diagnostic]":
    """What a StackError tells; any other exception is raised again.

    So a verb that goes well need not import StackError.
    """
    from pystackdsl.diagnostics import StackError

    if isinstance(error, StackError):
        return error.findings
    raise error
