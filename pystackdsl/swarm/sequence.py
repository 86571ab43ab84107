"""In which order the changes of a plan are written.

Networks, secrets, configs, services, then removals backwards; but a service that gives a published port away is
written, or removed, before the one that takes it over, since the Engine gives a port to one at a time. Pure.
"""

from collections.abc import Iterator, Sequence

import attrs

from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import KINDS, Spec

__all__ = ["Sequenced", "Steps", "published_ports", "sequenced"]

Sequenced = Sequence[tuple[Sequence[Change], bool]]
"""Groups of changes, one after the other; those of a group may be written at the same time if its flag says so."""


@attrs.frozen(kw_only=True)
class Steps:
    """What is written, and `last` what is removed."""

    first: Sequenced
    last: Sequenced


def sequenced(plan: Plan, live: Live) -> Steps:
    """The changes of a plan in groups, sorted by key inside each."""
    changes = sorted(plan.changes, key=lambda change: change.key)
    removed = [change for change in changes if change.action == "remove"]
    made = [change for change in changes if change.action != "remove"]
    services = [change for change in made if change.kind == "services"]
    taken = {port for change in services for port in _ports(change.spec)}
    ahead = [change for change in removed if taken.intersection(_ports(_body(change, live)))]
    first: list[tuple[Sequence[Change], bool]] = [
        ([change for change in made if change.kind == kind], kind != "networks") for kind in KINDS[:-1]
    ]
    first += [(ahead, False), *((layer, True) for layer in _layers(services, live))]
    last = [
        ([change for change in _without(removed, ahead) if change.kind == kind], kind == "services")
        for kind in reversed(KINDS)
    ]
    return Steps(first=[each for each in first if each[0]], last=[each for each in last if each[0]])


def _layers(services: Sequence[Change], live: Live) -> Iterator[Sequence[Change]]:
    """The services in such groups that no port is taken before it is given away; two that swap ports stay together."""
    before = {change.name: _ports(_body(change, live)) for change in services}
    after = {change.name: _ports(change.spec) for change in services}
    rest = list(services)
    while rest:
        given = {port: change.name for change in rest for port in before[change.name] - after[change.name]}
        blocked = [
            change
            for change in rest
            if any(given.get(port, change.name) != change.name for port in after[change.name] - before[change.name])
        ]
        layer = _without(rest, blocked) or rest
        yield layer
        rest = _without(rest, layer)


def _without(changes: Sequence[Change], others: Sequence[Change]) -> list[Change]:
    """The changes that are none of the others; to compare their bodies would take long."""
    names = {(change.kind, change.name) for change in others}
    return [change for change in changes if (change.kind, change.name) not in names] if names else list(changes)


def _body(change: Change, live: Live) -> Spec | None:
    raw = live.services.get(change.name) if change.kind == "services" else None
    return raw["Spec"] if raw else None


def _ports(spec: Spec | None) -> set[tuple[str, int]]:
    """The ports that the body of a service publishes, in either way."""
    return {port for port, _ in published_ports(spec)}


def published_ports(spec: Spec | None) -> Iterator[tuple[tuple[str, int], bool]]:
    """The ports that the body of a service publishes, each with whether it does so on every node."""
    for port in ((spec or {}).get("EndpointSpec") or {}).get("Ports") or ():
        if port.get("PublishedPort"):
            yield (port.get("Protocol") or "tcp", port["PublishedPort"]), port.get("PublishMode") != "host"
