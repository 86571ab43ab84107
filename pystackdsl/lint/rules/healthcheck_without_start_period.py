"""A program that may start slowly is given no time to do so before its health check counts.

A database that recovers after a crash, or a Java program that warms up, needs minutes now and then. Without a
`start_period` every failed check counts from the first second on; after `retries` of them Swarm kills the task, and
the next one begins anew. So a database that was killed once never comes up again.

## Bad

```python
db = Service(image="postgres:16", healthcheck=Healthcheck(test="pg_isready", interval="10s", retries=3))
```

## Good

```python
db = Service(
    image="postgres:16",
    healthcheck=Healthcheck(test="pg_isready", interval="10s", retries=3, start_period="5m"),
)
```

A start period costs nothing: as soon as one check succeeds the task counts as well.

## When to ignore it

Where there is never much to recover. Checks that allow for five minutes in all are not reported.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import health_seconds, is_watched, seconds

ID: Final = "PSD106"
SEVERITY: Final = Severity.WARNING

_ENOUGH: Final = 300


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each well-known slow starter with a health check and no start period."""
    for key, service in inspection.services:
        health = service.healthcheck
        if health is None or not is_watched(service) or Trait.SLOW_START not in traits_of(service.image):
            continue
        said = health.start_period is not None and seconds(health.start_period) != 0
        patience = health_seconds(service)
        if not said and patience is not None and patience < _ENOUGH:
            yield finding(
                f"service {key} is killed when it is not up within {patience:g} seconds",
                at("services", key, service, "healthcheck"),
                help='give it time: start_period="5m" ends with the first check that succeeds',
                yaml="give it time: `start_period: 5m` ends with the first check that succeeds",
            )
