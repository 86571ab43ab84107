"""An update watches a new task for less time than its health check needs to call it unwell.

A task counts as running after its first successful check; how long that takes, and with it the `start_period`, is
waited for. From then on an update looks for `monitor`, 5 seconds by default, and a task that fails later is no reason
to stop or roll back. A health check needs its interval times its retries to notice that a program has stopped
answering, so the update is over before.

## Bad

```python
web = Service(
    image="example/shop:1.4",
    healthcheck=Healthcheck(test="curl -f localhost", interval="10s", retries=3),
    deploy=Deploy(replicas=2, update_config=UpdateConfig(failure_action="rollback")),
)
```

## Good

```python
web = Service(
    image="example/shop:1.4",
    healthcheck=Healthcheck(test="curl -f localhost", interval="10s", retries=3),
    deploy=Deploy(replicas=2, update_config=UpdateConfig(failure_action="rollback", monitor="40s")),
)
```

## When to ignore it

Where a program that answered once goes on answering or dies.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import health_seconds, is_job, is_watched, seconds, update_of

ID: Final = "PSD207"
SEVERITY: Final = Severity.WARNING

_MONITOR: Final = 5.0


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that is to be stopped or rolled back by a health check that comes too late."""
    for key, service in inspection.services:
        update = update_of(service)
        if update is None or update.failure_action not in ("rollback", "pause") or not is_watched(service):
            continue
        watched = _MONITOR if update.monitor is None else seconds(update.monitor)
        needed = health_seconds(service)
        if watched is None or needed is None or watched >= needed or is_job(service):
            continue
        said = ("monitor",) if update.monitor is not None else ()
        yield finding(
            f"an update of service {key} watches a new task for {watched:g} seconds, and its health check needs "
            f"{needed:g} to call it unwell",
            at("services", key, service, "deploy", "update_config", *said),
            at("services", key, service, "healthcheck", note="interval times retries"),
            help=f'write monitor="{needed * 1.25:.0f}s" or more, or check more often',
            yaml=f"write `monitor: {needed * 1.25:.0f}s` or more, or check more often",
        )
