"""`pystackdsl config`: what `docker stack config` prints of a stack, from YAML or from Python.

The stack is read with the values of its variables, checked, and printed in Docker's own long form.
"""

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import findings_in
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.terminal import emit, report

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic, KeyPath

GROUP: Final = "author"
SUMMARY: Final = "print a stack in full, as docker stack config does"
USAGE: Final = "[FILE[:OBJECT] | -c FILE...] [OPTION...]"
ABOUT: Final = """\
Print a stack as `docker stack config` does: merged, its variables filled in, its short forms
spelled out, its paths absolute. What is printed is final: a `$` in it is a dollar sign.
Unlike Docker's command it refuses what a deploy would refuse, and takes stacks in Python too."""
EXAMPLE: Final = """\
pystackdsl config
pystackdsl config docker-stack.yml
pystackdsl config -c docker-stack.yml -c production.yml --env-file production.env
pystackdsl config stack.py:staging --format json"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    sources.declare(parser)
    add = parser.add_argument_group("what is printed").add_argument
    notation = either("--format", "yaml", "json")
    add("--format", choices=("yaml", "json"), default="yaml", type=notation, help="the notation; yaml if not said")
    add("--skip-interpolation", action="store_true", help="take YAML as it stands, with ${…} for text like any other")


def run(options: argparse.Namespace) -> int:
    """Print it, and tell the exit code."""
    try:
        opened = sources.opened(options, "skip" if options.skip_interpolation else "final")
    except Exception as error:
        return _refused(findings_in(error))
    from pystackdsl import compose

    findings = [*opened.warnings]
    if not options.skip_interpolation:
        findings += compose.findings(opened.stack)
    tree = None
    if not any(finding.severity.value == "error" for finding in findings):
        try:
            tree = _as_it_stands(opened) if options.skip_interpolation else _tree(opened)
        except Exception as error:
            findings += findings_in(error)
    if tree is None:
        return _refused(opened.placed(findings))
    from pystackdsl.compose import docker_text, text

    if options.format == "yaml":
        findings += [_first_break_lost(path) for path in docker_text.shortened(tree)]
    if findings:
        report(opened.placed(findings))
    emit(text.write_json(tree) if options.format == "json" else docker_text.write(tree))
    return exits.DONE


def _tree(opened: sources.Opened) -> dict[str, Any]:
    """The long form. Raises StackError.

    The contents of configs are where `build -o docker-stack.yml` would write them here.
    """
    from pathlib import Path

    from pystackdsl.compose.assets import with_assets
    from pystackdsl.compose.canonical import canonical
    from pystackdsl.compose.survey import required_schema
    from pystackdsl.content.environment import environments

    here = Path.cwd()
    stack, _ = with_assets(opened.stack, folder=here, stack_name=None, rotate=False, label="docker-stack")
    long = canonical(stack, environments(stack, opened.environment or {}), os.environ.get("HOME"))
    if stack.version is None:  # from Python: the version that `build` would write
        long["version"] = f"3.{required_schema(stack, None)}"
    return long


def _as_it_stands(opened: sources.Opened) -> dict[str, Any]:
    """The long form of YAML whose variables are text."""
    from pystackdsl.cli.uninterpolated import plain_stack, unmarked
    from pystackdsl.compose.canonical import canonical
    from pystackdsl.content.environment import environments

    stack = plain_stack(opened.stack)
    long = canonical(stack, environments(stack, opened.environment or {}), os.environ.get("HOME"))
    plain: dict[str, Any] = unmarked(long)
    return plain


def _first_break_lost(path: "KeyPath") -> "Diagnostic":
    """The warning about a text that is printed as Docker prints it, which is not all of it."""
    from pystackdsl.diagnostics import Diagnostic, Severity

    return Diagnostic(
        severity=Severity.WARNING,
        summary="config prints this text without the line break that it begins with, as docker stack config does",
        help="deploy, apply and build keep it; take the empty line away if it is not meant",
        path=path,
    )


def _refused(findings: "Sequence[Diagnostic]") -> int:
    report(findings, "nothing printed")
    return exits.FAILED
