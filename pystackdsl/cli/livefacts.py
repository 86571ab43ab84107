"""What a swarm is, as rules may ask it: an inventory comes in, the `Facts` for one stack go out.

Called by `check --live`, for stacks that run and for files. What rules ask nothing about is not listed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pystackdsl.lint.facts import Facts, NodeFacts
from pystackdsl.model.stack import Stack
from pystackdsl.swarm.inventory import Inventory, owner
from pystackdsl.swarm.specs import Raw

__all__ = ["facts_for"]

Port = tuple[int, str]


def facts_for(stack: Stack, name: str, inventory: Inventory, *, runs: bool = False) -> Facts:
    """The facts for a stack that has that name in the swarm, or would have it; `runs` says that it is what runs there.
    Raises EngineError.
    """
    others = [raw for raw in inventory.of("services") if owner("services", raw) != name]
    networks = inventory.of("networks")
    return Facts(
        stack=name,
        nodes=tuple(map(_node, inventory.of("nodes"))),
        ports=_ports(others, "ingress"),
        host_ports=_ports(others, "host"),
        subnets={raw["Name"]: tuple(_subnets(raw)) for raw in networks if owner("networks", raw) != name},
        networks=frozenset(raw["Name"] for raw in networks),
        secrets=_names(stack.secrets, "secrets", inventory),
        configs=_names(stack.configs, "configs", inventory),
        without_addresses=frozenset(
            raw["Name"] for raw in networks if runs and not raw.get("Driver") and owner("networks", raw) == name
        ),
    )


def _node(raw: Raw) -> NodeFacts:
    spec, status, said = raw.get("Spec") or {}, raw.get("Status") or {}, raw.get("Description") or {}
    platform, resources = said.get("Platform") or {}, said.get("Resources") or {}
    return NodeFacts(
        id=raw["ID"],
        hostname=said.get("Hostname", ""),
        role=spec.get("Role", "worker"),
        ip=status.get("Addr", ""),
        os=platform.get("OS", ""),
        arch=platform.get("Architecture", ""),
        labels=spec.get("Labels") or {},
        engine_labels=(said.get("Engine") or {}).get("Labels") or {},
        cpus=resources.get("NanoCPUs", 0),
        memory=resources.get("MemoryBytes", 0),
        is_ready=status.get("State", "ready") == "ready" and spec.get("Availability", "active") == "active",
    )


def _ports(services: Sequence[Raw], mode: str) -> dict[Port, str]:
    """The ports that services have in a mode, each with the name of the service."""
    return {
        (port["PublishedPort"], port.get("Protocol") or "tcp"): raw["Spec"]["Name"]
        for raw in services
        for port in _published(raw)
        if port.get("PublishedPort") and (port.get("PublishMode") or "ingress") == mode
    }


def _published(service: Raw) -> Iterator[Raw]:
    """The ports that it asks for, and those that the swarm chose for it."""
    yield from (service["Spec"].get("EndpointSpec") or {}).get("Ports") or ()
    yield from (service.get("Endpoint") or {}).get("Ports") or ()


def _subnets(network: Raw) -> Iterator[str]:
    return (pool["Subnet"] for pool in (network.get("IPAM") or {}).get("Config") or () if pool.get("Subnet"))


def _names(held: Mapping[str, object], kind: Literal["secrets", "configs"], inventory: Inventory) -> frozenset[str]:
    """The names of all objects of a kind, where the stack has one that somebody else makes."""
    if not any(getattr(each, "external", None) is True for each in held.values()):
        return frozenset()
    return frozenset(raw["Spec"]["Name"] for raw in inventory.of(kind))
