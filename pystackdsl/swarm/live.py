"""What a swarm has of one stack, read once: made by `engine.read`, compared by `compare`, shown by `state`."""

from collections.abc import Mapping

import attrs

from pystackdsl.swarm.specs import Kind, Raw

__all__ = ["Live", "Swarm", "is_dying"]


@attrs.frozen(kw_only=True)
class Swarm:
    """The swarm that was read: its ID, where it was reached (`context prod`), its nodes, the API version spoken."""

    id: str
    where: str
    nodes: int
    api: tuple[int, int]


@attrs.frozen(kw_only=True, eq=False)
class Live:
    """The objects that carry the stack's label, each kind by full name as the API returned them (services with
    ServiceStatus), and `outside`: by (kind, full name), objects without the label that the stack refers to or whose
    name it would take. `names` has the full name of every network of the swarm by ID.
    """

    stack: str
    swarm: Swarm
    networks: Mapping[str, Raw]
    secrets: Mapping[str, Raw]
    configs: Mapping[str, Raw]
    services: Mapping[str, Raw]
    outside: Mapping[tuple[Kind, str], Raw] = attrs.field(factory=dict)
    names: Mapping[str, str] = attrs.field(factory=dict)

    def of(self, kind: Kind) -> Mapping[str, Raw]:
        """The objects of one kind, by full name."""
        return getattr(self, kind)  # type: ignore[no-any-return]

    @property
    def is_empty(self) -> bool:
        """Whether the swarm has nothing of the stack."""
        return not (self.networks or self.secrets or self.configs or self.services)


def is_dying(network: Raw) -> bool:
    """Whether a network has been removed, and is only left until the last task on it has stopped.

    What the swarm still has is listed without containers; what just one node still has, with them.
    """
    return network.get("Containers") is not None
