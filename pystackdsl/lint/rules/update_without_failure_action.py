"""Nothing says what becomes of an update that fails.

Swarm then pauses it, with some tasks new and some old, and leaves it so until somebody looks. The next deploy goes on
from there.

## Bad

```python
web = Service(image="nginx:1.27", deploy=Deploy(replicas=4, update_config=UpdateConfig(parallelism=2)))
```

## Good

```python
web = Service(
    image="nginx:1.27",
    deploy=Deploy(replicas=4, update_config=UpdateConfig(parallelism=2, failure_action="pause")),
)
```

`rollback` goes back by itself, `pause` says that stopping half-way is what you want.

## When to ignore it

Where somebody watches every deploy. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import replicas_of, update_of

ID: Final = "PSD206"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service of several tasks that speaks of updates, and not of their failing."""
    for key, service in inspection.services:
        update = update_of(service)
        if update is not None and update.failure_action is None and replicas_of(service) not in (0, 1):
            yield finding(
                f"an update of service {key} that fails stays half done",
                at("services", key, service, "deploy", "update_config"),
                help='write failure_action="rollback", or "pause" if that is what you want',
                yaml="write `failure_action: rollback`, or `pause` if that is what you want",
            )
