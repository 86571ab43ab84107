"""Stacks checked with what their swarm is like: the half of `pystackdsl check` that is asked for by `--live`.

Running stacks are lifted from the swarm, whoever deployed them, and rules are asked of them as of files; files are
checked as ever, by rules that know the swarm. The swarm is listed once, whatever is checked.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from pystackdsl.cli.checked import Checked, check_source, ruled, rules_for
from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.sources import refuse_without_file
from pystackdsl.cli.stackname import named, nothing_found
from pystackdsl.cli.target import connected
from pystackdsl.diagnostics import Diagnostic, Severity, StackError, nearest

if TYPE_CHECKING:
    from pystackdsl.cli.sources import Opened
    from pystackdsl.lint.facts import Facts
    from pystackdsl.lint.rule import Rule
    from pystackdsl.swarm.inventory import Inventory

__all__ = ["checked_files", "checked_stacks"]


def checked_files(options: argparse.Namespace, each: Sequence[argparse.Namespace]) -> list[Checked]:
    """Sources checked with the facts of a swarm. Raises CommandError."""
    if options.live:
        words = " ".join(options.live)
        cure = f"name a file's stack with --name {words}, or leave the file out to check what runs"
        raise UsageError(f"--live {words} names a stack that runs, and a file is named too", help=cure)
    if options.name is not None and len(each) > 1:
        raise UsageError("--name names one stack, and several files are named", help="check them one by one")
    with _inventory(options) as inventory:

        def facts(opened: "Opened") -> "Facts":
            from pystackdsl.cli.livefacts import facts_for

            return facts_for(opened.stack, named(options.name, opened), inventory)

        return [check_source(one, facts) for one in each]


def checked_stacks(options: argparse.Namespace) -> list[Checked]:
    """The running stacks that are named, or all, checked. Raises CommandError."""
    refuse_without_file(options)
    if options.name is not None:
        raise UsageError("--name is for a file, and none is named", help="name running stacks behind --live")
    rules = rules_for(options, Path.cwd())
    with _inventory(options) as inventory:
        names = list(dict.fromkeys(options.live)) or inventory.stacks()
        if not names:
            raise CommandError(f"the swarm at {inventory.where} has no stacks", help="name a file to check it")
        return [_running(name, inventory, rules) for name in names]


@contextmanager
def _inventory(options: argparse.Namespace) -> "Iterator[Inventory]":
    """The swarm that the options name."""
    with connected(options) as engine:
        from pystackdsl.swarm.inventory import Inventory

        yield Inventory(engine)


def _running(name: str, inventory: "Inventory", rules: "Sequence[Rule]") -> Checked:
    """A stack as it runs, checked."""
    from pystackdsl.cli.livefacts import facts_for
    from pystackdsl.lint.runner import check
    from pystackdsl.model.validity import findings
    from pystackdsl.swarm.lift import lift_stack

    live = inventory.live(name)
    if live.is_empty:
        raise _no_stack(name, inventory)
    try:
        stack = lift_stack(live, as_written=False).stack
    except StackError as error:
        return Checked([name], [*_of(name, ruled(error.findings))], None)
    told = [each for each in findings(stack) if each.severity is not Severity.ERROR or each.kind]
    found = check(
        stack, rules=rules, told=told, facts=facts_for(stack, name, inventory, runs=True), is_interpolated=True
    )
    return Checked([name], [*_of(name, found)], None)


def _of(name: str, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings that say which stack they are of, their cures as YAML spells them: that is the language of a swarm."""
    for each in findings:
        yield attrs.evolve(each, stack=name, help=each.help_in_yaml or each.help, fix=None)


def _no_stack(name: str, inventory: "Inventory") -> CommandError:
    if name.endswith((".py", ".yml", ".yaml")):
        cure = f"`pystackdsl check {name} --live` checks the file for the swarm"
    else:
        guess = nearest(name, inventory.stacks())
        cure = f"did you mean {guess}?" if guess else ""
    return nothing_found(name, help=cure)
