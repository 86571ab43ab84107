"""A stack as rules look at it: the stack itself, what was told of it already, what is known of the swarm, and who
shares a network with whom.

`lint.check` makes one for each stack and hands it to every rule.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from pystackdsl.diagnostics import Diagnostic
from pystackdsl.lint.facts import Facts
from pystackdsl.model.names import Names
from pystackdsl.model.network import Network, default_network
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack

__all__ = ["Inspection"]


class Inspection:
    """What a rule may ask of a stack.

    `told` are the findings of the model's own checks and of the door that the stack came through. `is_interpolated`
    says that the source had variables filled in, so that a `$` which is still there was asked for.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        told: Iterable[Diagnostic] = (),
        facts: Facts | None = None,
        is_interpolated: bool = False,
    ) -> None:
        self.stack = stack
        self.told: Sequence[Diagnostic] = tuple(told)
        self.facts = facts
        self.is_interpolated = is_interpolated

    @property
    def services(self) -> Iterator[tuple[str, Service]]:
        """Every service with its key."""
        return iter(self.stack.services.items())

    @cached_property
    def names(self) -> Names:
        """The keys of all resources, and the paths of secrets and configs."""
        return self.stack.names()

    @cached_property
    def members(self) -> Mapping[str, Sequence[str]]:
        """The services on each network that any service joins, by the network's key."""
        found: dict[str, list[str]] = {}
        for key, service in self.services:
            for network, _ in self.joined(service):
                found.setdefault(network, []).append(key)
        return found

    def joined(self, service: Service) -> Iterator[tuple[str, Network]]:
        """The networks that a service is on, the stack's default one included where it names none."""
        if not service.networks:
            yield "default", self.stack.networks.get("default", default_network)
            return
        for attachment in service.networks:
            if self.names.holds(attachment.network):
                yield self.names.key(attachment.network), attachment.network

    def shares_network(self, one: Service, other: Service) -> bool:
        """Whether two services can reach each other."""
        return bool({key for key, _ in self.joined(one)}.intersection(key for key, _ in self.joined(other)))
