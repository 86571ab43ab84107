"""`pystackdsl schema`: the JSON Schema of stack files, by which editors complete, explain and check YAML.

It is made from the declarations of the keys, and asks for no stack.
"""

import argparse
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.terminal import emit, say

GROUP: Final = "author"
SUMMARY: Final = "print the JSON Schema of stack files, for editors"
USAGE: Final = "[OPTION...]"
ABOUT: Final = """\
Print the JSON Schema (draft 2020-12) of stack files: editors complete and explain keys by it, and
mark mistakes. A file names its schema in a comment of its first line, which
`build --editor-schema` writes."""
EXAMPLE: Final = """\
pystackdsl schema -o stack.schema.json
pystackdsl schema --version 3.8
pystackdsl build --editor-schema stack.schema.json -o docker-stack.yml"""
EXITS: Final = (exits.DONE, exits.FAILED)

NEWEST: Final = 13


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    add = parser.add_argument_group("the schema").add_argument
    add("--version", metavar="3.N", type=_minor, default=NEWEST, help="the Compose schema; 3.13 if not said")
    add("-o", "--output", metavar="FILE", help="write FILE in place of standard output")


def run(options: argparse.Namespace) -> int:
    """Print it, and tell the exit code."""
    import json

    from pystackdsl.compose.schema import json_schema

    text = json.dumps(json_schema(options.version), indent=2, ensure_ascii=False) + "\n"
    if options.output in {None, "-"}:
        emit(text)
        return exits.DONE
    from pathlib import Path

    from pystackdsl.cli.outlet import write_all

    write_all({Path(options.output): text.encode()})
    say(f"{options.output} written; the first line of a stack file names it:\n")
    say(f"# yaml-language-server: $schema={options.output}\n")
    return exits.DONE


def _minor(text: str) -> int:
    major, _, minor = text.partition(".")
    if major == "3" and minor.isdecimal() and int(minor) <= NEWEST:
        return int(minor)
    raise UsageError(f'--version cannot be "{text}"', expected=f"3.0 to 3.{NEWEST}")
