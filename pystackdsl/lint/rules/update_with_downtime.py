"""An update stops all tasks of a service that people reach before a new one runs.

With `stop-first`, which is the default, and as many tasks at a time as there are, nobody answers from the stop of the
old tasks until the new ones are up. One task is always such a case.

## Bad

```python
web = Service(image="nginx:1.27", ports=["80:80"])
```

## Good

```python
web = Service(
    image="nginx:1.27",
    ports=["80:80"],
    healthcheck=Healthcheck(test="curl -f localhost", interval="5s"),
    deploy=Deploy(replicas=2, update_config=UpdateConfig(parallelism=1)),
)
```

Where one task is enough, `order="start-first"` starts the new one before the old one stops.

## When to ignore it

Where a short gap does no harm. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.mounted import data_mounts
from pystackdsl.lint.proxies import is_routed
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import host_ports, is_job, order_of, parallelism_of, replicas_of
from pystackdsl.model.service import Service

ID: Final = "PSD204"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that is reached from outside and whose updates stop all its tasks."""
    for key, service in inspection.services:
        replicas, at_a_time = replicas_of(service), parallelism_of(service)
        if not replicas or not at_a_time or at_a_time < replicas or order_of(service) != "stop-first":
            continue
        if is_job(service) or not (service.ports or is_routed(service)) or _must_stop(service):
            continue
        deploy = service.deploy
        within = ("deploy", "update_config") if deploy is not None and deploy.update_config is not None else ()
        count = "its only task" if replicas == 1 else f"its {replicas} tasks"
        yield finding(
            f"an update of service {key} stops {count} before a new one runs",
            at("services", key, service, *within),
            help='write order="start-first", or have more tasks than are updated at a time',
            yaml="write `order: start-first`, or have more tasks than are updated at a time",
        )


def _must_stop(service: Service) -> bool:
    """Whether a new task cannot run beside the old one."""
    return bool(host_ports(service)) or (Trait.SINGLE_WRITER in traits_of(service.image) and bool(data_mounts(service)))
