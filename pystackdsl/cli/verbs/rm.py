"""`pystackdsl rm`: takes stacks out of a swarm, as `docker stack rm` does, and waits until they are gone."""

import argparse
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.listing import refuse_blank
from pystackdsl.cli.parsing import Parser, seconds
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import emit, say

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

GROUP: Final = "operate"
SUMMARY: Final = "remove stacks from a swarm"
USAGE: Final = "[OPTION...] STACK..."
ABOUT: Final = """\
Remove the services, secrets, configs and networks of stacks, and wait until their tasks have
ended and their networks are gone, so that the name can be used again. Named volumes, and what
lies outside of the stacks, stay. With --detach it waits for nothing, as `docker stack rm`."""
EXAMPLE: Final = """\
pystackdsl rm shop
pystackdsl rm --detach shop blog"""
EXITS: Final = (exits.DONE, exits.FAILED, exits.TIMED_OUT)

WORDS: Final = {"services": "service", "secrets": "secret", "configs": "config", "networks": "network"}


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("what is removed")
    group.add_argument("stacks", nargs="+", metavar="STACK", help="names of stacks")
    group.add_argument("-d", "--detach", action="store_true", help="do not wait until they are gone")
    group.add_argument(
        "--timeout", type=seconds, default=300.0, metavar="DURATION", help="how long to wait for each; 5m if not said"
    )
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """Remove them, and tell the exit code."""
    for stack in options.stacks:
        refuse_blank(stack)
    status = exits.DONE
    with connected(options) as engine:
        for stack in options.stacks:
            ended = _one(engine, stack, None if options.detach else options.timeout)
            status = status or ended
    return status


def _one(engine: "Engine", stack: str, timeout: float | None) -> int:
    from pystackdsl.swarm.removal import Removed, remove

    failed = seen = told = False
    for event in remove(engine, stack, timeout=timeout):
        seen = True
        if isinstance(event, Removed):
            if event.error:
                failed = True
                say(f"{WORDS[event.kind]} {event.name} cannot be removed: {event.error}\n")
            else:
                emit(f"Removing {WORDS[event.kind]} {event.name}\n")
        elif event.outcome == "timed-out":
            left = f"{event.tasks} tasks and {event.networks} networks are still there"
            say(f"error: {stack} is not gone after {event.seconds:.0f} s: {left}\n")
            say("   = help      a node that is down keeps its tasks; `docker node ls` shows the nodes\n")
            return exits.TIMED_OUT
        elif event.outcome == "waiting" and event.seconds > 1 and not told:
            told = True
            say(f"waiting for the tasks of {stack} to end\n")
    if not seen:
        say(f"Nothing found in stack: {stack}\n")
    if failed:
        say(f"error: some of {stack} could not be removed\n")
    return exits.FAILED if failed else exits.DONE
