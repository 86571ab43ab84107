"""A service that swarm-cronjob starts by a schedule also runs by itself.

swarm-cronjob changes the service at the time that its labels say, which starts its tasks. With `replicas` other than 0
they start at every deploy too, and unless the restart condition is `none`, Swarm starts them again as soon as they
have ended.

## Bad

```python
backup = Service(
    image="example/shop:1.4",
    command="./manage.py backup",
    deploy=Deploy(labels={"swarm.cronjob.enable": "true", "swarm.cronjob.schedule": "0 3 * * *"}),
)
```

## Good

```python
backup = Service(
    image="example/shop:1.4",
    command="./manage.py backup",
    deploy=Deploy(
        replicas=0,
        labels={"swarm.cronjob.enable": "true", "swarm.cronjob.schedule": "0 3 * * *"},
        restart=Never(),
    ),
)
```

## When to ignore it

Where it is meant to run at every deploy as well.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import labels_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_global, is_job, replicas_of
from pystackdsl.model.alteration import with_value

ID: Final = "PSD212"
SEVERITY: Final = Severity.WARNING

_ENABLE: Final = "swarm.cronjob.enable"


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each scheduled service with tasks of its own, and one for each that would be restarted."""
    for key, service in inspection.services:
        deploy = service.deploy
        if deploy is None or labels_of(service).get(_ENABLE) != "true" or is_job(service) or is_global(service):
            continue
        because = at("services", key, service, "deploy", "labels", _ENABLE, note="because of this")
        replicas = replicas_of(service)
        if replicas:
            said = ("replicas",) if deploy.replicas is not None else ()
            yield finding(
                f"service {key} runs by a schedule, and at every deploy too",
                at("services", key, service, "deploy", *said),
                because,
                help="write replicas=0: swarm-cronjob starts its tasks",
                yaml="write replicas: 0, for swarm-cronjob starts its tasks",
                fix=with_value(service, ("deploy", "replicas"), 0),
            )
        if replicas is not None and (deploy.restart is None or deploy.restart.condition in (None, "any")):
            said = ("restart",) if deploy.restart is not None else ()
            yield finding(
                f"service {key} runs by a schedule, and is started again as soon as it ends",
                at("services", key, service, "deploy", *said),
                because,
                help="write restart=Never()",
                yaml="write restart_policy: {condition: none}",
                fix=with_value(service, ("deploy", "restart", "condition"), "none"),
            )
