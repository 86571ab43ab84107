"""How a plan is carried out by `apply` and `rollback`: their arguments, the question, and what follows the answer."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from pystackdsl.cli.exits import DONE
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.parsing import either, seconds, switch
from pystackdsl.cli.terminal import emit, say

if TYPE_CHECKING:
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.engine import Engine

__all__ = ["agreed", "carry_out", "declare_way", "refuse_to_guess", "show"]

PROGRESS: Final = ("auto", "live", "plain", "json")


def declare_way(parser: argparse.ArgumentParser, *, has_atomic: bool = True) -> None:
    """The arguments that say how changes are made, and how that is told."""
    group = parser.add_argument_group("how it is done")
    group.add_argument("-y", "--yes", action="store_true", help="do not ask")
    switch(group, "-d", "--detach", help="do not wait for the tasks")
    group.add_argument(
        "--timeout", type=seconds, default=300.0, metavar="DURATION", help="how long to wait at most; 5m if not said"
    )
    parser.set_defaults(atomic=False)
    if has_atomic:
        group.add_argument("--atomic", action="store_true", help="bring back what was, where not all services come up")
    group.add_argument(
        "--progress",
        choices=PROGRESS,
        default="auto",
        type=either("--progress", *PROGRESS),
        help="a board that is redrawn, plain lines, or one JSON object a line on standard output",
    )


def refuse_to_guess(options: argparse.Namespace) -> None:
    """Raise UsageError where nobody can be asked."""
    if not options.yes and not (sys.stdin is not None and sys.stdin.isatty()):
        look = "look at `pystackdsl plan` first, and then " if hasattr(options, "prune") else ""
        raise UsageError("there is no terminal to ask on", help=f"{look}say --yes")
    if options.atomic and options.detach:
        raise UsageError("--atomic waits for the tasks, and --detach does not", help="leave one of them out")
    if options.atomic and getattr(options, "replace_networks", False):
        raise UsageError("--atomic cannot bring back a network that was replaced", help="leave one of them out")


def show(text: str, options: argparse.Namespace) -> None:
    """Print a plan: where standard output is for events, on standard error."""
    if options.progress == "json":
        say(text)
    else:
        emit(text)


def agreed(question: str, options: argparse.Namespace) -> bool:
    """Whether the answer is yes."""
    if options.yes:
        return True
    say(f'\n{question} Only "yes" is accepted: ')
    if sys.stdin.readline().strip() == "yes":
        say("\n")
        return True
    say("nothing applied\n")
    return False


def carry_out(
    plan: "Plan", engine: "Engine", options: argparse.Namespace, places: "Callable[[], Mapping[str, str]]"
) -> int:
    """Do what the plan says, as the arguments of `declare_way` want it."""
    if not plan.changes and options.detach and options.progress != "json":
        return DONE
    from pystackdsl.cli.rolling import carry_out as rolled
    from pystackdsl.swarm.rollout import Options

    way = Options(
        detach=options.detach,
        timeout=options.timeout,
        atomic=options.atomic,
        with_registry_auth=getattr(options, "with_registry_auth", False),
        services=frozenset(getattr(options, "service", ())) or None,
        is_fresh=options.yes,
    )
    return rolled(plan, engine, way, told=options.progress, places=places)
