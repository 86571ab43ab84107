"""Address pools of networks: the subnets that an Engine takes, and those that leave no room for tasks.

Imported only for a stack that says `ipam`.
"""

import ipaddress
from typing import NamedTuple

from pystackdsl.model.network import Network
from pystackdsl.model.validity.finding import Findings, at
from pystackdsl.model.variable import OPEN

__all__ = ["Pool", "check_overlaps", "check_pools"]

Subnet = ipaddress.IPv4Network | ipaddress.IPv6Network
_EXPECTED = "an address and its prefix, such as 172.16.238.0/24"


class Pool(NamedTuple):
    """One subnet, and where it is said."""

    subnet: Subnet
    key: str
    network: Network
    number: int
    used: bool


def check_pools(key: str, network: Network, found: Findings, *, used: bool) -> list[Pool]:
    """Check the `ipam` of a network, and give its subnets where they may clash with others."""
    ipam = network.ipam
    pools: list[Pool] = []
    if ipam is None:
        return pools
    told = found.error if used else found.warning
    if ipam.driver in ("null", "none"):
        told(
            f'network {key} has the address management driver "{ipam.driver}", which no swarm network can have',
            at("networks", key, network, "ipam", "driver"),
            help='leave it out, or write "default"',
        )
    for i, config in enumerate(ipam.config or ()):
        place = ("ipam", "config", i) if config.subnet is None else ("ipam", "config", i, "subnet")
        if config.subnet is not None and OPEN in config.subnet:
            continue
        subnet, cure = _subnet(config.subnet or "")
        if subnet is None:
            words = f'"{config.subnet}" is not a subnet' if config.subnet else f"network {key} has an empty subnet"
            told(words, at("networks", key, network, *place), expected=_EXPECTED, help=cure)
            continue
        _doubts(key, network, place, config.subnet or "", subnet, found)
        if network.driver in (None, "", "overlay") and ipam.driver in (None, "", "default"):
            pools.append(Pool(subnet, key, network, i, used))
    return pools


def _subnet(text: str) -> tuple[Subnet | None, str]:
    """The subnet that a text spells; or None and a cure."""
    address, slash, prefix = text.partition("/")
    try:
        if slash and prefix.isdecimal() and prefix.isascii() and "%" not in address:
            return ipaddress.ip_network(text, strict=False), ""
        whole = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None, ""
    if slash:
        return None, f'write "{whole}"'
    return None, f'with its prefix it is "{address}/24" or another size' if whole.version == 4 else ""


def _doubts(
    key: str, network: Network, place: tuple[str | int, ...], text: str, subnet: Subnet, found: Findings
) -> None:
    subject = at("networks", key, network, *place)
    if str(subnet.network_address) != str(ipaddress.ip_address(text.partition("/")[0])):
        found.warning(f'newer Engines refuse "{text}", an address inside a subnet', subject, help=f'write "{subnet}"')
    if subnet.version == 6:
        found.warning(
            f"network {key} has an IPv6 subnet, and a stack cannot ask for a network with IPv6: tasks may never start",
            subject,
            help="make the network outside the stack with `docker network create --ipv6`, and declare it external",
        )
    elif subnet.prefixlen > _LEAST_ROOM:
        found.warning(
            f'the subnet "{text}" has no room for a task: every network takes addresses for itself',
            subject,
            expected=f"/{_LEAST_ROOM} or larger",
        )


_LEAST_ROOM = 29


def check_overlaps(pools: list[Pool], found: Findings) -> None:
    """Find subnets that share addresses: the swarm never gives addresses to the second, so its tasks never start."""
    ordered = sorted(pools, key=_ends)
    widest = ordered[0]
    for pool in ordered[1:]:
        version, start, end = _ends(pool)
        same, _, last = _ends(widest)
        if version == same and start <= last:
            first, second = sorted((widest, pool), key=pools.index)
            _overlap(first, second, found)
        if version != same or end > last:
            widest = pool


def _ends(pool: Pool) -> tuple[int, int, int]:
    """The version, the first and the last address of a subnet."""
    return pool.subnet.version, int(pool.subnet.network_address), int(pool.subnet.broadcast_address)


def _overlap(first: Pool, second: Pool, found: Findings) -> None:
    where = f"networks {first.key} and {second.key}" if first.key != second.key else f"two address pools of {first.key}"
    told = found.error if first.used and second.used else found.warning
    told(
        f"{where} share the addresses of {max(first.subnet, second.subnet, key=lambda each: each.prefixlen)}: "
        "tasks on the second would never start",
        at("networks", second.key, second.network, "ipam", "config", second.number, "subnet"),
        at(
            "networks",
            first.key,
            first.network,
            "ipam",
            "config",
            first.number,
            "subnet",
            note="the first",
        ),
        help="give each a subnet of its own",
        kind="overlapping-subnets",
    )
