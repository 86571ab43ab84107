"""`python -m pystackdsl`: the command, where its script is not on the path."""

from pystackdsl.cli.main import console

console()
