"""Several tasks of a service write to a volume that lies on the disks of their nodes.

Tasks on one node share the volume, tasks on two nodes have one each: what a user uploads through one task the other
does not see, and two databases are two databases.

## Bad

```python
uploads = Volume()
app = Service(image="example/shop:1.4", volumes=[uploads.at("/uploads")], deploy=Deploy(replicas=3))
```

## Good

```python
uploads = Volume(driver_opts={"type": "nfs", "o": "addr=10.0.0.10,rw", "device": ":/export/uploads"})
app = Service(image="example/shop:1.4", volumes=[uploads.at("/uploads")], deploy=Deploy(replicas=3))
```

## When to ignore it

Where every task may have a volume of its own, such as a cache.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.mounted import local_mounts
from pystackdsl.lint.placing import constraints_of, is_pinned
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_job, replicas_of
from pystackdsl.model.service import Service

ID: Final = "PSD305"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service of several tasks with a local volume, but for those on a single named node."""
    for key, service in inspection.services:
        replicas = replicas_of(service) if service.volumes else None
        mounts = local_mounts(service) if replicas is not None and replicas > 1 and not is_job(service) else []
        if mounts and not _is_on_one_node(service, inspection):
            yield finding(
                f"each node has a volume of its own, and service {key} has {replicas} tasks",
                at("services", key, service, "volumes", mounts[0][0]),
                at("services", key, service, "deploy", "replicas", note="the tasks"),
                help="put the volume on storage that all nodes share, or run one task",
            )


def _is_on_one_node(service: Service, inspection: Inspection) -> bool:
    if inspection.facts is not None:
        return is_pinned(service, inspection.facts)
    named = (key in ("node.hostname", "node.id") and operator == "=="
             for _, (key, operator, _value) in constraints_of(service))  # fmt: skip
    return any(named)
