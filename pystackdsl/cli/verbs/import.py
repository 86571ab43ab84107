"""`pystackdsl import`: stack YAML, or a running stack, written as Python and proved to say the same.

The files are read and merged with their variables left open, made ready for Python, written, and loaded again: what
the new file builds has to be what the old ones build. A running stack is the matter of `cli.livestack`.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pystackdsl.cli import exits, sources
from pystackdsl.cli.failure import CommandError, UsageError, findings_in
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.target import declare_target
from pystackdsl.cli.terminal import emit, report, say

if TYPE_CHECKING:
    from pystackdsl.cli.proof import Proof
    from pystackdsl.compose.front import Loaded
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

GROUP: Final = "author"
SUMMARY: Final = "write stack YAML, or a running stack, as a stack file in Python"
USAGE: Final = "FILE... | --live STACK [OPTION...]"
ABOUT: Final = """\
Write stack YAML as Python: to standard output, or to a file. Several files are merged, as Docker
merges them. Names, variables, comments on lines of their own and blocks that several services share
are kept. The result is read again, and it is an error if it does not build the same stack.

With --live, write a stack that runs in a swarm, whoever deployed it. Its secrets become external,
since nobody can read them. A plan of the result has no changes, or it is told what differs."""
EXAMPLE: Final = """\
pystackdsl import docker-stack.yml -o stack.py
pystackdsl import docker-stack.yml production.yml --env-file production.env
cat docker-stack.yml | pystackdsl import -
pystackdsl import --live shop -o stack.py"""
EXITS: Final = (exits.DONE, exits.FAILED)


def declare(parser: Parser) -> None:
    """Declare the arguments."""
    group = parser.add_argument_group("what is read")
    add = group.add_argument
    add("files", nargs="*", metavar="FILE", help="stack YAML; `-` is standard input; several are merged in their order")
    add(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="values for variables that cannot stay open, since they decide more than a value; repeat it for more",
    )
    sources.declare_dialect(group)
    add("--live", metavar="STACK", help="in place of files: the stack of this name, as it runs in a swarm")
    declare_target(parser)
    add = parser.add_argument_group("what is written").add_argument
    add("-o", "--output", metavar="FILE", help="write FILE, whole or not at all; relative paths are seen from there")
    add("--force", action="store_true", help="write FILE even where it is there already")


class Imported(NamedTuple):
    """The new text, how it compares with the old ones, the values of the variables that are not open in it, and the
    extension fields whose anchors it needs no more.
    """

    text: str
    proof: "Proof"
    resolved: Mapping[str, str]
    bare: Sequence[str]


def run(options: argparse.Namespace) -> int:
    """Import, and tell the exit code."""
    if options.live is None and not options.files:
        raise UsageError("import needs a file", expected="FILE..., or --live STACK for a stack that runs in a swarm")
    target = _target(options)
    if options.live is not None:
        return _live(options, target)
    from pystackdsl.cli.composed import environment_of, loaded_texts, places_in

    try:
        environment, warnings = environment_of(options.env_file)
        loaded = loaded_texts(options.files, environment, "open", from_compose=options.from_compose)
    except Exception as error:
        return _refused(findings_in(error))
    if not any(loaded.stack.resources()):
        raise CommandError(f"{' and '.join(options.files)} has no services, and nothing else to write in Python")
    placed = places_in(loaded.documents)
    try:
        imported = _imported(options, loaded, environment, target.parent if target else None)
    except Exception as error:
        return _refused(placed(findings_in(error)))
    if [*warnings, *loaded.warnings]:
        report([*warnings, *loaded.warnings])
    if target is None:
        emit(imported.text)
    else:
        from pystackdsl.cli.outlet import write_all

        write_all({target: imported.text.encode()})
    return _told(imported, loaded.stack, target)


def _live(options: argparse.Namespace, target: Path | None) -> int:
    """Import a stack that runs in a swarm."""
    if options.files or options.env_file or options.from_compose:
        raise UsageError("--live reads a swarm and no files", help="leave out the files and what is said of them")
    from pystackdsl.cli import livestack

    return livestack.run(options, target)


def _target(options: argparse.Namespace) -> Path | None:
    """The file to write, None for standard output. Raises CommandError where it must not be written."""
    for file in options.files:
        if file.endswith(".py"):
            raise UsageError(f"{file} is Python already", expected="stack YAML, such as docker-stack.yml")
    if options.output in {None, "-"}:
        return None
    target = Path(options.output)
    from pystackdsl.cli.outlet import refuse_same

    for file in options.files:
        refuse_same(target, file)
    for file in options.env_file:
        refuse_same(target, file, "env file")
    if not options.force and (target.exists() or target.is_symlink()) and (target.is_file() or not target.exists()):
        raise CommandError(f"{target} is there already", help="name another file, or overwrite it with --force")
    return target


def _imported(
    options: argparse.Namespace, loaded: "Loaded", environment: Mapping[str, str], folder: Path | None
) -> Imported:
    """The stack as Python, and the proof of it. Raises InvalidStack for what a deploy would refuse."""
    from pystackdsl import compose
    from pystackdsl.cli.composed import merged_notes
    from pystackdsl.cli.proof import compared, compared_with_values
    from pystackdsl.compose.anchors import anchored
    from pystackdsl.compose.assets import secret_faults
    from pystackdsl.compose.paths import rebased
    from pystackdsl.diagnostics import InvalidStack, Severity
    from pystackdsl.python.fitting import fitted
    from pystackdsl.python.writer import write

    errors = [each for each in compose.findings(loaded.stack) if each.severity is Severity.ERROR]
    errors += secret_faults(loaded.stack)
    if errors:
        raise InvalidStack(errors)
    is_one = len(loaded.documents) == 1
    blocks = anchored(loaded.documents[0], loaded.stack, environment) if is_one else {}
    rebase = rebased(loaded.stack.base, folder)
    fit = fitted(loaded.stack, environment, rebase, blocks)
    notes = merged_notes(loaded.documents)
    text = write(_with_usual_version(fit.stack), notes, title=_title(options.files), anchored=fit.anchored)
    resolved = {**loaded.resolved, **fit.resolved}
    bare = dict.fromkeys(str(path[0]) for path in notes.shared if path and path[0] in (loaded.stack.x or {}))
    proof = compared(loaded.stack, text, folder, environment, resolved)
    if loaded.variables and is_one and rebase is None and not options.from_compose:  # else more than values is settled
        told = compared_with_values(loaded.documents[0], text, folder, environment)
        proof = proof._replace(differences=proof.differences or told)
    return Imported(text, proof, resolved, tuple(bare))


def _with_usual_version(stack: "Stack") -> "Stack":
    """The stack without its version, where `build` would choose the same."""
    import attrs

    from pystackdsl.compose.survey import required_schema

    bare = attrs.evolve(stack, version=None)
    return bare if stack.version == f"3.{required_schema(bare, None)}" else stack


def _title(files: Sequence[str]) -> str:
    """What the new file says of itself."""
    names = ["standard input" if file == "-" else Path(file).name for file in files]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"Imported from {listed}."


def _told(imported: Imported, stack: "Stack", target: Path | None) -> int:
    """Tell what was written and what is to be known of it, and the exit code."""
    from pystackdsl.cli.counting import counted
    from pystackdsl.views.cells import legible

    notes = list(_notes(imported, stack))
    if target:
        same = ["docker stack reads both the same"] if not imported.proof.differences else []
        notes = [f"{target} written: {counted(stack)}", *(f"  {note}" for note in [*same, *notes])]
    say("".join(f"{legible(note)}\n" for note in notes))
    if not imported.proof.differences:
        return exits.DONE
    raise CommandError(
        f"{target or 'what is printed'} does not build the same stack",
        expected="\n".join(["what the YAML says, and what the new file says:", *imported.proof.differences]),
        help="change it by hand there, and please report it",
    )


def _notes(imported: Imported, stack: "Stack") -> Iterator[str]:
    """What is to be known of the new file."""
    from pystackdsl.model.secrecy import shown

    ignored = [f"{name} ({', '.join(services)})" for name, services in _ignored(stack).items()]
    if ignored:
        yield f"kept though Swarm ignores {'it' if len(ignored) == 1 else 'them'}: {', '.join(ignored)}"
    for name, value in imported.resolved.items():
        yield f'not left open, since it decides more than a value: {name}, which is "{shown(name, value)}" here'
    if imported.bare:
        yield f"kept though they only hold what others share: {', '.join(imported.bare)}"
    if imported.proof.dates:
        yield f"dates that are texts now: {', '.join(imported.proof.dates)}"


def _ignored(stack: "Stack") -> dict[str, list[str]]:
    """The keys that Swarm ignores, with the services that have them."""
    from pystackdsl.model.key import keys_of
    from pystackdsl.model.service import Service

    found = {}
    ignored = [(field, key.name) for field, (key, _) in keys_of(Service).items() if key.instead and key.api is None]
    for field, name in ignored:
        users = [each for each, service in stack.services.items() if getattr(service, field) is not None]
        if users:
            found[name] = users
    return found


def _refused(findings: "Sequence[Diagnostic]") -> int:
    report(findings, "nothing written")
    return exits.FAILED
