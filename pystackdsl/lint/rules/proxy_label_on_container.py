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

from collections.abc import Iterator, Mapping
from typing import Final

from pystackdsl.lint.proxies import SERVICE_LABELS, labels_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.alteration import altered, with_value
from pystackdsl.model.service import Service
from pystackdsl.model.value import FrozenDict

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
                    fix=_moved(service),
                )
                break


def _moved(service: Service) -> Service | None:
    """The service with all such labels moved; None where both have a label of one name."""
    labels: Mapping[str, str] = service.labels or {}
    moving = {name: value for name, value in labels.items() if name.lower().startswith(SERVICE_LABELS)}
    if moving.keys() & labels_of(service).keys():
        return None
    kept = FrozenDict({name: value for name, value in labels.items() if name not in moving})
    moved: Service = with_value(service, ("deploy", "labels"), FrozenDict({**labels_of(service), **moving}))
    return altered(moved, labels=kept or None)
