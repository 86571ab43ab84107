"""`pystackdsl rm`: takes stacks out of a swarm, as `docker stack rm` does, and waits until they are gone."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.listing import refuse_blank
from pystackdsl.cli.parsing import Parser, seconds, switch
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import draw, emit, say

if TYPE_CHECKING:
    from pystackdsl.swarm.removal import Remaining, Removal, RemovalEvent

GROUP: Final = "operate"
SUMMARY: Final = "remove stacks from a swarm"
USAGE: Final = "[OPTION...] STACK..."
ABOUT: Final = """\
Remove the services, secrets, configs and networks of stacks, and wait until their tasks have
ended and their networks are gone, so that the names can be used again. Named volumes, and what
lies outside of the stacks, stay. With --detach it waits for nothing, as `docker stack rm`."""
EXAMPLE: Final = """\
pystackdsl rm shop
pystackdsl rm --detach shop blog"""
EXITS: Final = (exits.DONE, exits.FAILED, exits.TIMED_OUT)

WORDS: Final = {"services": "service", "secrets": "secret", "configs": "config", "networks": "network"}
EVERY: Final = 10.0
"""Seconds between two lines of progress where no terminal is."""


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("what is removed")
    group.add_argument("stacks", nargs="+", metavar="STACK", help="names of stacks")
    switch(group, "-d", "--detach", help="do not wait until they are gone")
    group.add_argument(
        "--timeout", type=seconds, default=300.0, metavar="DURATION", help="how long to wait for each; 5m if not said"
    )
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """Remove them, and tell the exit code."""
    for stack in options.stacks:
        refuse_blank(stack)
    with connected(options) as engine:
        from pystackdsl.cli.rolling import interruptible
        from pystackdsl.swarm.removal import remove

        stacks = dict.fromkeys(options.stacks)
        removals = [remove(stack, engine, detach=options.detach, timeout=options.timeout) for stack in stacks]
        with interruptible(*removals):
            # All are removed before the first is waited for.
            waiting = [removal for removal in removals if _begun(removal)]
            for removal in waiting:
                _waited(removal)
        return max(_told(removal) for removal in removals)


def _begun(removal: "Removal") -> bool:
    """Remove what there is, and say whether something is to be waited for."""
    for event in removal:
        if not _written(event):
            return True
    if not removal.was_there:
        say(f"Nothing found in stack: {removal.stack}\n")
    return False


def _written(event: "RemovalEvent") -> bool:
    """Tell of an object that was removed, or was not; anything else is left to others."""
    from pystackdsl.swarm.removal import Removed

    if not isinstance(event, Removed):
        return False
    noun = WORDS[event.kind]
    if event.error:
        say(f"{noun} {event.name} cannot be removed: {event.error}\n")
    else:
        emit(f"Removing {noun} {event.name}\n")
    return True


def _waited(removal: "Removal") -> None:
    """Tell what is left, until nothing is: on a terminal in one line that changes."""
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    told = -EVERY + 1
    for event in removal:
        if _written(event) or removal.remaining is None:
            continue
        left = removal.remaining
        if is_terminal:
            say(f"\r\033[K{_left(removal.stack, left)}")
        elif (left.tasks or left.networks) and left.seconds - told >= EVERY:
            told = left.seconds
            say(f"{_left(removal.stack, left)}\n")
    if is_terminal:
        say("\r\033[K")


def _left(stack: str, left: "Remaining") -> str:
    """`waiting for shop: 3 tasks on worker-1, 1 network`."""
    tasks = f"{left.tasks} task{'s' * (left.tasks != 1)}"
    where = f" on {', '.join(left.nodes[:3])}{' and others' if len(left.nodes) > 3 else ''}" if left.nodes else ""
    networks = f"{len(left.networks)} network{'s' * (len(left.networks) != 1)}"
    parts = [tasks + where] * bool(left.tasks) + [networks] * bool(left.networks)
    return f"waiting for {stack}: {', '.join(parts)}"


def _told(removal: "Removal") -> int:
    """Tell how it ended where it did not end well, and give the exit code."""
    from pystackdsl.diagnostics import Diagnostic, Severity

    stack, left = removal.stack, removal.remaining
    what = _left(stack, left).partition(": ")[2] if left is not None else ""
    if removal.ending == "interrupted":
        say(f"interrupted: what was removed stays so; `pystackdsl rm {stack}` removes the rest\n")
        return exits.INTERRUPTED
    if removal.ending == "failed":
        cure = "remove, or detach, what uses it, and run the command again"
        draw([Diagnostic(summary=f"some of {stack} could not be removed", help=cure)])
        return exits.FAILED
    if removal.ending == "lost":
        cure = "they end when the node comes back; `docker node ls` shows the nodes"
        summary = f"{stack} is removed, but for {what}, down and silent about its tasks"
        draw([Diagnostic(summary=summary, severity=Severity.WARNING, help=cure)])
    if removal.ending == "timed-out" and left is not None:
        names = f" ({', '.join(left.networks)})" if left.networks else ""
        cure = f"`pystackdsl ps {stack}` shows the tasks"
        if not left.tasks:
            cure = "`docker network inspect` shows what is attached; where that is `lb-…` alone, restart Docker there"
        draw([Diagnostic(summary=f"{stack} is not gone after {left.seconds:.0f} s: {what}{names} left", help=cure)])
        return exits.TIMED_OUT
    return exits.DONE
