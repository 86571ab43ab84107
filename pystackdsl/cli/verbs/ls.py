"""`pystackdsl ls`: the stacks of a swarm, as `docker stack ls` lists them."""

import argparse
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.listing import TEMPLATES, chosen_format, declare_format, print_rows
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import connected, declare_target

GROUP: Final = "operate"
SUMMARY: Final = "list the stacks of a swarm"
USAGE: Final = "[OPTION...]"
ABOUT: Final = f"""\
List the stacks that have services in the swarm, whoever deployed them, as `docker stack ls`
does. The fields of a template are .Name and .Services.

{TEMPLATES}"""
EXAMPLE: Final = """\
pystackdsl ls
pystackdsl ls --format json
pystackdsl ls --context prod --format '{{.Name}}={{.Services}}'"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    declare_format(parser.add_argument_group("what is printed"), has_raw=False)
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """List them, and tell the exit code."""
    with connected(options) as engine:
        from pystackdsl.swarm.specs import NAMESPACE
        from pystackdsl.swarm.state import stack_rows
        from pystackdsl.views.tables import STACKS

        rows = stack_rows(engine.list("services", {"label": [NAMESPACE]}))
    print_rows(rows, STACKS, chosen_format(STACKS, options))
    return exits.DONE
