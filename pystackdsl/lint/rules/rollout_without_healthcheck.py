"""An update that relies on the new task being well has no health check to tell it.

Without a health check Swarm takes a task for running as soon as its process is started. With `start-first` the old
task is then stopped while the new one may still be loading, so there is a gap after all; and `rollback` happens only
when the process dies, not when it answers nonsense.

## Bad

```python
web = Service(
    image="example/shop:1.4",
    deploy=Deploy(replicas=2, update_config=UpdateConfig(order="start-first", failure_action="rollback")),
)
```

## Good

```python
web = Service(
    image="example/shop:1.4",
    healthcheck=Healthcheck(test="wget -q -O /dev/null http://localhost:8000/health", interval="5s"),
    deploy=Deploy(
        replicas=2,
        update_config=UpdateConfig(order="start-first", failure_action="rollback", monitor="20s"),
    ),
)
```

## When to ignore it

Where the image brings a health check of its own, which the stack does not show.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, update_of

ID: Final = "PSD103"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that is updated start-first, or rolled back, and says nothing of health."""
    for key, service in inspection.services:
        update = update_of(service)
        if update is None or service.healthcheck is not None or is_job(service):
            continue
        if update.order == "start-first":
            within, words = "order", "is updated start-first"
        elif update.failure_action == "rollback":
            within, words = "failure_action", "is to be rolled back when an update fails"
        else:
            continue
        yield finding(
            f"service {key} {words}, and nothing says when a new task is well",
            at("services", key, service, "deploy", "update_config", within),
            help="give it a healthcheck; ignore this if the image has one of its own",
        )
