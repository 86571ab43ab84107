"""The number of restarts is bounded for all time, and not for a stretch of it.

Without a `window` Swarm counts every restart since the service was last changed. A service that fails once a month and
may be started three times is gone for good after a quarter of a year, and nothing starts it again but a deploy.

## Bad

```python
worker = Service(image="example/worker:2.1", deploy=Deploy(restart=OnFailure(max_attempts=3)))
```

## Good

```python
worker = Service(image="example/worker:2.1", deploy=Deploy(restart=OnFailure(max_attempts=3, window="2m")))
```

With a window, attempts count that are made within it.

## When to ignore it

Where a program must not run again after it failed so often. Jobs are not reported.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, seconds

ID: Final = "PSD209"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each restart policy with a bound and no window."""
    for key, service in inspection.services:
        policy = service.deploy.restart if service.deploy is not None else None
        if policy is None or is_job(service) or policy.condition == "none":
            continue
        bounded = type(policy.max_attempts) is int and policy.max_attempts > 0
        if bounded and (policy.window is None or seconds(policy.window) == 0):
            times = "once" if policy.max_attempts == 1 else f"{policy.max_attempts} times"
            yield finding(
                f"service {key} is started again {times} in its life, and then no more",
                at("services", key, service, "deploy", "restart", "max_attempts"),
                help='add a window, such as window="2m", within which attempts count',
                yaml="add a window, such as `window: 2m`, within which attempts count",
            )
