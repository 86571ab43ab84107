"""A health check is a list that does not say how it is to be run.

The first word of a list is `CMD`, for a program with its arguments, or `CMD-SHELL`, for a shell. Docker takes any other
first word too, and no Engine runs such a check: tasks never become well, or never unwell.

## Bad

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test=["curl", "-f", "http://localhost"]))
```

## Good

```python
web = Service(image="nginx:1.27", healthcheck=Healthcheck(test=["CMD", "curl", "-f", "http://localhost"]))
```

A text in place of the list is run by a shell.

## When to ignore it

Never: the check does not run.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from pystackdsl.diagnostics import Fix
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, told_as
from pystackdsl.model.alteration import with_value

ID: Final = "PSD107"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """What the model's own checks tell, with the word that is missing."""
    for each in told_as("unrunnable-healthcheck")(inspection):
        service = inspection.stack.services.get(str(each.path[1]))
        test = service.healthcheck.test if service is not None and service.healthcheck is not None else None
        if service is None or not isinstance(test, tuple):
            yield each
            continue
        whole = with_value(service, ("healthcheck", "test"), ("CMD", *test))
        yield attrs.evolve(each, fix=Fix(resource=service, value=whole))
