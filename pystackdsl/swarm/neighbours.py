"""What services outside the stack have that a plan would take: published ports, and networks that are made anew.

A plan and an engine come in, why the plan cannot be carried out goes out. Called by `planning`, and by `rollout` for a
plan that was made before. The swarm's services are listed only where the plan takes something that others may have.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.converge import state_of
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.sequence import published_ports
from pystackdsl.swarm.specs import NAMESPACE, Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["held_elsewhere"]

Published = tuple[tuple[str, int], bool]
"""A protocol and a port, and whether all nodes publish it."""


def held_elsewhere(plan: Plan, live: Live, engine: "Engine") -> tuple[Diagnostic, ...]:
    """What other stacks, and services of no stack, have that the plan needs."""
    ports = {each: change for change in plan.changes for each in _taken(change, live)}
    networks = {
        change.id: change for change in plan.changes if change.kind == "networks" and change.action == "replace"
    }
    if not ports and not networks:
        return ()
    others = [raw for raw in engine.list("services") if _owner(raw) != plan.stack]
    others.sort(key=lambda raw: str(raw["Spec"]["Name"]))
    return (*_ports(ports, others), *_networks(networks, others), *_containers(networks, engine))


def _taken(change: Change, live: Live) -> Iterator[Published]:
    """The ports that a change publishes, and that were not published in this way before."""
    if change.kind == "services" and change.action != "remove":
        before = live.services.get(change.name)
        held = set(published_ports(before["Spec"])) if before else set()
        yield from (each for each in published_ports(change.spec) if each not in held)


def _ports(ports: Mapping[Published, Change], others: list[Raw]) -> Iterator[Diagnostic]:
    """Two services may have a port of the nodes both, if neither has it on every node."""
    for other in others:
        held = dict(published_ports({"EndpointSpec": other.get("Endpoint") or {}}))
        for (port, is_ingress), change in ports.items():
            if port in held and (is_ingress or held[port]):
                protocol, number = port
                yield Diagnostic(
                    summary=f"service {change.key} publishes port {number}/{protocol}, which {_named(other)} has",
                    help="publish another port, or remove that service",
                )


def _networks(networks: dict[str | None, Change], others: list[Raw]) -> Iterator[Diagnostic]:
    for other in others:
        for each in other["Spec"]["TaskTemplate"].get("Networks") or ():
            change = networks.get(each["Target"])
            if change is not None:
                yield Diagnostic(
                    summary=f"network {change.key} cannot be made anew: {_named(other)} uses it",
                    help=f"take it off first: docker service update --network-rm {change.name} {other['Spec']['Name']}",
                )


def _containers(networks: Mapping[str | None, Change], engine: "Engine") -> Iterator[Diagnostic]:
    """Containers that `docker run` put on networks which are to be made anew: each has a task that is of no service."""
    tasks = engine.list("tasks", {"runtime": ["attachment"]}) if networks else ()
    for task in tasks:
        container = str((task["Spec"].get("NetworkAttachmentSpec") or {}).get("ContainerID", ""))[:12]
        for each in task["Spec"].get("Networks") or ():
            change = networks.get(each["Target"])
            if change is not None and state_of(task) == "running":
                found = engine.inspect("nodes", task.get("NodeID", ""))
                node = ((found or {}).get("Description") or {}).get("Hostname") or task.get("NodeID", "")
                yield Diagnostic(
                    summary=f"network {change.key} cannot be made anew: container {container} on node {node} is on it",
                    help=f"take it off first, there: docker network disconnect {change.name} {container}",
                )


def _named(raw: Raw) -> str:
    owner = _owner(raw)
    return f"service {raw['Spec']['Name']} of " + (f"stack {owner}" if owner else "no stack")


def _owner(raw: Raw) -> str:
    return str((raw["Spec"].get("Labels") or {}).get(NAMESPACE, ""))
