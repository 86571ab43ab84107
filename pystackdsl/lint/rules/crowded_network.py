"""A network is nearly full.

Without `ipam` a network is a /24 by default, with 253 addresses for virtual IPs, tasks and the load balancer of each
node. Updates that start tasks first, and tasks that take their time to stop, need more than what runs in between. When
the addresses run out, tasks stay in the states `new` or `preparing`, without an error.

## Bad

```python
mesh = Network()
web = Service(image="nginx:1.27", networks=[mesh], deploy=Deploy(replicas=230))
```

## Good

```python
mesh = Network(ipam=Ipam(config=[IpamConfig(subnet="10.42.0.0/20")]))
web = Service(image="nginx:1.27", networks=[mesh], deploy=Deploy(replicas=230))
```

It is reported from four fifths on, for networks of 16 addresses or more.

## When to ignore it

Where the swarm was made with a larger `--default-addr-pool-mask-length`.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.addresses import demands
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD509"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each network whose services take most of its addresses."""
    for demand in demands(inspection):
        if demand.room >= 13 and demand.room * 4 // 5 <= demand.needed <= demand.room:
            yield finding(
                f"the services of network {demand.key} take {demand.needed} of its {demand.room} addresses",
                at("networks", demand.key, demand.network, *demand.within),
                help="give it a larger subnet, or spread its services over several networks",
            )
