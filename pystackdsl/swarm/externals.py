"""External objects that a plan needs and that are not there, or are there and of no use to services.

A plan and what the swarm has come in; findings go out. Called by `planning` and `rollout`. The Engine is asked for a
network by itself only where the swarm has none of its name: one node may have it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.precheck import PREDEFINED
from pystackdsl.swarm.specs import External
from pystackdsl.swarm.writes import NOUNS

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["missing"]


def missing(plan: Plan, live: Live, engine: "Engine") -> tuple[Diagnostic, ...]:
    """What is wrong with the external objects that services need which the plan writes."""
    written = {change.key for change in plan.changes if change.kind == "services"}
    return tuple(_told(each, engine) for each in _absent(plan, live) if written.intersection(each.users))


def _absent(plan: Plan, live: Live) -> Iterator[External]:
    """The external objects that the swarm does not have, and the plan does not make."""
    made = {(change.kind, change.name) for change in plan.changes if change.action != "remove"}
    for each in plan.desired.externals if plan.desired else ():
        place = each.kind, each.name
        of_nodes = each.kind == "networks" and (each.name in PREDEFINED or each.name.startswith("container:"))
        if not of_nodes and place not in made and place not in live.outside and each.name not in live.of(each.kind):
            yield each


def _told(each: External, engine: "Engine") -> Diagnostic:
    found = engine.inspect("networks", each.name) if each.kind == "networks" else None
    if found is not None and found.get("Scope") == "local":
        return Diagnostic(
            summary=f"external network {each.name} is of scope local, and services need one of scope swarm",
            help="name another, such as `docker network create --driver overlay --attachable NAME` makes",
        )
    noun = NOUNS[each.kind]
    command = "network create --driver overlay" if each.kind == "networks" else f"{noun} create"
    file = "" if each.kind == "networks" else " FILE"
    return Diagnostic(
        summary=f"external {noun} {each.name} does not exist in the swarm",
        help=f"make it with `docker {command} {each.name}{file}`, or declare it without external",
    )
