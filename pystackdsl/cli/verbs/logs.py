"""`pystackdsl logs`: what the services of a stack write, all of them together."""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.listing import refuse_blank
from pystackdsl.cli.parsing import Parser, either, seconds
from pystackdsl.cli.stackname import nothing_found
from pystackdsl.cli.target import connected, declare_target
from pystackdsl.cli.terminal import emit

if TYPE_CHECKING:
    from pystackdsl.swarm.logs import Line
    from pystackdsl.swarm.specs import Raw

GROUP: Final = "operate"
SUMMARY: Final = "show what the services of a stack write"
USAGE: Final = "[OPTION...] STACK [SERVICE...]"
ABOUT: Final = """\
Show the output of all services of a stack, or of some, each line with the task that wrote it.
Tasks that failed or were replaced are included, as long as the swarm remembers them."""
EXAMPLE: Final = """\
pystackdsl logs shop
pystackdsl logs --follow --tail 20 shop web worker
pystackdsl logs --since 10m --timestamps shop
pystackdsl logs --format json shop"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    what = parser.add_argument_group("what is shown")
    what.add_argument("stack", metavar="STACK", help="the stack's name")
    what.add_argument("services", nargs="*", metavar="SERVICE", help="services by their keys; all if none is named")
    what.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    what.add_argument("--since", type=_since, metavar="TIME", help="only what is newer: 10m, or 2024-01-31T12:00:00Z")
    what.add_argument(
        "-n", "--tail", type=_tail, default=None, metavar="N", help="the last N lines of each task, or all"
    )
    how = parser.add_argument_group("how it is shown")
    how.add_argument("-t", "--timestamps", action="store_true", help="begin each line with its time")
    how.add_argument("--raw", action="store_true", help="the lines alone, without the tasks' names")
    notation = either("--format", "text", "json")
    how.add_argument(
        "--format", choices=("text", "json"), default="text", type=notation, help="one object a line as JSON"
    )
    declare_target(parser)


def run(options: argparse.Namespace) -> int:
    """Show it, and tell the exit code."""
    refuse_blank(options.stack)
    if options.raw and options.format == "json":
        raise UsageError("--raw leaves out what --format json gives beside each line", help="give one of them")
    with connected(options) as engine:
        from pystackdsl.swarm import logs
        from pystackdsl.swarm.specs import NAMESPACE

        held = engine.list("services", {"label": [f"{NAMESPACE}={options.stack}"]})
        services = _chosen(options.stack, held, options.services)
        lines = logs.read(
            engine, options.stack, services, follow=options.follow, since=options.since, tail=options.tail
        )
        show = _as_json if options.format == "json" else _as_text(options)
        for line in lines:
            emit(show(line))
    return exits.DONE


def _chosen(stack: str, held: "Sequence[Raw]", names: Sequence[str]) -> "list[Raw]":
    """The services that are meant. Raises CommandError for one that the stack does not have."""
    if not held:
        raise nothing_found(stack)
    by_key = {raw["Spec"]["Name"].removeprefix(f"{stack}_"): raw for raw in held}
    found = []
    for name in names or sorted(by_key):
        key = name.removeprefix(f"{stack}_")
        if key not in by_key:
            from pystackdsl.diagnostics import nearest

            guess = nearest(key, by_key)
            raise CommandError(
                f"the stack {stack} has no service {name}",
                expected=", ".join(sorted(by_key)),
                help=f"did you mean {guess}?" if guess else "",
            )
        found.append(by_key[key])
    return found


def _as_json(line: "Line") -> str:
    import json

    said = {"time": line.time, "service": line.source.rpartition(".")[0] or line.source, "source": line.source}
    said |= {"task": line.task, "node": line.node, "stream": line.stream, "text": line.text}
    return json.dumps(said, ensure_ascii=False) + "\n"


class _as_text:  # noqa: N801 - reads as the function it is
    """Lines for people, the tasks' names in one column."""

    def __init__(self, options: argparse.Namespace) -> None:
        from pystackdsl.cli.terminal import is_coloured

        self.options = options
        self.width = 0
        self.coloured = is_coloured(sys.stdout)

    def __call__(self, line: "Line") -> str:
        from pystackdsl.views.cells import legible

        text = line.text if self.options.raw else legible(line.text)
        time = f"{line.time} " if self.options.timestamps else ""
        if self.options.raw:
            return f"{time}{text}\n"
        self.width = max(self.width, len(line.source))
        source = f"{line.source:<{self.width}} |"
        if self.coloured:
            source = f"\x1b[{31 + sum(line.source.encode()) % 6}m{source}\x1b[0m"
        return f"{source} {time}{text}\n"


def _since(word: str) -> str:
    """A time as the Engine takes it. Raises UsageError."""
    import time
    from datetime import UTC, datetime

    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", word):
        return word
    wrong = UsageError(f'--since: "{word}" is not a time', expected="such as 2024-01-31T12:00:00Z, or 10m")
    if re.match("[0-9]{4}-", word):
        try:
            moment = datetime.fromisoformat(word)
        except ValueError:
            raise wrong from None
        return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp():.6f}"
    if not re.match(r"[-+]?[0-9.]", word):
        raise wrong
    return f"{time.time() - seconds(word, '--since'):.6f}"


def _tail(word: str) -> int | None:
    """The number of lines; None is all. Raises UsageError."""
    if word == "all":
        return None
    if not word.isdecimal():
        raise UsageError(f'--tail cannot be "{word}"', expected="a number, or all")
    return int(word)
