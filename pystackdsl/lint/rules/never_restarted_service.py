"""A service that is meant to run on is never started again.

With the condition `none` a task that dies stays dead: after a crash, a kill for memory or a failed health check the
service has one task less, and in the end none. A drained or lost node does have its tasks started elsewhere.

## Bad

```python
web = Service(image="nginx:1.27", ports=["80:80"], deploy=Deploy(restart=Never()))
```

## Good

```python
web = Service(image="nginx:1.27", ports=["80:80"], deploy=Deploy(restart=OnFailure(delay="5s")))
```

What runs to its end is a job: `mode="replicated-job"`.

## When to ignore it

Where somebody must look before the program may run again.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.proxies import is_routed
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.tasks import is_global, is_job, is_watched, replicas_of
from pystackdsl.model.service import Service

ID: Final = "PSD210"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service that serves somebody and has the condition `none`."""
    for key, service in inspection.services:
        policy = service.deploy.restart if service.deploy is not None else None
        if policy is None or policy.condition != "none" or is_job(service) or replicas_of(service) == 0:
            continue
        if _serves(service):
            yield finding(
                f"a task of service {key} that dies stays dead",
                at("services", key, service, "deploy", "restart"),
                help='write OnFailure(delay="5s") or Always(); what runs to its end is mode="replicated-job"',
                yaml="write `condition: on-failure` or `any`; what runs to its end is `mode: replicated-job`",
            )


def _serves(service: Service) -> bool:
    """Whether a service is seen to run on: it is reached, watched, everywhere, several, or a database."""
    several = (replicas_of(service) or 0) > 1 or is_global(service)
    known = traits_of(service.image) & (Trait.DATABASE | Trait.PROXY)
    return bool(service.ports) or is_watched(service) or is_routed(service) or several or bool(known)
