"""`pystackdsl ps`: the tasks of a stack, as `docker stack ps` lists them."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal

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
from pystackdsl.cli.stackname import nothing_found
from pystackdsl.cli.target import connected, declare_target

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.specs import Raw

GROUP: Final = "operate"
SUMMARY: Final = "list the tasks of a stack"
USAGE: Final = "[OPTION...] STACK"
ABOUT: Final = f"""\
List the tasks of a stack, those that ended too, as `docker stack ps` does. The fields of a
template are .ID, .Name, .Image, .Node, .DesiredState, .CurrentState, .Error and .Ports.

{TEMPLATES}"""
EXAMPLE: Final = """\
pystackdsl ps shop
pystackdsl ps shop --no-trunc --filter desired-state=running
pystackdsl ps shop --format '{{.Name}}:{{.Node}}'"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    what = parser.add_argument_group("which tasks")
    what.add_argument("stack", metavar="STACK", help="the stack's name")
    declare_filter(what, "ps")
    how = parser.add_argument_group("what is printed")
    declare_format(how)
    how.add_argument("--no-resolve", action="store_true", help="IDs of services and nodes, not names")
    how.add_argument("--no-trunc", action="store_true", help="IDs, images and errors in full")
    how.add_argument("-q", "--quiet", action="store_true", help="only IDs")
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """List them, and tell the exit code."""
    refuse_blank(options.stack)
    asked = filters(options.filter)
    services: dict[str, str] = {}
    nodes: dict[str, str] = {}
    with connected(options) as engine:
        from pystackdsl.swarm.specs import NAMESPACE
        from pystackdsl.views.tables import TASKS, is_table

        own = f"{NAMESPACE}={options.stack}"
        found = engine.list("tasks", {**asked, "label": [*asked.pop("label", ()), own]})
        if not found:
            raise nothing_found(options.stack)
        format = chosen_format(TASKS, options, engine, "tasksFormat")
        if not options.no_resolve:
            listed = engine.list("services", {"label": [own]})
            services = _names(engine, "services", listed, (task.get("ServiceID", "") for task in found))
            nodes = _names(engine, "nodes", engine.list("nodes"), (task.get("NodeID", "") for task in found))
    from datetime import UTC, datetime

    from pystackdsl.swarm.state import task_rows

    now = datetime.now(UTC)
    rows = task_rows(found, services, nodes, now=now, full=options.no_trunc, marks=is_table(format))
    print_rows(rows, TASKS, format)
    return exits.DONE


def _names(
    engine: "Engine", kind: Literal["services", "nodes"], listed: "Iterable[Raw]", wanted: Iterable[str]
) -> dict[str, str]:
    """Names by ID. What was not listed is asked for: a service may have lost its label since its tasks began."""
    names = {each["ID"]: _name(each) for each in listed}
    for id in set(wanted).difference(names, [""]):
        one = engine.inspect(kind, id)
        if one is not None:
            names[id] = _name(one)
    return {id: name for id, name in names.items() if name}


def _name(raw: "Raw") -> str:
    name: str = raw["Spec"].get("Name") or (raw.get("Description") or {}).get("Hostname", "")
    return name
