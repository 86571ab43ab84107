"""From a stack and an engine to a plan: reads the swarm, asks registries, compares.

Called by the verbs and by `swarm.plan`. What is done here is reading, but for one question that only the Engine can
answer, which is put as a write that cannot succeed: whether a secret that `docker stack` made holds a content.
"""

import os
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from pystackdsl.diagnostics import Diagnostic, InvalidStack, nearest
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options, compare
from pystackdsl.swarm.errors import EngineError, Refused
from pystackdsl.swarm.externals import missing
from pystackdsl.swarm.halted import halted
from pystackdsl.swarm.images import Resolved, looked_up, resolved, wanted
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.needs import unsupported
from pystackdsl.swarm.neighbours import held_elsewhere
from pystackdsl.swarm.precheck import obstacles
from pystackdsl.swarm.specs import KINDS, Kind, Raw, Specs

if TYPE_CHECKING:
    from pystackdsl.model.stack import Stack
    from pystackdsl.swarm.engine import Engine

__all__ = ["check", "plan", "planned"]


def plan(
    stack: "Stack",
    engine: "Engine",
    *,
    name: str | None = None,
    options: Options | None = None,
    environment: Mapping[str, str] | None = None,
    with_registry_auth: bool = False,
    settles: bool = False,
) -> Plan:
    """What an apply of the stack would write, and what that would do to its tasks. Nothing is written.

    `name` is the stack's name in the swarm, by default its own. `environment` is the deployer's shell, by default this
    process's: it gives the values of variables that a service's environment leaves empty. With `with_registry_auth`
    registries are asked with the credentials that the Docker CLI has for them. With `settles` the Engine is asked about
    secrets that `docker stack` made, whose content nobody can read: otherwise they are taken to be unchanged, and the
    plan's `unknown` names them.

    Raises InvalidStack with all that is wrong with the stack, and EngineError where the swarm does not answer.
    """
    desired = lower(stack, name or stack.name or "", environment=os.environ if environment is None else environment)
    return planned(desired, engine, options or Options(), with_registry_auth=with_registry_auth, settles=settles)


def planned(
    desired: Specs, engine: "Engine", options: Options, *, with_registry_auth: bool = False, settles: bool = False
) -> Plan:
    """The plan for what a stack asks of the Engine; the arguments are those of `plan`."""
    check(desired, options)
    names: list[tuple[Kind, str]] = [(kind, spec["Name"]) for kind in KINDS for spec in desired.of(kind).values()]
    live = engine.read(desired.stack, desired.externals, names)

    def look_up(image: str) -> Resolved:
        auth = engine.credentials(image) if with_registry_auth else None
        answer = engine.digest(image, auth=auth)
        return resolved(image, answer.digest, answer.platforms)

    answers = looked_up(wanted(desired, live, options.resolve_image, options.services), look_up)
    found = compare(desired, live, options, answers)
    if settles and found.unknown:
        told = settled(engine, desired, live, found.unknown)
        found = compare(desired, live, attrs.evolve(options, settled=told), answers)
    too_new = unsupported(desired.source, live.swarm.api) if desired.source is not None and found.changes else []
    known = (*obstacles(found, live), *missing(found, live, engine), *held_elsewhere(found, live, engine))

    def up_to_date(services: Sequence[str]) -> list[Raw]:
        return engine.list("tasks", {"service": services, "_up-to-date": ["true"]})

    stuck = halted(found, live, options.services, up_to_date)
    return attrs.evolve(found, notes=(*known, *found.notes, *stuck, *too_new))


def settled(engine: "Engine", desired: Specs, live: Live, keys: Collection[str]) -> dict[str, bool]:
    """Whether live secrets hold what the stack has for them, by key.

    The Engine never gives the content of a secret back, but refuses to change it: it compares first, and looks at the
    version of the object after that. So a write with a version that no object has tells, and changes nothing.
    """
    told = {}
    for key in keys:
        raw = live.secrets[desired.secrets[key]["Name"]]
        content = b64encode(desired.contents["secrets", key]).decode()
        body = {**raw["Spec"], "Data": content}
        try:
            engine.update("secrets", raw["ID"], 0, body)
        except Refused as error:
            if not error.is_outdated and "only updates to Labels" not in error.summary:
                raise
            told[key] = error.is_outdated
        else:
            raise EngineError(f"the Engine took a write of secret {raw['Spec']['Name']} with a version it never had")
    return told


def check(desired: Specs, options: Options) -> None:
    """Raise InvalidStack for options that name services which the stack does not have, or that are no jobs."""
    found = []
    for option, keys in (("--force", options.force), ("--rerun", options.rerun), ("--service", options.services or ())):
        for key in sorted(keys):
            if key not in desired.services:
                guess = nearest(key, desired.services)
                help = f"did you mean {guess}?" if guess else f"it has {', '.join(sorted(desired.services))}"
                found.append(Diagnostic(summary=f"{option} {key}: the stack has no service {key}", help=help))
            elif options.services and key not in options.services:
                summary = f"{option} {key}: --service limits this to {', '.join(sorted(options.services))}"
                found.append(Diagnostic(summary=summary, help=f"add --service {key}, or leave --service out"))
            elif option == "--rerun" and not {"ReplicatedJob", "GlobalJob"}.intersection(desired.services[key]["Mode"]):
                found.append(
                    Diagnostic(
                        summary=f"--rerun {key}: service {key} is no job",
                        help=f"--force {key} replaces the tasks of a service",
                    )
                )
    if found:
        raise InvalidStack(found)
