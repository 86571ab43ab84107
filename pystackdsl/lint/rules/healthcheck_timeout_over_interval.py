"""A health check may take longer than the time between two of them.

The interval then says nothing: a check that hangs takes its whole timeout, and the next one begins an interval later.
A task that no longer answers is noticed after retries times the *sum* of both, not after retries times the interval.

## Bad

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test="curl -f localhost", interval="5s", timeout="30s"))
```

## Good

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test="curl -f localhost", interval="10s", timeout="3s"))
```

## When to ignore it

Where an answer may well take that long, and being unwell need not be noticed soon.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import seconds

ID: Final = "PSD104"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each health check that says both, the timeout being the longer."""
    for key, service in inspection.services:
        health = service.healthcheck
        interval, timeout = (seconds(health.interval), seconds(health.timeout)) if health is not None else (None, None)
        if health is not None and interval and timeout and timeout > interval:
            yield finding(
                f"the health check of service {key} may take {health.timeout}, and is made every {health.interval}",
                at("services", key, service, "healthcheck", "timeout"),
                at("services", key, service, "healthcheck", "interval", note="the interval"),
                help="give it less time than lies between two checks",
            )
