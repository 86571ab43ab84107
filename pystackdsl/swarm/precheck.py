"""What can be known to fail before anything is written.

A plan and what the swarm has now come in; why the plan cannot be carried out goes out, all of it at once. Called by
`rollout`, which writes nothing where anything is said here.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import NAMESPACE, Kind, Raw
from pystackdsl.swarm.writes import NOUNS

__all__ = ["obstacles", "outdated", "references"]

PREDEFINED: Final = frozenset({"host", "bridge", "none", "default", "ingress"})
"""Networks that every node has of its own, so that no manager lists them for the swarm."""


def outdated(plan: Plan, live: Live) -> tuple[str, ...]:
    """What has changed in the swarm since the plan was made, in words; nothing where the plan still holds."""
    return tuple(sentence for change in plan.changes for sentence in _outdated(change, plan, live))


def obstacles(plan: Plan, live: Live) -> tuple[Diagnostic, ...]:
    """Why some write of the plan would fail, as far as that can be known."""
    found = [*_clashes(plan, live), *_loose(plan, live), *_empty(plan)]
    return tuple({each.summary: each for each in found}.values())


def _outdated(change: Change, plan: Plan, live: Live) -> Iterator[str]:
    noun = f"{NOUNS[change.kind]} {change.name}"
    now = live.of(change.kind).get(change.name)
    if change.id is None:
        if now is not None:
            yield f"{noun} exists now"
        return
    if now is None or (now.get("ID") or now.get("Id")) != change.id:
        if change.action != "remove" or now is not None:
            yield f"{noun} is gone" if now is None else f"{noun} has been made anew"
        return
    if change.version is not None and now["Version"]["Index"] != change.version:
        before = plan.live.of(change.kind).get(change.name) if plan.live else None
        if before is None or before["Spec"] != now["Spec"]:
            yield f"{noun} has been changed"


def _clashes(plan: Plan, live: Live) -> Iterator[Diagnostic]:
    """Names that objects of others have already."""
    for change in plan.changes:
        other = live.outside.get((change.kind, change.name))
        if change.id is None and change.action != "remove" and other is not None:
            owner = _labels(other).get(NAMESPACE)
            if owner == plan.stack:  # somebody makes it right now: the write will see whether it is the same
                continue
            yield Diagnostic(
                summary=f"{NOUNS[change.kind]} {change.name} exists, and belongs to "
                + (f"stack {owner}" if owner else "no stack"),
                help="give it another name, "
                + ("or" if change.kind == "services" else "declare it as external, or")
                + " remove the other",
            )


def _loose(plan: Plan, live: Live) -> Iterator[Diagnostic]:
    """What services refer to and nobody has or makes; of what is external, `externals` tells."""
    made = {(change.kind, change.name) for change in plan.changes if change.action != "remove"}
    made |= {(each.kind, each.name) for each in (plan.desired.externals if plan.desired else ())}
    for change in plan.changes:
        if change.kind != "services" or change.spec is None:
            continue
        for kind, name in references(change.spec):
            there = (kind, name) in made or (kind, name) in live.outside or name in live.of(kind)
            known = kind == "networks" and (name in PREDEFINED or name in live.names or name in live.names.values())
            if not there and not known:
                yield Diagnostic(
                    summary=f"service {change.key} uses {NOUNS[kind]} {name}, which does not exist in the swarm",
                    help="make it anew, or apply the former stack" if change.is_return else "plan again",
                )


def references(spec: Raw) -> Iterator[tuple[Kind, str]]:
    """The networks, secrets and configs that the body of a service names."""
    template = spec["TaskTemplate"]
    container = template.get("ContainerSpec") or {}
    for each in template.get("Networks") or ():
        yield "networks", each["Target"]
    for each in container.get("Secrets") or ():
        yield "secrets", each["SecretName"]
    for each in container.get("Configs") or ():
        yield "configs", each["ConfigName"]


def _empty(plan: Plan) -> Iterator[Diagnostic]:
    """Secrets and configs that shall be made with content that is not at hand."""
    contents = plan.desired.contents if plan.desired else {}
    for change in plan.changes:
        if change.with_content and change.action != "remove" and (change.kind, change.key) not in contents:
            driver = (change.spec or {}).get("Driver")
            if not driver:
                yield Diagnostic(summary=f"the content of {NOUNS[change.kind]} {change.key} is not at hand")


def _labels(raw: Raw) -> dict[str, str]:
    return (raw.get("Labels") or (raw.get("Spec") or {}).get("Labels")) or {}
