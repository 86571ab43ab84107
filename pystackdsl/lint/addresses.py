"""How many addresses a network has, and how many its services take.

A subnet keeps its first and last address and its gateway. Then each service with a virtual IP takes one, each task one,
and each node with a task on the network one for its load balancer: measured, and told by the Engine nowhere.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import NamedTuple

from pystackdsl.lint.inspection import Inspection
from pystackdsl.lint.placing import fitting
from pystackdsl.lint.tasks import is_global, is_job, order_of, parallelism_of, replicas_of
from pystackdsl.model.network import Network
from pystackdsl.model.service import Service
from pystackdsl.model.variable import OPEN

__all__ = ["Demand", "demands"]

_DEFAULT_PREFIX = 24
_KEPT = 3


class Demand(NamedTuple):
    """What a network can give and what is asked of it; `within` leads to the place that says the subnet."""

    key: str
    network: Network
    room: int
    needed: int
    spelled: str
    within: tuple[str | int, ...]


def demands(inspection: Inspection) -> Iterator[Demand]:
    """The demand of each network that the stack makes and whose size and services are known."""
    for key, members in inspection.members.items():
        network = inspection.stack.networks.get(key)
        if network is None or network.external not in (None, False):
            continue
        room, within = _room(network)
        if room is not None:
            services = [inspection.stack.services[each] for each in members]
            addresses, tasks = sum(map(_has_address, services)), sum(_tasks(each, inspection) for each in services)
            nodes = _nodes(services, inspection) if tasks else 0
            spelled = f"{addresses} for virtual IPs, {tasks} for tasks, {nodes} for the load balancer of each node"
            yield Demand(key, network, room, addresses + tasks + nodes, spelled, within)


def _room(network: Network) -> tuple[int | None, tuple[str | int, ...]]:
    """The addresses that a network can give away; None where that is not to be seen."""
    if network.driver not in (None, "", "overlay"):
        return None, ()
    configs = (network.ipam.config if network.ipam is not None else None) or ()
    if not configs:
        return (1 << 32 - _DEFAULT_PREFIX) - _KEPT, ()
    total = 0
    for config in configs:
        if config.subnet is None or OPEN in config.subnet:
            return None, ()
        try:
            total += max(IPv4Network(config.subnet, strict=False).num_addresses - _KEPT, 0)
        except ValueError:
            return None, ()
    return total, ("ipam", "config", 0, "subnet")


def _has_address(service: Service) -> bool:
    """Whether a service has a virtual IP."""
    return not is_job(service) and (service.deploy is None or service.deploy.endpoint_mode in (None, "vip"))


def _tasks(service: Service, inspection: Inspection) -> int:
    """How many tasks a service has at most at a time, as far as known: a start-first update has more for a while."""
    if is_global(service):
        return len(fitting(service, inspection.facts.nodes)) if inspection.facts is not None else 1
    replicas = replicas_of(service) or 0
    more = 0
    if replicas and order_of(service) == "start-first":
        at_a_time = parallelism_of(service)
        more = min(replicas, at_a_time or replicas) if at_a_time is not None else 0
    return replicas + more


def _nodes(services: list[Service], inspection: Inspection) -> int:
    """How many nodes have a load balancer on the network: one at least."""
    if inspection.facts is None:
        return 1
    fit = {node.id for service in services for node in fitting(service, inspection.facts.nodes) if node.is_ready}
    return max(1, min(len(fit), sum(_tasks(service, inspection) for service in services)))
