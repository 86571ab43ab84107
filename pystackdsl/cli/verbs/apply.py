"""`pystackdsl apply`: makes a swarm what a stack says, after showing the plan, and waits until all its tasks are up."""

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, planning
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import report, say
from pystackdsl.cli.way import agreed, carry_out, declare_way, refuse_to_guess, show

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

GROUP: Final = "deploy"
SUMMARY: Final = "make a swarm what a stack says, and wait until its tasks are up"
USAGE: Final = "[FILE[:OBJECT] | -c FILE...] [OPTION...]"
ABOUT: Final = """\
Show what would change in a swarm, ask, and do it. Only what differs is written. Then wait until
every service that was written has its tasks up and stable, its jobs complete; where one does not
get there, tell why, with the errors of its tasks and the last lines of their output.
Applying again completes what was interrupted."""
EXAMPLE: Final = """\
pystackdsl apply
pystackdsl apply docker-stack.yml --name shop --yes --timeout 10m
pystackdsl apply shop.py:production --context prod --atomic
pystackdsl apply --plan shop.plan --yes
pystackdsl apply --yes --progress json | jq -c 'select(.event == "finished")'"""
EXITS: Final = (
    exits.DONE, exits.FAILED, exits.ROLLED_BACK, exits.PAUSED, exits.TIMED_OUT, exits.UNSCHEDULABLE, exits.UNSTABLE,
    exits.STALE,
)  # fmt: skip


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    planning.declare_stack(parser)
    planning.declare_saved(parser)
    declare_target(parser)
    planning.declare_changes(parser)
    planning.declare_view(parser)
    declare_way(parser)


def run(options: argparse.Namespace) -> int:
    """Apply, and tell the exit code."""
    refuse_to_guess(options)
    try:
        return _from_file(options) if options.plan else _from_stack(options)
    except planning.Refused as refused:
        report(refused.findings, "nothing applied")
        return exits.FAILED


def _from_stack(options: argparse.Namespace) -> int:
    """Plan and apply. Raises Refused for a stack that is wrong."""
    found = planning.prepared(options)
    with connected(options) as engine:
        plan = planning.planned(found, engine, options, settles=True)
        if found.warnings:
            report(found.opened.placed(found.warnings))
        return _applied(planning.shown(plan, found), engine, options, lambda: _places(found))


def _from_file(options: argparse.Namespace) -> int:
    """Apply a plan that was made before. Raises Refused where the source of its secrets is wrong by now."""
    with connected(options) as engine:
        shown = planning.saved(options.plan, engine, options)
        lines = {str(path[1]): line for path, line in shown.lines.items() if path[0] == "services"}
        return _applied(shown, engine, options, lambda: lines)


def _applied(
    shown: planning.Shown,
    engine: "Engine",
    options: argparse.Namespace,
    places: "Callable[[], Mapping[str, str]]",
) -> int:
    """Show the plan, ask, and do it."""
    plan = shown.plan
    show(shown.text(), options)
    if any(note.severity.value == "error" for note in plan.notes):
        say("nothing applied\n")
        return exits.FAILED
    if plan.changes and not agreed(f"Apply these changes to {plan.stack}?", options):
        return exits.FAILED
    return carry_out(plan, engine, options, places)


def _places(found: planning.Prepared) -> Mapping[str, str]:
    """The source lines of services, by key."""
    from pystackdsl.cli.places import lines_of

    return {str(path[1]): line for path, line in lines_of(found.opened).items() if path[0] == "services"}
