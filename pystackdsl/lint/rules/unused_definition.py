"""A network, volume, secret or config is defined, and no service uses it.

Networks and volumes that nobody uses are not made. Secrets and configs are put into the swarm all the same, where a
secret that nobody needs is one more that can be lost. Most often a service lost its line, or never got it.

## Bad

```python
backend = Network()
api_token = Secret(external=True)
web = Service(image="nginx:1.27")
```

## Good

```python
backend = Network()
api_token = Secret(external=True)
web = Service(image="nginx:1.27", networks=[backend], secrets=[api_token])
```

## When to ignore it

Where another file that is merged with this one uses it.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.mounts import Mount
from pystackdsl.model.service import Service

ID: Final = "PSD604"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each definition that no service refers to."""
    used = {id(resource) for _, service in inspection.services for resource in _referred(service)}
    for kind, key, resource in inspection.stack.resources():
        if kind == "services" or id(resource) in used or (kind == "networks" and key in inspection.members):
            continue
        made = kind in ("secrets", "configs") and resource.__dict__["external"] is not True
        yield finding(
            f"no service uses {kind[:-1]} {key}" + (", which is put into the swarm all the same" if made else ""),
            at(kind, key, resource),
            help="leave it out, or let the service that needs it refer to it",
            at_key=True,
        )


def _referred(service: Service) -> Iterator[object]:
    """The resources that a service refers to."""
    yield from (attachment.network for attachment in service.networks or ())
    yield from (mount.source for mount in service.volumes or () if type(mount) is Mount)
    yield from (grant.granted for grant in service.secrets or ())
    yield from (grant.granted for grant in service.configs or ())
    if service.credential_spec is not None:
        yield service.credential_spec.config
