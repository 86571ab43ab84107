"""A volume lies on the disk of one node, and nothing keeps the service there.

When the node is drained or lost, when it is short of memory, or simply at the next deploy, Swarm starts the task on
another node. There the volume is made anew, and is empty: a database begins from nothing while its data lie on the
first node.

## Bad

```python
data = Volume()
db = Service(image="postgres:16", volumes=[data.at("/var/lib/postgresql/data")])
```

## Good

```python
data = Volume()
db = Service(
    image="postgres:16",
    volumes=[data.at("/var/lib/postgresql/data")],
    deploy=Deploy(placement=Placement(constraints=[node.labels.db == "yes"])),
)
```

A volume on shared storage is no fault, and neither is one with a driver of its own. With `--live` it is known how many
nodes the constraints leave.

## When to ignore it

Where the volume holds what can be made again, such as a cache, or where the swarm has one node.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.mounted import local_mounts
from pystackdsl.lint.placing import is_pinned
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_global, is_job, replicas_of

ID: Final = "PSD304"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service of one task that could leave its local volume behind."""
    for key, service in inspection.services:
        if not service.volumes or is_global(service) or is_job(service) or replicas_of(service) not in (1, None):
            continue
        mounts = local_mounts(service)
        if mounts and not is_pinned(service, inspection.facts):
            i, volume = mounts[0]
            yield finding(
                f"service {key} may be started on another node, where volume {inspection.names.key(volume)} is empty"
                if inspection.names.holds(volume)
                else f"service {key} may be started on another node, where its volume is empty",
                at("services", key, service, "volumes", i),
                help="keep it on one node by a constraint, or put the volume on storage that all nodes share",
            )
