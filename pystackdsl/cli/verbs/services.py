"""`pystackdsl services`: the services of a stack, as `docker stack services` lists them."""

import argparse
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.listing import (
    TEMPLATES,
    chosen_format,
    declare_filter,
    declare_format,
    filters,
    print_rows,
    refuse_blank,
)
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import say

GROUP: Final = "operate"
SUMMARY: Final = "list the services of a stack"
USAGE: Final = "[OPTION...] STACK"
ABOUT: Final = f"""\
List the services of a stack with their replicas, images and ports, as `docker stack services`
does. The fields of a template are .ID, .Name, .Mode, .Replicas, .Image and .Ports.

{TEMPLATES}"""
EXAMPLE: Final = """\
pystackdsl services shop
pystackdsl services shop --filter name=shop_web --format json
pystackdsl services shop --format '{{.Name}}={{.Replicas}}'"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    what = parser.add_argument_group("which services")
    what.add_argument("stack", metavar="STACK", help="the stack's name")
    declare_filter(what, "services")
    how = parser.add_argument_group("what is printed")
    declare_format(how)
    how.add_argument("-q", "--quiet", action="store_true", help="only IDs")
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """List them, and tell the exit code."""
    refuse_blank(options.stack)
    asked = filters(options.filter)
    with connected(options) as engine:
        from pystackdsl.swarm.specs import NAMESPACE
        from pystackdsl.swarm.state import service_rows
        from pystackdsl.views.tables import SERVICES

        labels = [*asked.pop("label", ()), f"{NAMESPACE}={options.stack}"]
        found = engine.list("services", {**asked, "label": labels}, status="true")
        format = chosen_format(SERVICES, options, engine, "servicesFormat")
    if not found:
        say(f"Nothing found in stack: {options.stack}\n")
        return exits.DONE
    print_rows(service_rows(found), SERVICES, format)
    return exits.DONE
