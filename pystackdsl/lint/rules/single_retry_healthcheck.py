"""One failed health check is enough to kill a task.

A garbage collection, a busy disk or one lost packet fails a check now and then. With `retries: 1` Swarm kills the task
for it, and under load it kills one task after another, each time leaving more work to the others.

## Bad

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test="curl -f localhost", interval="5s", retries=1))
```

## Good

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test="curl -f localhost", interval="5s", retries=3))
```

## When to ignore it

Where the check itself tries several times before it fails.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD105"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each health check with one retry."""
    for key, service in inspection.services:
        health = service.healthcheck
        if health is not None and type(health.retries) is int and health.retries == 1:
            yield finding(
                f"one failed health check kills a task of service {key}",
                at("services", key, service, "healthcheck", "retries"),
                expected="3, which is the default, or more",
            )
