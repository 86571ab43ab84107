"""A database is on the network of the reverse proxy.

Whatever is on a network reaches all ports of whatever else is on it. The proxy's network is joined by every service
that people see, of all stacks: whoever breaks into one of them has the database in reach.

## Bad

```python
public = Network(external=True, name="traefik-public")
web = Service(image="example/shop:1.4", networks=[public])
db = Service(image="postgres:16", networks=[public])
```

## Good

```python
public = Network(external=True, name="traefik-public")
backend = Network()
web = Service(image="example/shop:1.4", networks=[public, backend])
db = Service(image="postgres:16", networks=[backend])
```

## When to ignore it

Where the proxy itself passes on to the database.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.proxies import is_routed, proxies
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD507"
SEVERITY: Final = Severity.WARNING

_PUBLIC: Final = re.compile(r"(^|[-_.])(public|proxy|traefik|ingress|edge|dmz|web-?public)($|[-_.])", re.IGNORECASE)


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each well-known database on a network of a proxy, or on an outer one that is named like it."""
    of_proxies = {name for _, proxy in proxies(inspection) for name, _ in inspection.joined(proxy)}
    for key, service in inspection.services:
        if Trait.DATABASE not in traits_of(service.image) or is_routed(service):
            continue
        for i, attachment in enumerate(service.networks or ()):
            network = attachment.network
            if not inspection.names.holds(network):
                continue
            name = inspection.names.key(network)
            if name in of_proxies or (network.external is True and _PUBLIC.search(network.name or name)):
                yield finding(
                    f"the database {key} is on the network of the reverse proxy",
                    at("services", key, service, "networks", i),
                    help="give it a network with those services alone that ask it",
                )
