"""A program that asks the swarm's API may run on a worker.

Only managers answer for services and nodes. On a worker the program gets `This node is not a swarm manager` from the
socket it has mounted: Traefik then knows no routes, and swarm-cronjob starts nothing.

## Bad

```python
traefik = Service(
    image="traefik:v3.1",
    command=["--providers.swarm=true"],
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],
)
```

## Good

```python
traefik = Service(
    image="traefik:v3.1",
    command=["--providers.swarm=true"],
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
)
```

## When to ignore it

Where all nodes are managers.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.mounted import sockets
from pystackdsl.lint.placing import constraints_of, fitting, is_on_managers
from pystackdsl.lint.proxies import reads_swarm
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.alteration import with_value
from pystackdsl.model.placement import Constraint
from pystackdsl.model.service import Service

ID: Final = "PSD403"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each well-known program of that kind that no constraint keeps on managers."""
    for key, service in inspection.services:
        if not service.volumes or not _asks_swarm(service) or is_on_managers(service):
            continue
        if inspection.facts is not None and all(
            node.role == "manager" for node in fitting(service, inspection.facts.nodes)
        ):
            continue
        for i, _ in sockets(service)[:1]:
            yield finding(
                f"service {key} asks the swarm, and may run on a node that is no manager",
                at("services", key, service, "volumes", i),
                help='keep it on managers: Placement(constraints=[node.role == "manager"])',
                yaml="keep it on managers: `placement: {constraints: [node.role == manager]}`",
                fix=_on_managers(service),
            )


def _on_managers(service: Service) -> Service | None:
    """The service with the constraint; None where another one speaks of roles."""
    constraints = list(constraints_of(service))
    if any(key == "node.role" for _, (key, _operator, _value) in constraints):
        return None
    where = ("deploy", "placement", "constraints", len(constraints))
    kept: Service = with_value(service, where, Constraint("node.role == manager"))
    return kept


def _asks_swarm(service: Service) -> bool:
    traits = traits_of(service.image)
    return Trait.SWARM_API in traits or (Trait.PROXY in traits and reads_swarm(service))
