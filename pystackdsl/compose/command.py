"""A command in one text, split into words as the Docker CLI does; `forms` checks and `canonical` prints with it."""

import attrs

from pystackdsl.compose.misfit import SCHEMA, Misfit
from pystackdsl.diagnostics import InvalidText
from pystackdsl.model import command

__all__ = ["split_command"]


def split_command(text: str) -> list[str]:
    """The words of a command line. Raises Misfit for a quote or a backslash that is left open."""
    try:
        return list(command.split_command(text))
    except InvalidText as error:
        raise Misfit([attrs.evolve(finding, rule=SCHEMA) for finding in error.findings]) from None
