"""A network has fewer addresses than its services need.

A subnet gives away its first and last address and one for the gateway. Then every service with a virtual IP takes one,
every task takes one, and every node that runs a task takes one for its load balancer. What is over stays in the states
`new` or `preparing`, without an error.

## Bad

```python
inner = Network(ipam=Ipam(config=[IpamConfig(subnet="10.99.0.0/29")]))
api = Service(image="example/api:1", networks=[inner], deploy=Deploy(replicas=4))
```

## Good

```python
inner = Network(ipam=Ipam(config=[IpamConfig(subnet="10.99.0.0/24")]))
api = Service(image="example/api:1", networks=[inner], deploy=Deploy(replicas=4))
```

A start-first update needs addresses for the new tasks beside the old ones.

## When to ignore it

Never: some tasks will not start.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.addresses import demands
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD508"
SEVERITY: Final = Severity.ERROR


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each network whose services need more addresses than it has."""
    for demand in demands(inspection):
        if demand.needed > demand.room:
            yield finding(
                f"network {demand.key} has {demand.room} addresses to give, and its services need {demand.needed}: "
                f"{demand.spelled}",
                at("networks", demand.key, demand.network, *demand.within),
                help="give it a larger subnet",
            )
