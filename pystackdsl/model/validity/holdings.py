"""What a stack holds, by identity: the answer to "under which key?" for every reference, and what is used."""

from collections.abc import Mapping

from pystackdsl.model.names import KINDS
from pystackdsl.model.network import default_network
from pystackdsl.model.ports import Port
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.validity.finding import Findings
from pystackdsl.model.value import Resource

__all__ = ["Claim", "Held", "ancestors"]

Claim = tuple[str, Service, int, Port]
"""Who publishes a port: the service's key, the service, and the index of the port in its list."""


class Held:
    """The resources of one stack by identity, for the checks of its services.

    `services` … `configs` give the key of a resource by its `id`. `used` collects the keys of the networks that
    services join; `special` are the external networks with a meaning of their own, by id: `host`, `none`, …
    `claims` are the ports that services publish. What is found goes to `found`.
    """

    __slots__ = (
        "claims",
        "configs",
        "found",
        "networks",
        "secrets",
        "services",
        "special",
        "stack",
        "tokens",
        "told",
        "used",
        "volumes",
    )

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.found = Findings()
        self.claims: dict[tuple[int, str], Claim] = {}
        self.told: set[tuple[str, int, str, int]] = set()
        self.tokens: frozenset[str] | None = None
        self.services, self.networks, self.volumes, self.secrets, self.configs = (
            {id(resource): key for key, resource in getattr(stack, kind).items()} for kind in KINDS
        )
        self.networks.setdefault(id(default_network), "default")
        self.used: set[str] = set()
        self.special = {
            id(network): network.name or key
            for key, network in stack.networks.items()
            if network.external is True and (network.name or key) in SPECIAL
        }

    def keys(self, kind: str) -> Mapping[int, str]:
        """The keys of one kind of resource by identity."""
        found: Mapping[int, str] = getattr(self, kind)
        return found

    def copy_of(self, kind: str, resource: Resource) -> str | None:
        """The key of a held resource that was evolved from `resource`, be it in several steps."""
        for key, other in getattr(self.stack, kind).items():
            if any(each is resource for each in ancestors(other)):
                return str(key)
        return None


SPECIAL = frozenset({"host", "none", "bridge", "ingress", "default"})


def ancestors(resource: Resource) -> list[Resource]:
    """What a resource was evolved from, the nearest first."""
    found: list[Resource] = []
    origin = resource.origin
    while origin is not None and isinstance(origin.evolved_from, Resource) and len(found) < 100:
        found.append(origin.evolved_from)
        origin = origin.evolved_from.origin
    return found
