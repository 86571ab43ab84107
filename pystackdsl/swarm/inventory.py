"""All that a swarm has, whoever made it: one list call a kind, made when that kind is first asked for.

An engine comes in; stacks as `Live`, and lists as the API gives them, go out. Called by `check --live`, which looks at
many stacks and at what they share.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pystackdsl.swarm.engine.client import Listed, name_of
from pystackdsl.swarm.live import Live, Swarm, is_dying
from pystackdsl.swarm.natural import natural
from pystackdsl.swarm.specs import KINDS, NAMESPACE, Kind, Raw

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["Inventory", "owner"]

_OF_SWARM: Final[Mapping[Listed, Mapping[str, list[str]]]] = {"networks": {"scope": ["swarm"]}}
"""Networks of one node alone are none of the swarm's."""


class Inventory:
    """The objects of a swarm. Every method raises EngineError where the swarm does not answer."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._lists: dict[str, list[Raw]] = {}
        self._names: dict[str, str] | None = None

    @property
    def where(self) -> str:
        """Where the swarm was reached."""
        return self._engine.where

    def of(self, kind: Listed) -> list[Raw]:
        """All objects of a kind."""
        found = self._lists.get(kind)
        if found is None:
            found = self._engine.list(kind, _OF_SWARM.get(kind))
            if kind == "networks":
                found = [each for each in found if not is_dying(each)]
            self._lists[kind] = found
        return found

    def stacks(self) -> list[str]:
        """The names of all stacks that have services."""
        return sorted({name for each in self.of("services") if (name := owner("services", each))}, key=natural)

    def live(self, stack: str) -> Live:
        """What the swarm has of a stack."""
        swarm = Swarm(id="", where=self.where, nodes=len(self.of("nodes")), api=self._engine.api)
        if self._names is None:
            self._names = self._engine.network_names(self.of("networks"), self.of("services"))
        networks, secrets, configs, services = (dict(self._held(kind, stack)) for kind in KINDS)
        return Live(
            stack=stack,
            swarm=swarm,
            networks=networks,
            secrets=secrets,
            configs=configs,
            services=services,
            names=self._names,
        )

    def _held(self, kind: Kind, stack: str) -> Iterator[tuple[str, Raw]]:
        return ((name_of(kind, each), each) for each in self.of(kind) if owner(kind, each) == stack)


def owner(kind: Kind, raw: Raw) -> str:
    """The stack that an object belongs to; empty where it belongs to none."""
    labels = (raw if kind == "networks" else raw["Spec"]).get("Labels") or {}
    return str(labels.get(NAMESPACE, ""))
