"""Labels for a proxy are on the containers, and it reads those of the service.

In a swarm Traefik, swarm-cronjob and their like look at services. What stands under `labels` goes to the containers,
where they do not look: there is no route, and the site answers 404. In Compose without a swarm it is the other way
round, which is why most examples have them there.

## Bad

```python
public = Network(external=True)
web = Service(
    image="nginx:1.27",
    networks=[public],
    labels={
        "traefik.enable": "true",
        "traefik.http.routers.web.rule": "Host(`example.com`)",
        "traefik.http.services.web.loadbalancer.server.port": "80",
    },
)
```

## Good

```python
public = Network(external=True)
web = Service(
    image="nginx:1.27",
    networks=[public],
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

Where the proxy on each node looks at the containers of that node alone.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import SERVICE_LABELS
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD501"
SEVERITY: Final = Severity.WARNING

_WHO: Final = {"traefik.": "Traefik", "caddy": "Caddy", "swarm.cronjob.": "swarm-cronjob"}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service with such labels on its containers, at the first of them."""
    for key, service in inspection.services:
        for name in service.labels or {}:
            prefix = next((each for each in SERVICE_LABELS if name.lower().startswith(each)), None)
            if prefix is not None:
                yield finding(
                    f"{_WHO.get(prefix, 'The proxy')} reads labels of services, and those of {key} are on its "
                    "containers",
                    at("services", key, service, "labels", name),
                    help="move them to deploy=Deploy(labels={…})",
                    yaml="move them to `deploy: {labels: …}`",
                    at_key=True,
                )
                break
