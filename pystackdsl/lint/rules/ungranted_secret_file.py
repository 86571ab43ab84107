"""A variable names the file of a secret that the service is not granted.

Only secrets that are listed under `secrets` of the service are in its `/run/secrets`. The program finds no file there,
and ends as soon as it starts; most images say `No such file or directory`, some start without a password.

## Bad

```python
db_password = Secret(external=True)
db = Service(image="postgres:16", environment={"POSTGRES_PASSWORD_FILE": "/run/secrets/db_password"})
backup = Service(image="example/backup:1", secrets=[db_password])
```

## Good

```python
db_password = Secret(external=True)
db = Service(
    image="postgres:16",
    environment={"POSTGRES_PASSWORD_FILE": db_password.path},
    secrets=[db_password],
)
```

## When to ignore it

Where the program makes the file itself before it reads it.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.diagnostics import nearest
from pystackdsl.lint.grants import SECRETS, granted_paths
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.mounts import Mount
from pystackdsl.model.service import Service
from pystackdsl.model.variable import OPEN

ID: Final = "PSD413"
SEVERITY: Final = Severity.ERROR


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each variable that is the path of a secret, when no grant puts one there."""
    for key, service in inspection.services:
        for name, value in (service.environment or {}).items():
            if not value or OPEN in value or "{{" in value:
                continue
            path = inspection.names.comparable(value)
            if not path.startswith(SECRETS) or " " in path or path == SECRETS or _is_mounted(service):
                continue
            granted = granted_paths(inspection, service)
            if path not in granted and not any(path.startswith(f"{each}/") for each in granted):
                yield _missing(key, service, name, path, inspection, granted)


def _is_mounted(service: Service) -> bool:
    """Whether something else of the service's own is at /run/secrets."""
    mounts = (mount.target or "" for mount in service.volumes or () if type(mount) is Mount)
    return any(target.rstrip("/") in ("/run", "/run/secrets") for target in mounts)


def _missing(
    key: str, service: Service, name: str, path: str, inspection: Inspection, granted: frozenset[str]
) -> Diagnostic:
    secret = path.removeprefix(SECRETS)
    near = nearest(secret, [each.removeprefix(SECRETS) for each in granted])
    if secret in inspection.stack.secrets:
        cure = f"add it: secrets=[{secret}]"
    else:
        cure = f'did you mean "{SECRETS}{near}"?' if near else "declare the secret, and grant it to the service"
    return finding(
        f"{name} of service {key} names {path}, and the service is granted no such secret",
        at("services", key, service, "environment", name),
        help=cure,
    )
