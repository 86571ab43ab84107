"""`pystackdsl plan`: what an apply would change in a swarm, and what that does to running tasks.

The stack is read and checked, the swarm read once, and the difference printed; nothing is written.
"""

import argparse
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, planning
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.engine import Engine

GROUP: Final = "deploy"
SUMMARY: Final = "show what an apply would change, and which tasks restart"
USAGE: Final = "[FILE[:OBJECT] | -c FILE...] [OPTION...]"
ABOUT: Final = """\
Compare a stack with what runs in a swarm, and print the difference in the words of the stack: what
is made, changed, replaced and removed, where that stands in the file, and which tasks restart.
Nothing is written to the swarm. Values that look secret are masked, in environments, labels and
commands; what is in a secret is never shown."""
EXAMPLE: Final = """\
pystackdsl plan
pystackdsl plan docker-stack.yml --name shop --prune
pystackdsl plan shop.py:staging --context prod --detailed-exitcode
pystackdsl plan --format json | jq .summary
pystackdsl plan --out shop.plan && pystackdsl apply --plan shop.plan"""
EXITS: Final = (exits.DONE, exits.FAILED, exits.CHANGES)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    planning.declare_stack(parser)
    declare_target(parser)
    planning.declare_changes(parser)
    planning.declare_view(parser)
    add = parser.add_argument_group("how it ends").add_argument
    add("--format", choices=("text", "json"), default="text", type=either("--format", "text", "json"), help="the form")
    add("--out", metavar="FILE", help="write the plan into FILE, for `pystackdsl apply --plan FILE`")
    add("--detailed-exitcode", action="store_true", help=f"end with {exits.CHANGES} where there are changes")


def run(options: argparse.Namespace) -> int:
    """Plan, and tell the exit code."""
    try:
        found = planning.prepared(options)
    except planning.Refused as refused:
        report(refused.findings, "nothing planned")
        return exits.FAILED
    with connected(options) as engine:
        plan = _planned(found, engine, options)
    if found.warnings:
        report(found.opened.placed(found.warnings))
    shown = planning.shown(plan, found)
    is_wrong = any(note.severity.value == "error" for note in plan.notes)
    if options.out and not is_wrong:
        planning.save(shown, options.out, options)
    emit(shown.json() if options.format == "json" else shown.text())
    if options.out:
        say(f"{options.out} not written: the plan cannot be applied\n" if is_wrong else f"{options.out} written\n")
    return exits.FAILED if is_wrong else exits.CHANGES if options.detailed_exitcode and plan.changes else exits.DONE


def _planned(found: planning.Prepared, engine: "Engine", options: argparse.Namespace) -> "Plan":
    """The plan. One that is kept settles what is in secrets that Docker made, since an apply of it changes nothing
    more; where this user may not ask that, it stays unknown.
    """
    from pystackdsl.swarm.errors import Refused

    if options.out:
        try:
            return planning.planned(found, engine, options, settles=True)
        except Refused as error:
            if error.status not in {401, 403, 405, 501}:
                raise
    return planning.planned(found, engine, options)
