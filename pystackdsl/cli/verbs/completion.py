"""`pystackdsl completion`: a script that teaches a shell to complete the command line."""

import argparse
from typing import Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.parsing import Parser, either
from pystackdsl.cli.terminal import emit

GROUP: Final = "author"
SUMMARY: Final = "print a script that completes the command line in bash, zsh or fish"
USAGE: Final = "SHELL"
ABOUT: Final = "Print a script that lets a shell complete verbs, options, files and values."
EXAMPLE: Final = """\
source <(pystackdsl completion bash)    # in ~/.bashrc
source <(pystackdsl completion zsh)     # in ~/.zshrc, after compinit
pystackdsl completion fish | source     # in ~/.config/fish/config.fish"""
EXITS: Final = (exits.DONE,)

SHELLS: Final = ("bash", "zsh", "fish")


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    chosen = either("SHELL", *SHELLS)
    group = parser.add_argument_group("which shell")
    group.add_argument("shell", nargs="?", choices=SHELLS, type=chosen, metavar="SHELL", help="bash, zsh or fish")


def run(options: argparse.Namespace) -> int:
    """Print the script, and tell the exit code."""
    if options.shell is None:
        raise UsageError("which shell?", expected="bash, zsh or fish", help="such as `pystackdsl completion bash`")
    from pystackdsl.cli.main import verb_named, verb_names
    from pystackdsl.cli.shells import SCRIPTS, arguments

    verbs = {name: verb_named(name) for name in verb_names()}
    summaries = {name: verb.SUMMARY for name, verb in verbs.items()}
    emit(SCRIPTS[options.shell](summaries, {name: arguments(Parser(name, verb)) for name, verb in verbs.items()}))
    return exits.DONE
