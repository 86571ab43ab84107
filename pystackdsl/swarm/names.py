"""Names in the swarm: `STACK_key` for all that a stack makes, and what every Engine takes as a name."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["check_stack_name", "descoped", "is_built_in", "scoped"]

LONGEST = 61
"""The most characters a stack's name may have: one service with a key of one letter must still fit into 63."""


def scoped(stack: str, key: str) -> str:
    """The full name of what a stack makes under a key, unless it says `name=`."""
    return f"{stack}_{key}"


def descoped(stack: str, name: str) -> str:
    """The key behind a full name; a name of another kind stays as it is."""
    return name.removeprefix(f"{stack}_")


def is_built_in(network: str) -> bool:
    """Whether a full name is that of one of Docker's own networks, which are there on every node."""
    return network in ("default", "bridge", "host", "none") or network.startswith("container:")


def check_stack_name(name: str) -> "Diagnostic | None":
    """The finding for a name that no Engine takes in front of a service's name."""
    if re.fullmatch("[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?", name, re.ASCII) and len(name) <= LONGEST:
        return None
    from pystackdsl.diagnostics import Diagnostic, KeyPath

    if not name:
        return Diagnostic(
            summary="the stack has no name",
            path=KeyPath("name"),
            help="give it one: name=… in the stack, or --name NAME",
        )
    if len(name) > LONGEST:
        summary = f'the stack\'s name "{name[:20]}…" is too long: {len(name)} characters'
        return Diagnostic(
            summary=summary,
            path=KeyPath("name"),
            expected=f"at most {LONGEST}",
            help=f"shorten it by {len(name) - LONGEST}",
        )
    near = re.sub("[^a-zA-Z0-9_-]+", "-", name).strip("-_")
    return Diagnostic(
        summary=f'"{name}" is no name for a stack: every Engine refuses the names it begins',
        path=KeyPath("name"),
        expected="letters, digits, - and _, the first and the last a letter or a digit",
        help=f'call it "{near}"' if near else "give it another name",
    )
