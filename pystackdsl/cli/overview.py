"""What `pystackdsl --help` prints: the verbs by group, how they end, an example. Made from the verbs themselves."""

from typing import Final

from pystackdsl.cli.exits import INTERRUPTED, USAGE
from pystackdsl.cli.main import DEBUG, verb_named, verb_names
from pystackdsl.cli.parsing import exit_codes

__all__ = ["overview"]

GROUPS: Final = ("author", "deploy", "operate")

_HEAD: Final = """\
usage: pystackdsl VERB [ARGUMENT...]

Docker Swarm stacks as typed Python, or as YAML: built, checked, planned, applied and looked after.
"""

_TAIL: Final = f"""\
environment:
  NO_COLOR, FORCE_COLOR   messages without colour, or with colour where no terminal is
  {DEBUG:<23} when set, an internal error shows its traceback, to be reported

examples:
  pystackdsl init
  pystackdsl check
  pystackdsl plan --name shop
  pystackdsl apply --name shop
  pystackdsl build > docker-stack.yml

`pystackdsl VERB --help` tells all about a verb. `pystackdsl --version` prints the version.
"""


def overview() -> str:
    """The help of the whole command."""
    verbs = {name: verb_named(name) for name in verb_names()}
    parts = [_HEAD]
    for group in GROUPS:
        lines = [f"  {name:<12}{verb.SUMMARY}" for name, verb in verbs.items() if group == verb.GROUP]
        if lines:
            parts.append("\n".join([f"{group}:", *lines, ""]))
    codes = {USAGE, INTERRUPTED}.union(*(verb.EXITS for verb in verbs.values()))
    parts += [f"exit codes:\n{exit_codes(sorted(codes))}\n", _TAIL]
    return "\n".join(parts)
