"""`pystackdsl graph`: a picture of a stack, from Python or from YAML, as SVG, Mermaid or dot.

The stack is read and checked as by `build`, and drawn; nothing is asked of Docker.
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import findings_in
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.topology import Topology

GROUP: Final = "author"
SUMMARY: Final = "draw the services, networks and volumes of a stack"
USAGE: Final = "[FILE[:OBJECT] | -c FILE...] [OPTION...]"
ABOUT: Final = """\
Draw a stack: its services with their published ports, volumes, secrets, configs and placement,
and the networks they are on. Services on just the same networks stand together.
SVG is drawn here and follows the reader's light or dark scheme; Mermaid is text for Markdown pages,
dot for Graphviz."""
EXAMPLE: Final = """\
pystackdsl graph -o stack.svg
pystackdsl graph docker-stack.yml --format mermaid
pystackdsl graph shop.py:staging --format dot | dot -Tpdf > stack.pdf"""
EXITS: Final = (exits.DONE, exits.FAILED)

FORMATS: Final = ("svg", "mermaid", "dot")


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    sources.declare(parser)
    add = parser.add_argument_group("the picture").add_argument
    add("--format", choices=FORMATS, type=either("--format", *FORMATS), help="svg if not said, or what FILE ends with")
    add("-o", "--output", metavar="FILE", help="write FILE in place of standard output")


def run(options: argparse.Namespace) -> int:
    """Draw it, and tell the exit code."""
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


def _format(options: argparse.Namespace) -> str:
    """The format that is asked for, by name or by the ending of the file."""
    if options.format:
        return str(options.format)
    endings = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}
    return next((format for end, format in endings.items() if (options.output or "").endswith(end)), "svg")


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
