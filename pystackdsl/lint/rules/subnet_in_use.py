"""A network asks for addresses that another network of the swarm has.

The swarm gives an address range away once. The network is made, and never gets its addresses: tasks on it stay in the
state `new`, without an error. This is asked of a swarm, with `--live`: of a file, which subnets others have, and of
what runs, which networks are still without addresses.

## Bad

```python
back = Network(ipam=Ipam(config=[IpamConfig(subnet="10.10.5.0/24")]))
web = Service(image="nginx:1.27", networks=[back])
```

## Good

```python
back = Network(ipam=Ipam(config=[IpamConfig(subnet="10.77.5.0/24")]))
web = Service(image="nginx:1.27", networks=[back])
```

## When to ignore it

Where the other network is removed first.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from pystackdsl.lint.facts import Facts
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD511"
SEVERITY: Final = Severity.ERROR
IS_LIVE: Final = True


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each subnet that overlaps with one of another stack, and each network that never got one."""
    if inspection.facts is None:
        return
    yield from _without(inspection, inspection.facts)
    taken = [(name, text) for name, texts in inspection.facts.subnets.items() for text in texts]
    for key, network in inspection.stack.networks.items():
        if network.external or network.ipam is None or key not in inspection.members:
            continue
        for i, config in enumerate(network.ipam.config or ()):
            other = next((pair for pair in taken if _overlap(config.subnet or "", pair[1])), None)
            if other is not None:
                yield finding(
                    f"the addresses of network {key} are those of {other[0]} ({other[1]})",
                    at("networks", key, network, "ipam", "config", i, "subnet"),
                    help="give it a subnet that no other network has, or leave out ipam: the swarm chooses one",
                )


def _without(inspection: Inspection, facts: Facts) -> Iterator[Diagnostic]:
    """A finding for each network of a running stack that has no addresses; the API does not tell which it asked for."""
    networks = inspection.stack.networks
    named = {network.name: key for key, network in networks.items() if network.name}
    for name in sorted(facts.without_addresses):
        key = named.get(name) or name.removeprefix(f"{facts.stack}_")
        yield finding(
            f"network {key} has no addresses, and tasks on it wait for them",
            at("networks", key, networks.get(key)),  # the default one may say nothing, and is then not held
            help="give it a subnet that no other network has, or none, and deploy it anew",
            at_key=True,
        )


def _overlap(one: str, other: str) -> bool:
    try:
        first, second = ip_network(one, strict=False), ip_network(other, strict=False)
    except ValueError:
        return False
    return first.version == second.version and first.overlaps(second)
