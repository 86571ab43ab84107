"""What the verbs `plan`, `apply` and `deploy` share: their options, and the way from a command line to a plan.

Arguments come in; a stack that is ready to be compared goes out of `prepared`, its plan out of `planned`. Both raise
what `cli.main` tells.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import CommandError, UsageError, findings_in
from pystackdsl.cli.parsing import either
from pystackdsl.cli.stackname import declare_name, named

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic, KeyPath
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.compare import Options
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.planfile import Saved
    from pystackdsl.swarm.specs import Kind, Specs

__all__ = [
    "Prepared",
    "Refused",
    "Shown",
    "StaleError",
    "declare_changes",
    "declare_saved",
    "declare_stack",
    "declare_view",
    "planned",
    "prepared",
    "save",
    "saved",
    "shown",
]

RESOLVE: Final = ("always", "changed", "never")


class Refused(Exception):
    """The stack cannot be planned: all that is wrong with it, with places."""

    def __init__(self, findings: "Sequence[Diagnostic]") -> None:
        super().__init__()
        self.findings = findings


class StaleError(CommandError):
    """A plan no longer holds."""

    status = exits.STALE


DEFAULT_RESOLVE: Final = "changed"
"""Which images a plan looks up where nothing is said."""


class Prepared(NamedTuple):
    """A stack that is ready to be compared: its source, its name in the swarm, and what it asks of the Engine."""

    opened: sources.Opened
    name: str
    desired: "Specs"
    warnings: "Sequence[Diagnostic]"

    @property
    def source(self) -> tuple[str, ...]:
        """The files it was read from, for people."""
        return tuple("standard input" if file == sources.STANDARD_INPUT else file for file in self.opened.files)


def declare_stack(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which stack is meant, and its name."""
    sources.declare(parser)
    declare_name(parser.add_argument_group("its name"))


def declare_changes(parser: argparse.ArgumentParser, *, resolve_image: str = DEFAULT_RESOLVE) -> None:
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
        metavar="SERVICE",
        help="only this service, and what it uses; repeat it for more",
    )
    add("--force", action="append", default=[], metavar="SERVICE", help="replace the tasks of a service all the same")
    add("--rerun", action="append", default=[], metavar="JOB", help="run a job again though nothing changed")
    add("--replace-networks", action="store_true", help="make networks anew that differ and cannot be changed")


def declare_saved(parser: argparse.ArgumentParser) -> None:
    """The argument that names a plan which was made before."""
    add = parser.add_argument_group("in place of a stack").add_argument
    add(
        "--plan",
        metavar="FILE",
        help="a plan that `pystackdsl plan --out` wrote; it is refused where what it touches has changed",
    )


def declare_view(parser: argparse.ArgumentParser) -> None:
    """The arguments that say how the plan is shown."""
    add = parser.add_argument_group("what is shown").add_argument
    add("--show-values", action="store_true", help="show values that look secret")


def prepared(options: argparse.Namespace, *, name: str | None = None) -> Prepared:
    """The stack that the arguments mean, under the name that it has in the swarm.

    `name` is one that is given in another way than with --name. Raises CommandError, for options that name what the
    stack does not have too, and Refused with all that is wrong with the stack.
    """
    found = _lowered(options, name if name is not None else options.name)
    from pystackdsl.swarm.planning import check

    try:
        check(found.desired, plan_options(options))
    except Exception as error:
        first = findings_in(error)[0]
        raise UsageError(first.summary, help=first.help) from None
    return found


def _lowered(options: argparse.Namespace, name: str | None) -> Prepared:
    """The stack that the arguments of `declare_stack` mean, under that name."""
    try:
        opened = sources.opened(options, "final")
    except Exception as error:
        raise Refused(findings_in(error)) from None
    full = named(name, opened)
    from pystackdsl.swarm.lower import lower

    try:
        desired = lower(opened.stack, full, environment=opened.environment or {})
    except Exception as error:
        raise Refused(opened.placed([*opened.warnings, *findings_in(error)])) from None
    from pystackdsl.compose import ignored

    # What is said of Docker's own command and its stack files is no matter here.
    unused = [finding for finding in ignored(opened.stack) if finding.summary.startswith("Swarm ")]
    return Prepared(opened, full, desired, [*opened.warnings, *desired.warnings, *unused])


def plan_options(options: argparse.Namespace) -> "Options":
    """What is asked of the plan. Raises UsageError for words that exclude each other."""
    from pystackdsl.swarm.compare import Options

    if options.prune and options.service:
        raise UsageError(
            "--prune removes what is not in the stack, and --service looks at one service of it",
            help="give one of them",
        )

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
    """The plan; with `settles` the Engine is asked about secrets that Docker made. Raises EngineError."""
    from pystackdsl.swarm import planning

    auth = options.with_registry_auth
    return planning.planned(found.desired, engine, plan_options(options), with_registry_auth=auth, settles=settles)


