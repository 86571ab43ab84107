"""A service mounts a path of a node, and may run on nodes that do not have it.

Swarm makes no folders: where the path is missing every task is rejected (`bind source path does not exist`), and where
it is there the files are those of that node. A path beside the stack file is on the machine that deploys, and hardly
on the others.

## Bad

```python
web = Service(image="nginx:1.27", volumes=["./nginx.conf:/etc/nginx/nginx.conf:ro"])
```

## Good

```python
nginx_conf = Config(external=True)
web = Service(image="nginx:1.27", configs=[nginx_conf.at("/etc/nginx/nginx.conf")])
```

Files that a program only reads are best configs, and data are best in volumes. Paths that every node has, such as
`/proc` or `/etc/localtime`, and those where shared storage is mounted, such as `/mnt`, are no fault.

## When to ignore it

Where every node is given the path, or the swarm has one node.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.mounted import is_of_one_node, node_paths
from pystackdsl.lint.placing import is_pinned
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_global, replicas_of

ID: Final = "PSD306"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each mounted path of a service that is not kept on one node."""
    for key, service in inspection.services:
        if not service.volumes or is_global(service) or replicas_of(service) == 0:
            continue
        if is_pinned(service, inspection.facts):
            continue
        for i, mount, path in node_paths(service):
            if is_of_one_node(path):
                yield finding(
                    f"service {key} may run on a node that has no {path}",
                    at("services", key, service, "volumes", i),
                    help="make a config of what is only read, a volume of data, or keep it on one node by a constraint"
                    if mount.read_only
                    else "use a volume, or keep it on one node by a constraint",
                )
