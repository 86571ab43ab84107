"""Traefik is to send requests to a service, and is not told to which port.

In Docker without a swarm Traefik takes the port that the image exposes. A swarm's services tell no such port, so
Traefik logs `port is missing` and leaves the service out: the site answers 404.

## Bad

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(labels={"traefik.enable": "true", "traefik.http.routers.web.rule": "Host(`example.com`)"}),
)
```

## Good

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(
        labels={
            "traefik.enable": "true",
            "traefik.http.routers.web.rule": "Host(`example.com`)",
            "traefik.http.services.web.loadbalancer.server.port": "80",
        },
    ),
)
```

## When to ignore it

Where a plugin, or a file of Traefik's own, makes the service.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import is_routed, labels_of, traefik_labels
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD502"
SEVERITY: Final = Severity.WARNING

_PORT: Final = re.compile(r"traefik\.((http|tcp|udp)\.services\.[^.]+\.loadbalancer\.server\.(port|url)|(.*\.)?port)$")
_ELSEWHERE: Final = re.compile(r"traefik\.(http|tcp|udp)\.routers\.[^.]+\.service$")


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service with labels for Traefik that neither say a port nor name a service made elsewhere."""
    for key, service in inspection.services:
        labels = traefik_labels(service)
        if not labels or not is_routed(service) or any(map(_PORT.match, labels)):
            continue
        if any(_ELSEWHERE.match(name) and "@" in value for name, value in labels.items()):
            continue
        first = next(name for name in labels_of(service) if name.lower() in labels)
        yield finding(
            f"Traefik is not told on which port service {key} listens",
            at("services", key, service, "deploy", "labels", first),
            help=f'add the label traefik.http.services.{key}.loadbalancer.server.port, such as "80"',
            at_key=True,
        )
