"""Two networks of the stack have addresses in common.

The swarm gives an address range away once. Both networks are made, and the second never gets its addresses: tasks on
it stay in the state `new`, without an error.

## Bad

```python
front = Network(ipam=Ipam(config=[IpamConfig(subnet="10.42.0.0/16")]))
back = Network(ipam=Ipam(config=[IpamConfig(subnet="10.42.7.0/24")]))
web = Service(image="nginx:1.27", networks=[front, back])
```

## Good

```python
front = Network(ipam=Ipam(config=[IpamConfig(subnet="10.42.0.0/24")]))
back = Network(ipam=Ipam(config=[IpamConfig(subnet="10.42.7.0/24")]))
web = Service(image="nginx:1.27", networks=[front, back])
```

## When to ignore it

It cannot be ignored where services use both: tasks would never start.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD510"
SEVERITY: Final = Severity.ERROR
IS_FIRM: Final = True
find: Final = told_as("overlapping-subnets")
