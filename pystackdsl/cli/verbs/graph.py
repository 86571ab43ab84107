"""`pystackdsl graph`: a picture of a stack, from Python or from YAML, as SVG, Mermaid or dot.

The stack is read and checked as by `build`, and drawn. With `--live` a swarm is asked instead, and its nodes are drawn
with the stack's tasks on them.
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import UsageError, findings_in
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.stackname import nothing_found
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.topology import Topology

GROUP: Final = "author"
SUMMARY: Final = "draw the services, networks and volumes of a stack"
USAGE: Final = "[FILE[:OBJECT] | -c FILE... | --live STACK] [OPTION...]"
ABOUT: Final = """\
Draw a stack: its services with their published ports, volumes, secrets, configs and placement,
and the networks they are on. Services on just the same networks stand together.
With --live, draw the nodes of a swarm and the tasks of a running stack on them.
SVG is drawn here and follows the reader's light or dark scheme; Mermaid is text for Markdown pages,
dot for Graphviz."""
EXAMPLE: Final = """\
pystackdsl graph -o stack.svg
pystackdsl graph docker-stack.yml --format mermaid
pystackdsl graph shop.py:staging --format dot | dot -Tpdf > stack.pdf
pystackdsl graph --live shop -o shop.svg"""
EXITS: Final = (exits.DONE, exits.FAILED)

FORMATS: Final = ("svg", "mermaid", "dot")


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    sources.declare(parser)
    add = parser.add_argument_group("the picture").add_argument
    add("--format", choices=FORMATS, type=either("--format", *FORMATS), help="svg if not said, or what FILE ends with")
    add("-o", "--output", metavar="FILE", help="write FILE in place of standard output")
    add("--live", metavar="STACK", help="draw a stack that runs, its tasks on the nodes, in place of a file")
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """Draw it, and tell the exit code."""
    _format(options)
    if options.live is not None:
        return _live(options)
    if options.context or options.host:
        raise UsageError(
            "a stack file is drawn without a swarm", help="add --live STACK, or leave --context and -H out"
        )
    try:
        opened = sources.opened(options)
    except Exception as error:
        return _refused(findings_in(error))
    from pystackdsl import compose

    findings = [*opened.warnings, *compose.findings(opened.stack)]
    if any(finding.severity.value == "error" for finding in findings):
        return _refused(opened.placed(findings))
    from pathlib import Path

    from pystackdsl.model.topology import topology

    file = Path(opened.files[0])
    name = opened.stack.name or (file.parent.resolve().name if file.stem in {"stack", "-"} else file.stem)
    return _delivered(_drawn(topology(opened.stack, name), _format(options)), options.output, opened.files)


def _live(options: argparse.Namespace) -> int:
    """Draw a stack that runs."""
    if options.file is not None or options.compose_file:
        raise UsageError("--live draws what runs, and a file is named", help="leave one of them out")
    sources.refuse_without_file(options)
    with connected(options) as engine:
        from pystackdsl.swarm.specs import NAMESPACE

        own = {"label": [f"{NAMESPACE}={options.live}"]}
        services = engine.list("services", own)
        if not services:
            raise nothing_found(options.live)
        tasks, nodes = engine.list("tasks", own), engine.list("nodes")
    from pystackdsl.swarm.occupancy import occupancy
    from pystackdsl.views import occupancy as views

    draw = {"svg": views.svg, "mermaid": views.mermaid, "dot": views.dot}[_format(options)]
    return _delivered(draw(occupancy(options.live, services, tasks, nodes)), options.output, ())


def _format(options: argparse.Namespace) -> str:
    """The format that is asked for, by name or by the ending of the file. Raises UsageError for an ending of others."""
    if options.format:
        return str(options.format)
    name, dot, end = (options.output or "").rpartition(".")
    if not name or not dot or "/" in end:
        return "svg"
    if end not in _ENDINGS:
        expected = f"a name that ends with .svg, .mmd or .dot, or --format {', '.join(FORMATS)}"
        raise UsageError(f"no picture is made for a file .{end}", expected=expected)
    return _ENDINGS[end]


_ENDINGS: Final = {"svg": "svg", "mmd": "mermaid", "mermaid": "mermaid", "dot": "dot", "gv": "dot"}


def _drawn(topology: "Topology", format: str) -> str:
    if format == "mermaid":
        from pystackdsl.views.topology_mermaid import mermaid

        return mermaid(topology)
    if format == "dot":
        from pystackdsl.views.topology_dot import dot

        return dot(topology)
    from pystackdsl.views.topology_svg import svg

    return svg(topology)


def _delivered(text: str, output: str | None, files: Sequence[str]) -> int:
    if output is None or output == "-":
        emit(text)
        return exits.DONE
    from pathlib import Path

    from pystackdsl.cli.outlet import refuse_same, write_all

    for file in files:
        refuse_same(Path(output), file)
    write_all({Path(output): text.encode()})
    say(f"{output} written\n")
    return exits.DONE


def _refused(findings: "Sequence[Diagnostic]") -> int:
    report(findings, "nothing drawn")
    return exits.FAILED
