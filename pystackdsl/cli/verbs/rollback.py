"""`pystackdsl rollback`: returns the services of a stack's last apply to what they were before it."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.listing import refuse_blank
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import is_coloured, report, say, width_of
from pystackdsl.cli.way import agreed, carry_out, declare_way, refuse_to_guess, show

if TYPE_CHECKING:
    from pystackdsl.swarm.changes import Plan

GROUP: Final = "deploy"
SUMMARY: Final = "undo the last apply of a stack"
USAGE: Final = "[OPTION...] STACK"
ABOUT: Final = """\
Return the services that the last apply of a stack wrote to what they were before it: show what
that changes, ask, do it, and wait until their tasks are up. Swarm keeps one former state of each
service, so there is one step back. Services that the apply made stay, as do networks, secrets and
configs."""
EXAMPLE: Final = """\
pystackdsl rollback shop
pystackdsl rollback --yes --timeout 10m shop"""
EXITS: Final = (
    exits.DONE,
    exits.FAILED,
    exits.PAUSED,
    exits.TIMED_OUT,
    exits.UNSCHEDULABLE,
    exits.UNSTABLE,
    exits.STALE,
)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument_group("which stack").add_argument(
        "stack", metavar="STACK", help="the stack's name in the swarm"
    )
    declare_target(parser)
    declare_way(parser, has_atomic=False)


def run(options: argparse.Namespace) -> int:
    """Roll back, and tell the exit code."""
    refuse_to_guess(options)
    refuse_blank(options.stack)
    with connected(options) as engine:
        from pystackdsl.swarm.rollback import plan_back, read_back

        live = read_back(engine, options.stack)
        if not live.services:
            from pystackdsl.cli.failure import CommandError

            raise CommandError(
                f"the swarm has no service of a stack {options.stack}", help="`pystackdsl ls` lists the stacks"
            )
        plan = plan_back(live)
        if not plan.changes:
            report(plan.notes)
            say(f"nothing to roll back in {plan.stack}\n")
            return exits.DONE
        show(_drawn(plan), options)
        if not agreed(f"Roll back {plan.stack}?", options):
            return exits.FAILED
        return carry_out(plan, engine, options, dict)


def _drawn(plan: "Plan") -> str:
    """The plan as text."""
    from pystackdsl.views.plan import render

    return render(plan, source="what it was before", width=width_of(sys.stdout), colour=is_coloured(sys.stdout))
