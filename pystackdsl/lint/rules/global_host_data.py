"""A service on every node writes to a path of the node.

Every node has data of its own there, and a node that joins later needs the path before its first task can start. For
an agent that watches its node that is right; for data that belong together it is not.

## Bad

```python
store = Service(image="example/store:1", volumes=["/srv/store:/data"], deploy=Deploy(mode="global"))
```

## Good

```python
store_data = Volume()
store = Service(image="example/store:1", volumes=[store_data.at("/data")], deploy=Deploy(mode="global"))
```

A volume is made on each node by itself.

## When to ignore it

Where each node is to have data of its own. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.mounted import is_of_one_node, node_paths
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_global, is_job

ID: Final = "PSD307"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each path of its own that a global service may write to."""
    for key, service in inspection.services:
        if not service.volumes or not is_global(service) or is_job(service):
            continue
        for i, mount, path in node_paths(service):
            if mount.read_only is not True and is_of_one_node(path):
                yield finding(
                    f"service {key} needs {path} on every node, and has other data on each",
                    at("services", key, service, "volumes", i),
                    help="use a volume, which each node makes by itself",
                )
