"""`pystackdsl deploy`: puts stack YAML into a swarm with the flags of `docker stack deploy`, for scripts that call it.

It never asks. Only what differs is written, and a change of content in a secret or config gets through.
"""

import argparse
from typing import Final

from pystackdsl.cli import exits, planning, sources
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.parsing import Parser, either, switch
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import report

GROUP: Final = "deploy"
SUMMARY: Final = "do what `docker stack deploy` does, with its flags, writing only what differs"
USAGE: Final = "-c FILE... [OPTION...] STACK"
ABOUT: Final = """\
Put the stack that YAML files describe into a swarm, as `docker stack deploy` does and with its
flags. It never asks. Only what differs is written, so nothing restarts that did not change, no
job runs again, and `docker service rollback` still finds what was before."""
EXAMPLE: Final = """\
pystackdsl deploy -c docker-stack.yml shop
pystackdsl deploy -c docker-stack.yml -c production.yml --prune --with-registry-auth shop
pystackdsl deploy -c docker-stack.yml --detach=false shop"""
EXITS: Final = (
    exits.DONE, exits.FAILED, exits.ROLLED_BACK, exits.PAUSED, exits.TIMED_OUT, exits.UNSCHEDULABLE, exits.UNSTABLE,
    exits.STALE,
)  # fmt: skip


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("which stack")
    group.add_argument("stack", metavar="STACK", help="the stack's name in the swarm")
    sources.declare_compose_files(group)
    declare_target(parser)
    group = parser.add_argument_group("how it is done")
    switch(group, "--prune", help="remove services that the stack no longer has")
    group.add_argument(
        "--resolve-image",
        choices=planning.RESOLVE,
        type=either("--resolve-image", *planning.RESOLVE),
        default="always",
        help="ask registries for the digests of all images, of changed ones, or never; always if not said",
    )
    switch(group, "--with-registry-auth", help="send the registry credentials of the docker command to the nodes")
    switch(group, "-d", "--detach", default=True, help="do not wait for the tasks, as if not said; else --detach=false")
    switch(group, "-q", "--quiet", help="print nothing but warnings and errors")
    parser.set_defaults(
        file=None, set=[], env_file=[], from_compose=False, service=[], force=[], rerun=[], replace_networks=False,
        show_values=False,
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Deploy, and tell the exit code."""
    if not options.compose_file:
        raise UsageError("no stack file is named", expected="-c FILE", help="`pystackdsl apply` takes Python files too")
    try:
        found = planning.prepared(options, name=options.stack)
    except planning.Refused as refused:
        report(refused.findings, "nothing deployed")
        return exits.FAILED
    from pystackdsl.cli.rolling import carry_out
    from pystackdsl.swarm.rollout import Options

    with connected(options) as engine:
        plan = planning.planned(found, engine, options, settles=True)
        notes = [*found.opened.placed(found.warnings), *plan.notes]
        loud = [note for note in notes if note.severity.value != "info"]
        if loud:
            report(loud)
        if any(note.severity.value == "error" for note in loud):
            return exits.FAILED
        way = Options(detach=options.detach, with_registry_auth=options.with_registry_auth, is_fresh=True)
        return carry_out(plan, engine, way, told="quiet" if options.quiet else "docker", places=dict)
