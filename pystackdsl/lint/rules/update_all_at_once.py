"""An update replaces all tasks at the same time.

`parallelism: 0` is not "none" but "all": there is nobody to answer while the new tasks start, and a bad image is
everywhere before anybody notices. What `failure_action` says comes too late.

## Bad

```python
web = Service(image="nginx:1.27", deploy=Deploy(replicas=4, update_config=UpdateConfig(parallelism=0)))
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(replicas=4, update_config=UpdateConfig(parallelism=1)))
```

## When to ignore it

Where tasks of two versions must never run together.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, parallelism_of, replicas_of

ID: Final = "PSD205"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service of several tasks whose update has no bound."""
    for key, service in inspection.services:
        if parallelism_of(service) == 0 and replicas_of(service) not in (0, 1) and not is_job(service):
            yield finding(
                f"an update replaces all tasks of service {key} at once",
                at("services", key, service, "deploy", "update_config", "parallelism"),
                expected="how many tasks at a time, from 1",
            )
