"""What the verbs `plan`, `apply` and `deploy` share: their options, and the way from a command line to a plan.

Arguments come in; a stack that is ready to be compared goes out of `prepared`, its plan out of `planned`. Both raise
what `cli.main` tells.
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pystackdsl.cli import sources
from pystackdsl.cli.failure import UsageError, findings_in
from pystackdsl.cli.parsing import either
from pystackdsl.cli.stackname import declare_name, named

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.compare import Options
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.specs import Specs

__all__ = ["Prepared", "Refused", "declare_changes", "declare_stack", "declare_view", "drawn", "planned", "prepared"]

RESOLVE: Final = ("always", "changed", "never")


class Refused(Exception):
    """The stack cannot be planned: all that is wrong with it, with places."""

    def __init__(self, findings: "Sequence[Diagnostic]") -> None:
        super().__init__()
        self.findings = findings


class Prepared(NamedTuple):
    """A stack that is ready to be compared: its source, its name in the swarm, and what it asks of the Engine."""

    opened: sources.Opened
    name: str
    desired: "Specs"
    warnings: "Sequence[Diagnostic]"

    @property
    def source(self) -> str:
        """The files it was read from, for people."""
        return ", ".join("standard input" if file == sources.STANDARD_INPUT else file for file in self.opened.files)


def declare_stack(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which stack is meant, and its name."""
    sources.declare(parser)
    declare_name(parser.add_argument_group("its name"))


def declare_changes(parser: argparse.ArgumentParser, *, resolve_image: str = "changed") -> None:
    """The arguments that say what is to be changed."""
    add = parser.add_argument_group("what is changed").add_argument
    add("--prune", action="store_true", help="remove services that the stack no longer has")
    add(
        "--resolve-image",
        choices=RESOLVE,
        type=either("--resolve-image", *RESOLVE),
        default=resolve_image,
        help="ask registries for the digests of all images, of changed ones, or never; "
        f"{resolve_image} if not said, and always follows a tag that has moved",
    )
    add("--with-registry-auth", action="store_true", help="use the registry credentials of the docker command")
    add(
        "--service",
        action="append",
        default=[],
        metavar="NAME",
        help="only this service, and what it uses; repeat it for more",
    )
    add("--force", action="append", default=[], metavar="SERVICE", help="replace the tasks of a service all the same")
    add("--rerun", action="append", default=[], metavar="JOB", help="run a job again though nothing changed")
    add("--replace-networks", action="store_true", help="make networks anew that differ and cannot be changed")


def declare_view(parser: argparse.ArgumentParser) -> None:
    """The arguments that say how the plan is shown."""
    add = parser.add_argument_group("what is shown").add_argument
    add("--show-values", action="store_true", help="show environment values whose names look secret")


def prepared(options: argparse.Namespace, *, name: str | None = None) -> Prepared:
    """The stack that the arguments mean, under the name that it has in the swarm.

    `name` is one that is given in another way than with --name. Raises CommandError, and Refused with all that is wrong
    with the stack.
    """
    try:
        opened = sources.opened(options, "final")
    except Exception as error:
        raise Refused(findings_in(error)) from None
    full = named(name if name is not None else options.name, opened)
    from pystackdsl.swarm.lower import lower

    try:
        desired = lower(opened.stack, full, environment=opened.environment or {})
    except Exception as error:
        raise Refused(opened.placed([*opened.warnings, *findings_in(error)])) from None
    return Prepared(opened, full, desired, opened.warnings)


def plan_options(options: argparse.Namespace) -> "Options":
    """What is asked of the plan."""
    from pystackdsl.swarm.compare import Options

    return Options(
        prune=options.prune,
        resolve_image=options.resolve_image,
        force=frozenset(options.force),
        rerun=frozenset(options.rerun),
        replace_networks=options.replace_networks,
        services=frozenset(options.service) if options.service else None,
        show_values=options.show_values,
    )


def planned(found: Prepared, engine: "Engine", options: argparse.Namespace, *, settles: bool = False) -> "Plan":
    """The plan. Raises UsageError for options that name what the stack does not have, and EngineError."""
    from pystackdsl.swarm import planning

    try:
        return planning.planned(
            found.desired,
            engine,
            plan_options(options),
            with_registry_auth=options.with_registry_auth,
            settles=settles,
        )
    except Exception as error:
        first = findings_in(error)[0]
        raise UsageError(first.summary, help=first.help) from None


def drawn(plan: "Plan", found: Prepared) -> str:
    """The plan as text for standard output."""
    import sys

    from pystackdsl.cli.places import lines_of
    from pystackdsl.cli.terminal import is_coloured, width_of
    from pystackdsl.diagnostics import KeyPath
    from pystackdsl.views.plan import render

    paths = [KeyPath(change.kind, change.key) for change in plan.changes]
    return render(
        plan,
        source=found.source,
        lines=lines_of(found.opened, paths) if paths else {},
        width=width_of(sys.stdout),
        colour=is_coloured(sys.stdout),
    )
