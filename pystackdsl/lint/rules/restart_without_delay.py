"""A task that ends is started again at once, as often as it ends.

A program that cannot start, for a missing variable or a database that is down, is then started many times a second:
the node is busy making containers, its logs and its disk fill up, and other services suffer.

## Bad

```python
worker = Service(image="example/worker:2.1", deploy=Deploy(restart=Always(delay="0s")))
```

## Good

```python
worker = Service(image="example/worker:2.1", deploy=Deploy(restart=Always(delay="5s")))
```

The Engine waits 5 seconds where nothing is said.

## When to ignore it

Where a program ends and is meant to begin anew every time, without a gap.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import seconds

ID: Final = "PSD208"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each restart policy that says a delay of zero."""
    for key, service in inspection.services:
        policy = service.deploy.restart if service.deploy is not None else None
        if policy is not None and policy.condition != "none" and seconds(policy.delay) == 0:
            yield finding(
                f"a task of service {key} that cannot start is started again without a pause",
                at("services", key, service, "deploy", "restart", "delay"),
                help='write delay="5s", which is the default',
                yaml="write `delay: 5s`, which is the default",
            )
