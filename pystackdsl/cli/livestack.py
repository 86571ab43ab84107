"""A stack that runs in a swarm, written as Python: the second half of `pystackdsl import`.

The name of a stack comes in; its objects are read once and become a Stack, whose source goes out. The proof is the plan
of the new file: it has no changes, or what it would change is told.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pystackdsl.cli import exits
from pystackdsl.cli.failure import CommandError, findings_in
from pystackdsl.cli.target import connected
from pystackdsl.cli.terminal import emit, report, say
from pystackdsl.swarm.masking import MASK, masked, setting

if TYPE_CHECKING:
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.lift import LiftedStack

__all__ = ["imported", "run"]


class Imported(NamedTuple):
    """The source of a running stack, what was read, and the plan of that source."""

    text: str
    lifted: "LiftedStack"
    plan: "Plan"


def run(options: argparse.Namespace, target: Path | None) -> int:
    """Write the stack that `--live` names, and tell the exit code."""
    with connected(options) as engine:
        try:
            found = imported(options.live, engine, target.parent if target else Path())
        except CommandError:
            raise
        except ValueError as error:
            report(findings_in(error), "nothing written")
            return exits.FAILED
    if target is None:
        emit(found.text)
    else:
        from pystackdsl.cli.outlet import write_all

        write_all({target: found.text.encode()})
    return _told(found, options.live, target)


def imported(name: str, engine: "Engine", folder: Path) -> Imported:
    """The source of a running stack, to lie in a folder. Raises CommandError where the swarm has none of that name."""
    from pystackdsl.python import load
    from pystackdsl.python.writer import write
    from pystackdsl.swarm.compare import Options
    from pystackdsl.swarm.lift import lift_stack
    from pystackdsl.swarm.lower import lower
    from pystackdsl.swarm.planning import planned

    live = engine.read(name)
    if live.is_empty:
        raise CommandError(
            f"the swarm at {engine.where} has no stack {name}", help="`pystackdsl ls` lists those that it has"
        )
    lifted = lift_stack(live)
    text = write(lifted.stack, title=f"Imported from the running stack {name}.")
    desired = lower(load(text, environment={}, base=folder), name, environment={})
    return Imported(text, lifted, planned(desired, engine, Options(resolve_image="never")))


def _told(found: Imported, name: str, target: Path | None) -> int:
    """Tell what was written and what is to be known of it, and the exit code."""
    from pystackdsl.cli.counting import counted
    from pystackdsl.views.cells import legible

    is_same = found.plan.is_empty
    notes = list(_notes(found))
    if target:
        same = [f"a plan of it has no changes: it is what runs as {name}"] if is_same else []
        notes = [f"{target} written: {counted(found.lifted.stack)}", *(f"  {note}" for note in [*same, *notes])]
    say("".join(f"{legible(note)}\n" for note in notes))
    if is_same:
        return exits.DONE
    import sys

    from pystackdsl.cli.terminal import is_coloured, width_of
    from pystackdsl.views.plan import render

    what = str(target or "what is printed")
    say(render(found.plan, source=what, width=width_of(sys.stderr), colour=is_coloured(sys.stderr)))
    raise CommandError(
        f"{what} says not quite what runs: applied as it is, it would change the stack",
        help="see the plan above; change the file by hand, and please report it",
    )


def _notes(found: Imported) -> Iterator[str]:
    """What is to be known of the new file."""
    stack = found.lifted.stack
    external = [key for key, secret in stack.secrets.items() if secret.external is True]
    if external:
        yield f"external, since nobody can read what is in them: {_listed('secret', external)}"
    elsewhere = [key for key, network in stack.networks.items() if network.external is True]
    if elsewhere:
        yield f"not made by this stack: {_listed('network', elsewhere)}"
    secret = sorted({name for service in stack.services.values() for name in _secret_names(service.environment or {})})
    if secret:
        yield f"look secret and stand in the file as they are: {', '.join(secret)}"
    for (kind, key), left in found.lifted.left.items():
        for path, value in left.items():
            shown = setting(path, value)
            yield f"{kind[:-1]} {key}: no key says {path}, which is {shown!r} there; a change of it resets that"


def _listed(noun: str, keys: list[str]) -> str:
    return f"{noun}{'s' if len(keys) > 1 else ''} {', '.join(keys)}"


def _secret_names(environment: "dict[str, str | None]") -> Iterator[str]:
    """The variables that have a value which looks secret."""
    return (name for name, value in environment.items() if value and masked(name, value) == MASK)
