"""`pystackdsl ps`: the tasks of a stack, as `docker stack ps` lists them."""

import argparse
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import CommandError
from pystackdsl.cli.listing import declare_filter, declare_format, filters, print_rows, refuse_stack_name
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import connected, declare_target

if TYPE_CHECKING:
    from pystackdsl.swarm.specs import Raw
    from pystackdsl.views.tables import Layout

GROUP: Final = "operate"
SUMMARY: Final = "list the tasks of a stack"
USAGE: Final = "[OPTION...] STACK"
ABOUT: Final = """\
List the tasks of a stack, those that ended too, as `docker stack ps` does. The placeholders of a
template are .ID, .Name, .Image, .Node, .DesiredState, .CurrentState, .Error and .Ports."""
EXAMPLE: Final = """\
pystackdsl ps shop
pystackdsl ps shop --no-trunc --filter desired-state=running
pystackdsl ps shop --format '{{.Name}}:{{.Node}}'"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    what = parser.add_argument_group("which tasks")
    what.add_argument("stack", metavar="STACK", help="the stack's name")
    declare_filter(what, "desired-state, id, label, name, node or service")
    how = parser.add_argument_group("what is printed")
    declare_format(how)
    how.add_argument("--no-resolve", action="store_true", help="IDs of services and nodes, not names")
    how.add_argument("--no-trunc", action="store_true", help="IDs, images and errors in full")
    how.add_argument("-q", "--quiet", action="store_true", help="only IDs")
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """List them, and tell the exit code."""
    refuse_stack_name(options.stack)
    asked = filters(options.filter)
    with connected(options) as engine:
        from pystackdsl.swarm.specs import NAMESPACE

        own = f"{NAMESPACE}={options.stack}"
        found = engine.list("tasks", {**asked, "label": [*asked.pop("label", ()), own]})
        if not found:
            raise CommandError(f"nothing found in stack: {options.stack}", help="`pystackdsl ls` lists the stacks")
        services: list[Raw] = []
        nodes: list[Raw] = []
        if not options.no_resolve:
            services = engine.list("services", {"label": [own]})
            nodes = engine.list("nodes")
        format = options.format or ("" if options.quiet else engine.setting("tasksFormat"))
    from datetime import UTC, datetime

    from pystackdsl.swarm.state import task_rows

    rows = task_rows(
        found,
        {service["ID"]: service["Spec"]["Name"] for service in services},
        {node["ID"]: node["Spec"].get("Name") or node["Description"]["Hostname"] for node in nodes},
        now=datetime.now(UTC),
        trunc=not options.no_trunc,
        resolve=not options.no_resolve,
        marks=(format == "" and not options.quiet) or format.startswith("table"),
    )
    print_rows(rows, _layout(), format, quiet=options.quiet)
    return exits.DONE


def _layout() -> "Layout":
    from pystackdsl.views.tables import Layout

    titles = {"DesiredState": "DESIRED STATE", "CurrentState": "CURRENT STATE"}
    names = ("ID", "Name", "Image", "Node", "DesiredState", "CurrentState", "Error", "Ports")
    raw = {"DesiredState": "desired_state", "CurrentState": "current_state"}
    return Layout(
        {name: titles.get(name, name.upper()) for name in names},
        names,
        {name: raw.get(name, name.lower()) for name in names},
    )
