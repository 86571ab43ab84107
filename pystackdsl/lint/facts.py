"""What is known of the swarm that a stack is for, as values that live rules ask: its nodes, and what others hold there.

The command line fills a `Facts` from an engine; rules get it with the Inspection, or None where no swarm was asked.
"""

from collections.abc import Mapping

import attrs

__all__ = ["Facts", "NodeFacts"]


@attrs.frozen(kw_only=True)
class NodeFacts:
    """One node: what constraints and platforms are compared with, and how much of it tasks may reserve.

    `cpus` are in 10⁻⁹ CPU and `memory` in bytes, as the Engine tells them. `is_ready` says that it takes tasks.
    """

    id: str
    hostname: str
    role: str
    ip: str = ""
    os: str = "linux"
    arch: str = "x86_64"
    labels: Mapping[str, str] = attrs.field(factory=dict)
    engine_labels: Mapping[str, str] = attrs.field(factory=dict)
    cpus: int = 0
    memory: int = 0
    is_ready: bool = True


@attrs.frozen(kw_only=True)
class Facts:
    """A swarm, as far as it matters to a stack that is to run there.

    `stack` is the name that the stack has there, or would have. Everything but the nodes is what others hold: `ports`
    gives the service that has a port of the swarm, by number and protocol, and `host_ports` one that has it on nodes;
    `subnets` are the address ranges of networks by their full names; `networks`, `secrets` and `configs` the full names
    of all that is there. `without_addresses` are networks of the stack itself, as it runs, that have no addresses yet.
    """

    stack: str
    nodes: tuple[NodeFacts, ...]
    ports: Mapping[tuple[int, str], str] = attrs.field(factory=dict)
    host_ports: Mapping[tuple[int, str], str] = attrs.field(factory=dict)
    subnets: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    networks: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    configs: frozenset[str] = frozenset()
    without_addresses: frozenset[str] = frozenset()
