"""A task may use all the memory of its node.

Without a limit one program that leaks takes the memory of all others, and then the kernel chooses what to kill: it
may be the database beside it, or the Docker daemon.

## Bad

```python
web = Service(image="nginx:1.27")
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(resources=Resources(limits=Limits(memory="256M"))))
```

## When to ignore it

Where nodes run one service each. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD301"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service without a memory limit."""
    for key, service in inspection.services:
        resources = service.deploy.resources if service.deploy is not None else None
        limits = resources.limits if resources is not None else None
        if limits is None or limits.memory is None:
            yield finding(
                f"a task of service {key} may use all the memory of its node",
                at("services", key, service),
                help='write Deploy(resources=Resources(limits=Limits(memory="256M"))), with what it needs',
                yaml="write `deploy: {resources: {limits: {memory: 256M}}}`, with what it needs",
            )
