"""A program that must be alone with its data is updated start-first.

For a while the old task and the new one run side by side. On one node both have the same volume: a database finds
files that another process is writing, refuses to start or, worse, does not notice (PostgreSQL is process 1 in both
containers, so each takes the other's lock for its own). On two nodes the new one begins with an empty volume.

## Bad

```python
data = Volume()
db = Service(
    image="postgres:16",
    volumes=[data.at("/var/lib/postgresql/data")],
    deploy=Deploy(
        placement=Placement(constraints=[node.labels.db == "yes"]),
        update_config=UpdateConfig(order="start-first"),
    ),
)
```

## Good

```python
data = Volume()
db = Service(
    image="postgres:16",
    volumes=[data.at("/var/lib/postgresql/data")],
    deploy=Deploy(
        placement=Placement(constraints=[node.labels.db == "yes"]),
        update_config=UpdateConfig(order="stop-first"),
    ),
)
```

## When to ignore it

Where what is mounted is not the program's data.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.mounted import data_mounts
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import order_of, replicas_of
from pystackdsl.model.alteration import with_value

ID: Final = "PSD203"
SEVERITY: Final = Severity.ERROR


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each start-first service of a well-known single writer with something writable mounted."""
    for key, service in inspection.services:
        if order_of(service) != "start-first" or Trait.SINGLE_WRITER not in traits_of(service.image):
            continue
        mounts = data_mounts(service)
        if mounts and replicas_of(service) != 0:
            yield finding(
                f"an update of service {key} runs two tasks on the same data",
                at("services", key, service, "deploy", "update_config", "order"),
                at("services", key, service, "volumes", mounts[0][0], note="the data"),
                help='write order="stop-first"',
                yaml="write `order: stop-first`",
                fix=with_value(service, ("deploy", "update_config", "order"), "stop-first"),
            )
