"""What a stack looks like: which services are on which networks, what each is given, what is open to the outside.

A stack comes in; a value that holds only texts goes out, in the order of the stack. `views` draws it. Values left open
stay the tokens they are, which `views` spells as it spells them everywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from pystackdsl.model.names import Names
from pystackdsl.model.network import default_network
from pystackdsl.model.storage import Volume
from pystackdsl.model.variable import Open, opaque, parted

if TYPE_CHECKING:
    from pystackdsl.model.mounts import Mount
    from pystackdsl.model.ports import Port
    from pystackdsl.model.service import Service
    from pystackdsl.model.stack import Stack

__all__ = ["Given", "Group", "Node", "Published", "Thing", "Topology", "topology"]

GivenKind = Literal["volume", "path", "memory", "secret", "config"]


@attrs.frozen
class Published:
    """A published port: `outside` is empty where the Engine chooses one, `mode` is `ingress` or `host`."""

    outside: str
    inside: str
    protocol: str
    mode: str


@attrs.frozen
class Given:
    """What a service is given at a path: a volume, a path of the node, memory, a secret, a config.

    `name` is its key in the stack, or the path of the node.
    """

    kind: GivenKind
    name: str
    target: str
    read_only: bool = False


@attrs.frozen(kw_only=True)
class Node:
    """A service: `mode` and `replicas` as far as they are said, `placement` where its tasks may run."""

    key: str
    image: str
    mode: str
    replicas: str
    networks: tuple[str, ...]
    published: tuple[Published, ...] = ()
    given: tuple[Given, ...] = ()
    placement: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Thing:
    """A network, volume, secret or config: `traits` tell what is uncommon about it, `users` are keys of services."""

    kind: str
    key: str
    traits: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Group:
    """Services that are on just the same networks, so that all of them reach one another."""

    networks: tuple[str, ...]
    services: tuple[Node, ...]

    @property
    def is_published(self) -> bool:
        """Whether something of it is open to the outside."""
        return any(service.published for service in self.services)


@attrs.frozen(kw_only=True)
class Topology:
    """A stack as a picture shows it."""

    name: str
    services: tuple[Node, ...]
    networks: tuple[Thing, ...]
    others: tuple[Thing, ...]
    """Volumes, secrets and configs, in this order."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """The services by their networks, in the order of their first service."""
        found: dict[tuple[str, ...], list[Node]] = {}
        for service in self.services:
            found.setdefault(tuple(sorted(service.networks)), []).append(service)
        return tuple(Group(networks=networks, services=tuple(held)) for networks, held in found.items())


def topology(stack: "Stack", name: str = "") -> Topology:
    """The picture of a stack, `name` being what it is called."""
    reading = _Reading(stack.names())
    services = tuple(reading.service(key, service) for key, service in stack.services.items())
    networks = [reading.thing("network", key, each) for key, each in stack.networks.items()]
    implicit = reading.names.key(default_network)
    if implicit not in stack.networks and any(implicit in service.networks for service in services):
        networks.append(Thing(kind="network", key=implicit))
    things = [*networks]
    for kind in ("volume", "secret", "config"):
        things += [reading.thing(kind, key, each) for key, each in getattr(stack, f"{kind}s").items()]
    users = _users(services)
    used = [attrs.evolve(thing, users=tuple(users.get((thing.kind, thing.key), ()))) for thing in things]
    count = len(networks)
    return Topology(name=name, services=services, networks=tuple(used[:count]), others=tuple(used[count:]))


def _users(services: Iterable[Node]) -> dict[tuple[str, str], list[str]]:
    """The services that use each thing, by the thing's kind and key."""
    found: dict[tuple[str, str], list[str]] = {}
    for service in services:
        used = [("network", key) for key in service.networks] + [(each.kind, each.name) for each in service.given]
        for each in dict.fromkeys(used):
            found.setdefault(each, []).append(service.key)
    return found


class _Reading:
    """A stack being read; values become texts by its names."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def text(self, value: object) -> str:
        """A value as text; nothing for what is not said."""
        if value is None:
            return ""
        return self.names.comparable(value.text if isinstance(value, Open) else str(value))

    def service(self, key: str, service: "Service") -> Node:
        networks = [self.names.key(each.network) for each in service.networks or ()]
        return Node(
            key=key,
            image=self.text(service.image),
            mode=self.text(service.deploy.mode) if service.deploy else "",
            replicas=self.text(service.deploy.replicas) if service.deploy else "",
            networks=tuple(networks or [self.names.key(default_network)]),
            published=tuple(one for port in service.ports or () for one in self.published(port)),
            given=tuple(self.given(service)),
            placement=tuple(self.placement(service)),
        )

    def published(self, port: "Port | Open") -> Iterator[Published]:
        if isinstance(port, Open):
            text = self.text(port)
            at = opaque(text).rfind(":")
            yield Published(text[: max(at, 0)], text[at + 1 :], "tcp", "ingress")
            return
        yield Published(
            self.text(port.published),
            self.text(port.target),
            self.text(port.protocol) or "tcp",
            self.text(port.mode) or "ingress",
        )

    def given(self, service: "Service") -> Iterator[Given]:
        for mount in service.volumes or ():
            yield self.mount(mount)
        for secret in service.secrets or ():
            yield Given("secret", self.names.key(secret.granted), self.text(secret.target))
        for config in service.configs or ():
            yield Given("config", self.names.key(config.granted), self.text(config.target))

    def mount(self, mount: "Mount | Open") -> Given:
        if isinstance(mount, Open):
            name, _, target = parted(self.text(mount), ":")
            return Given("path", name, target)
        source: object = mount.source
        name = self.names.key(source) if isinstance(source, Volume) else self.text(source)
        kind: GivenKind = "path" if mount.type in {"bind", "npipe"} else "memory" if mount.type == "tmpfs" else "volume"
        return Given(kind, name, self.text(mount.target), read_only=mount.read_only is True)

    def placement(self, service: "Service") -> Iterator[str]:
        placement = service.deploy.placement if service.deploy else None
        if placement is None:
            return
        yield from (self.text(each) for each in placement.constraints or ())
        yield from (f"spread over {self.text(each.spread)}" for each in placement.preferences or ())
        if placement.max_replicas_per_node is not None:
            yield f"at most {self.text(placement.max_replicas_per_node)} on a node"

    def thing(self, kind: str, key: str, resource: Any) -> Thing:
        return Thing(kind=kind, key=key, traits=tuple(self.traits(resource)))

    def traits(self, resource: Any) -> Iterator[str]:
        """The driver, what is set by a switch, and the name outside, as far as they are said."""
        said: Sequence[str] = [word for word in ("external", "internal", "attachable") if getattr(resource, word, None)]
        driver = self.text(getattr(resource, "driver", None))
        yield from ([driver] if driver not in {"", "overlay", "local"} else [])
        yield from said
        yield from ([f"named {self.text(resource.name)}"] if resource.name is not None else [])
