"""`pystackdsl init`: a first stack file, with comments, to change into one's own.

What it writes is the module `cli.first_stack`, so that the linters and type checkers read it with everything else.
"""

import argparse
from pathlib import Path
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import CommandError
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.terminal import say

GROUP: Final = "author"
SUMMARY: Final = "write a first stack.py, with comments"
USAGE: Final = "[FILE]"
ABOUT: Final = "Write a first stack file, with comments, to change into your own. A file that is there stays."
EXAMPLE: Final = """\
pystackdsl init && pystackdsl build > docker-stack.yml"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("which file")
    group.add_argument("file", nargs="?", default="stack.py", metavar="FILE", help="stack.py if not said")


def run(options: argparse.Namespace) -> int:
    """Write the file, and tell the exit code."""
    path = Path(options.file)
    if path.suffix != ".py":
        raise CommandError(f"{path} is not a Python file", expected="a name that ends in .py")
    text = Path(__file__).parents[1].joinpath("first_stack.py").read_bytes()
    try:
        with path.open("xb") as file:
            file.write(text)
    except FileExistsError:
        cure = "build it with `pystackdsl build`, or give another name: `pystackdsl init NAME.py`"
        raise CommandError(f"{path} is there already and was left alone", help=cure) from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    named = "" if options.file == "stack.py" else f" {path}"
    say(f"{path} written\nbuild it:  pystackdsl build{named} > docker-stack.yml\n")
    return exits.DONE
