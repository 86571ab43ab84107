"""Faults of networks and their subnets."""

from __future__ import annotations

from typing import Any

from model.faults.case import NONE, fault, joined

from pystackdsl import (
    Ipam,
    IpamConfig,
    Network,
    Service,
    Stack,
    default_network,
)

fault(
    "tasks",
    "host network and another",
    lambda: Stack(
        services={
            "web": Service(
                image="busybox", deploy=NONE, networks=[(host := Network(external=True, name="host")), default_network]
            )
        },
        networks={"host": host},
    ),
    "services.web.networks[0]",
    "service web joins the network of its node and others, and no container can do both",
)
for special, why in (
    ("none", "is none that a service can join"),
    ("default", "is none that a service can join"),
    ("ingress", "is joined by publishing ports"),
):
    fault(
        "deploy",
        f"network {special}",
        lambda special=special: joined(Network(external=True, name=special)),  # type: ignore[misc]
        "services.web.networks[0]",
        f'the network "{special}" {why}',
    )
for driver in ("bridge", "host", "null", "none", "macvlan", "ipvlan"):
    fault(
        "deploy",
        f"network driver {driver}",
        lambda driver=driver: joined(Network(driver=driver)),  # type: ignore[misc]
        "networks.net.driver",
        {
            "bridge": 'services cannot join a network with driver "bridge": it connects the containers of one node only',
            "host": 'services cannot join a network with driver "host": it is the network of a node itself',
            "null": 'services cannot join a network with driver "null": it connects nothing',
            "none": 'services cannot join a network with driver "none": it connects nothing',
        }.get(
            driver,
            f'services cannot join a network with driver "{driver}": Compose cannot say how each node is to make it',
        ),
    )
fault(
    "taken",
    "local driver of an unused network",
    lambda: Stack(services={"web": Service(image="busybox", deploy=NONE)}, networks={"net": Network(driver="bridge")}),
    "networks.net.driver",
    'services cannot join a network with driver "bridge": it connects the containers of one node only',
)
fault(
    "deploy",
    "overlay in capitals",
    lambda: joined(Network(driver="Overlay")),
    "networks.net.driver",
    'no Engine has a network driver "Overlay" unless a plugin brings it',
    error=False,
)
fault(
    "config",
    "network joined twice",
    lambda: Stack(
        services={"web": Service(image="busybox", deploy=NONE, networks=[(net := Network()), net])},
        networks={"net": net},
    ),
    "services.web.networks[1]",
    "service web joins network net twice",
)
fault(
    "taken",
    "alias given twice",
    lambda: Stack(
        services={"web": Service(image="busybox", deploy=NONE, networks=[(net := Network()).alias("a", "a")])},
        networks={"net": net},
    ),
    "services.web.networks[0].aliases",
    "service web has the alias a twice on one network: once is enough",
    remark=True,
)
fault(
    "taken",
    "options of an external network",
    lambda: joined(Network(external=True, name="bridge", driver="overlay", labels={"a": "b"})),
    "networks.net.driver",
    "network net is external, so its driver and labels will not be used",
)


def pooled(*subnets: str | None, **said: Any) -> Stack:
    """A stack of one network with the given subnets."""
    return joined(Network(ipam=Ipam(config=[IpamConfig(subnet=subnet) for subnet in subnets], **said)))


for subnet in ("10.1.0.0", "10.1.0.0/33", "010.1.0.0/16", "10.1.0.0/255.255.0.0", "home", "10.0.0/8"):
    fault(
        "deploy",
        f"subnet {subnet}",
        lambda subnet=subnet: pooled(subnet),  # type: ignore[misc]
        "networks.net.ipam.config[0].subnet",
        f'"{subnet}" is not a subnet',
    )
fault("deploy", "empty pool", lambda: pooled(None), "networks.net.ipam.config[0]", "network net has an empty subnet")
fault(
    "taken",
    "subnet with host bits",
    lambda: pooled("10.39.1.2/16"),
    "networks.net.ipam.config[0].subnet",
    'newer Engines refuse "10.39.1.2/16", an address inside a subnet',
    newer=(1, 44),
)
fault(
    "taken",
    "small subnet",
    lambda: pooled("10.37.0.0/30"),
    "networks.net.ipam.config[0].subnet",
    'the subnet "10.37.0.0/30" has no room for a task: every network takes addresses for itself',
)
fault(
    "taken",
    "subnet of IPv6",
    lambda: pooled("2001:db8::/64"),
    "networks.net.ipam.config[0].subnet",
    "network net has an IPv6 subnet, and a stack cannot ask for a network with IPv6: tasks may never start",
)
fault(
    "tasks",
    "subnets that overlap in one network",
    lambda: pooled("10.5.0.0/16", "10.5.1.0/24"),
    "networks.net.ipam.config[1].subnet",
    "two address pools of net share the addresses of 10.5.1.0/24: tasks on the second would never start",
)
fault(
    "tasks",
    "subnets that overlap in two networks",
    lambda: Stack(
        services={
            "web": Service(
                image="busybox",
                deploy=NONE,
                networks=[
                    (one := Network(ipam=Ipam(config=[IpamConfig(subnet="10.9.1.0/24")]))),
                    (other := Network(ipam=Ipam(config=[IpamConfig(subnet="10.9.0.0/16")]))),
                ],
            )
        },
        networks={"one": one, "other": other},
    ),
    "networks.other.ipam.config[0].subnet",
    "networks one and other share the addresses of 10.9.1.0/24: tasks on the second would never start",
)
fault(
    "deploy",
    "address driver null",
    lambda: joined(Network(ipam=Ipam(driver="null"))),
    "networks.net.ipam.driver",
    'network net has the address management driver "null", which no swarm network can have',
)
