"""The stack uses something external that the swarm does not have.

`external: true` says that somebody else makes it. A deploy asks for each external network first, and stops there; for
secrets and configs it stops after it has made the stack's networks. This is asked of a swarm, with `--live`.

## Bad

```python
tls_key = Secret(external=True, name="tls-key-2099")
web = Service(image="nginx:1.27", secrets=[tls_key])
```

## Good

```python
tls_key = Secret(external=True, name="tls-key-2024")
web = Service(image="nginx:1.27", secrets=[tls_key])
```

## When to ignore it

Where it is made before the deploy.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.diagnostics import nearest
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.variable import OPEN

ID: Final = "PSD512"
SEVERITY: Final = Severity.ERROR
IS_LIVE: Final = True

_ALWAYS: Final = frozenset(("host", "bridge", "none", "default", "ingress"))


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each external network, secret and config that some service uses and that is not there."""
    facts = inspection.facts
    if facts is None:
        return
    used = _used(inspection)
    for kind, there in (("networks", facts.networks), ("secrets", facts.secrets), ("configs", facts.configs)):
        for key, resource in getattr(inspection.stack, kind).items():
            name = resource.name or key
            if resource.external is not True or id(resource) not in used or OPEN in name:
                continue
            if name in there or (kind == "networks" and name in _ALWAYS):
                continue
            near = nearest(name, there)
            how = f"--driver overlay {name}" if kind == "networks" else f"{name} FILE"
            yield finding(
                f'the swarm has no {kind[:-1]} "{name}"',
                at(kind, key, resource, *(("name",) if resource.name else ())),
                help=f'did you mean "{near}"?' if near else f"make it first: docker {kind[:-1]} create {how}",
                at_key=resource.name is None,
            )


def _used(inspection: Inspection) -> frozenset[int]:
    """The resources that services refer to, by identity."""
    found: set[int] = set()
    for _, service in inspection.services:
        found.update(id(each.network) for each in service.networks or ())
        found.update(id(each.granted) for each in (*(service.secrets or ()), *(service.configs or ())))
    return frozenset(found)