class Shown(NamedTuple):
    """A plan, and what is shown beside it: the files it was made from, and where in them resources stand."""

    plan: "Plan"
    source: tuple[str, ...]
    lines: "Mapping[KeyPath, str]"

    def text(self) -> str:
        """The plan for people, as wide as standard output."""
        import sys

        from pystackdsl.cli.terminal import is_coloured, width_of
        from pystackdsl.views.plan import render

        return render(
            self.plan,
            source=", ".join(self.source),
            lines=self.lines,
            width=width_of(sys.stdout),
            colour=is_coloured(sys.stdout),
        )

    def json(self) -> str:
        """The plan for programs."""
        import json

        from pystackdsl.swarm.planfile import as_data

        return json.dumps(as_data(self.plan, source=self.source, lines=self.lines), indent=1, ensure_ascii=False) + "\n"


def shown(plan: "Plan", found: Prepared) -> Shown:
    """A plan with the places of what it changes."""
    from pystackdsl.diagnostics import KeyPath

    paths = [KeyPath(change.kind, change.key) for change in plan.changes]
    lines: Mapping[KeyPath, str] = {}
    if paths:
        from pystackdsl.cli.places import lines_of

        lines = lines_of(found.opened, paths)
    return Shown(plan, found.source, lines)


def save(plan: Shown, file: str, options: argparse.Namespace) -> None:
    """Write a plan into a file that only its owner can read: environments are in it. Raises CommandError."""
    from pathlib import Path

    from pystackdsl.cli.outlet import refuse_same, write_all
    from pystackdsl.swarm.planfile import dump

    for source in plan.source:
        refuse_same(Path(file), source)
    for source in options.env_file:
        refuse_same(Path(file), source, "env file")

    words = {name: getattr(options, name) for name in _SOURCE}
    text = dump(plan.plan, source=plan.source, lines=plan.lines, words={**words, "folder": str(Path.cwd())})
    write_all({Path(file): text.encode()}, private=True)


_SOURCE: Final = ("file", "compose_file", "env_file", "set", "from_compose")
"""The options that say what a stack is read from."""


def saved(file: str, engine: "Engine", options: argparse.Namespace) -> Shown:
    """The plan in a file, if it still holds; where it has secrets, their content is read from its source once more.

    The source is the one that the plan was made from, unless `options` name another. Raises CommandError where the file
    cannot be read, or the plan no longer holds, Refused for a source that is wrong by now, and EngineError.
    """
    from pathlib import Path

    from pystackdsl.swarm.planfile import load
    from pystackdsl.swarm.writes import Stale

    others = ("name", "prune", "service", "force", "rerun", "replace_networks")
    asked = [name for name in others if getattr(options, name)]
    if options.resolve_image != DEFAULT_RESOLVE:
        asked.append("resolve_image")
    for name in asked:
        option = f"--{name.replace('_', '-')}"
        raise UsageError(f"{option} has no place beside --plan, which says all that is done", help="leave it out")
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        cure = "write one with `pystackdsl plan --out FILE`"
        raise CommandError(f"{file} cannot be read: {reason.lower()}", help=cure) from None
    try:
        kept = load(text, file)
    except Exception as error:
        first = findings_in(error)[0]
        raise CommandError(first.summary, help=first.help) from None
    if not kept.needs_source and any(getattr(options, name) for name in _SOURCE):
        raise UsageError(
            f"no stack has a place beside {file}, which says all that is done and has no secret to be read again",
            help="leave out the stack, and how it is read",
        )
    contents = _contents(kept, options) if kept.needs_source else {}
    try:
        plan = kept.plan(engine.read(kept.stack, kept.externals, kept.names), contents)
    except Stale as stale:
        raise StaleError(f"the plan in {file} no longer holds: {stale}", help="plan again") from None
    return Shown(plan, kept.source, kept.lines)


def _contents(kept: "Saved", options: argparse.Namespace) -> "Mapping[tuple[Kind, str], bytes]":
    """What is in the secrets of a plan's source by now."""
    import os
    from contextlib import chdir

    if options.file is not None or options.compose_file:
        return _lowered(options, kept.stack).desired.contents
    again = argparse.Namespace(**{name: kept.words[name] for name in _SOURCE})
    again.set = [tuple(each) for each in again.set]
    folder = kept.words["folder"]
    if sources.STANDARD_INPUT in (again.file, *again.compose_file) or not os.path.isdir(folder):  # noqa: PTH112
        raise CommandError(
            "the plan has secrets, and what it was made from cannot be read again", help="name the stack file, too"
        )
    with chdir(folder):
        return _lowered(again, kept.stack).desired.contents
