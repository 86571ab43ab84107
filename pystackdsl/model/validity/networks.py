"""Networks: what a service may join, and definitions that no Engine can make.

`docker stack` makes the networks that services join and no others, so a fault of an unused one is only a warning.
"""

from typing import TYPE_CHECKING

from pystackdsl.model.network import Network, NetworkAttachment
from pystackdsl.model.ports import Port
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.validity.finding import Findings, at, is_plain, listed, spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.validity.references import unheld

if TYPE_CHECKING:
    from pystackdsl.model.validity.subnets import Pool

__all__ = ["check", "check_definitions"]

_LOCAL = {
    "bridge": "it connects the containers of one node only",
    "host": "it is the network of a node itself",
    "null": "it connects nothing",
    "none": "it connects nothing",
    "macvlan": "Compose cannot say how each node is to make it",
    "ipvlan": "Compose cannot say how each node is to make it",
}


def check(key: str, service: Service, attachments: tuple[NetworkAttachment, ...], held: Held) -> None:
    """Check the networks that a service joins, and note that they are used."""
    found, known, used, many = held.found, held.networks, held.used, len(attachments) > 1
    joined: list[str] = []
    for i, attachment in enumerate(attachments):
        network = attachment.network
        name = known.get(id(network))
        if name is None:
            unheld(key, service, held, "networks", network, ("networks", i))
            continue
        used.add(name)
        if many:
            if name in joined:
                _twice(key, service, i, name, found)
            joined.append(name)
        aliases = attachment.aliases
        if aliases:
            found.odd |= not is_plain(aliases)
            if len(aliases) > 1 and len(set(aliases)) < len(aliases):
                _same_alias(key, service, i, aliases, found)
        if attachment.driver_opts is not None:
            found.odd = True
        if held.special and id(network) in held.special:
            _special(key, service, i, held.special[id(network)], found)


def _twice(key: str, service: Service, i: int, name: str, found: Findings) -> None:
    found.error(
        f"service {key} joins network {name} twice",
        at("services", key, service, "networks", i),
        help="name it once, with all its aliases",
    )


def _same_alias(key: str, service: Service, i: int, aliases: tuple[str, ...], found: Findings) -> None:
    twice = next(alias for j, alias in enumerate(aliases) if alias in aliases[:j])
    found.remark(
        f"service {key} has the alias {spelled(twice)} twice on one network: once is enough",
        at("services", key, service, "networks", i, "aliases"),
        help="leave one of them out",
    )


def _special(key: str, service: Service, i: int, name: str, found: Findings) -> None:
    """A network that every Engine has and that is no ordinary one."""
    place = at("services", key, service, "networks", i)
    if name in ("none", "default", "ingress"):
        why = "is joined by publishing ports" if name == "ingress" else "is none that a service can join"
        cure = "publish ports, and leave the network out" if name == "ingress" else "leave it out"
        if name == "default":
            cure = "for the stack's own network write default_network, or leave networks= out"
        found.error(f'the network "{name}" {why}', place, help=cure)
    elif name == "host":
        attachments = service.networks or ()
        if len(attachments) > 1:
            found.error(
                f"service {key} joins the network of its node and others, and no container can do both",
                place,
                help="put the service on the host network alone, or leave the host network out",
            )
        for j, port in enumerate(service.ports or ()):
            if type(port) is Port and port.mode in (None, "ingress"):
                found.error(
                    f"service {key} is on the network of its node, so the swarm cannot publish its ports",
                    at("services", key, service, "ports", j),
                    at("services", key, service, "networks", i, note="the host network"),
                    help="leave ports out: what it listens on is open on its node",
                )


def check_definitions(stack: Stack, held: Held) -> None:
    """Check the networks of a stack, once it is known which of them are used."""
    found = held.found
    pools: list[Pool] = []
    for key, network in stack.networks.items():
        if network.external is True:
            _options_outside(key, network, found)
            continue
        if network.driver in _LOCAL:
            _local_driver(key, network, found, used=key in held.used)
        elif network.driver is not None and network.driver.lower() == "overlay" != network.driver:
            found.warning(
                f'no Engine has a network driver "{network.driver}" unless a plugin brings it',
                at("networks", key, network, "driver"),
                help='did you mean "overlay"?',
            )
        if network.ipam is not None:
            from pystackdsl.model.validity.subnets import check_pools

            pools += check_pools(key, network, found, used=key in held.used)
    if len(pools) > 1:
        from pystackdsl.model.validity.subnets import check_overlaps

        check_overlaps(pools, found)


def _local_driver(key: str, network: Network, found: Findings, *, used: bool) -> None:
    driver = network.driver or ""
    is_known = driver in ("host", "bridge")
    each = f"for the {driver} network of each node write"
    told = found.error if used else found.warning
    told(
        f'services cannot join a network with driver "{driver}": {_LOCAL[driver]}',
        at("networks", key, network, "driver"),
        expected='"overlay", which is the default, or a plugin that spans the swarm',
        help=f'{each} Network(external=True, name="{driver}")' if is_known else "leave the driver out",
        yaml=f"{each}  {{external: true, name: {driver}}}" if is_known else "",
    )


def _options_outside(key: str, network: Network, found: Findings) -> None:
    names = ("driver", "driver_opts", "attachable", "internal", "ipam", "labels")
    said = [name for name in names if getattr(network, name) not in (None, False)]
    if said:
        found.warning(
            f"network {key} is external, so its {listed(said)} will not be used",
            at("networks", key, network, said[0]),
            help="leave them out, or leave external out to have the network made" if len(said) > 1 else "leave it out",
        )
