"""A password, token or key stands in the environment.

The environment of a service is shown by `docker service inspect` to everybody who may use the API, it is in every
backup of the swarm's state, every program of the container inherits it, and error reports carry it away. A variable
that is filled in when the stack is deployed ends up there too.

## Bad

```python
db = Service(image="postgres:16", environment={"POSTGRES_PASSWORD": "correct-horse"})
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

Programs of your own read `/run/secrets/NAME`. The value itself is never shown here.

## When to ignore it

Where the program takes its password from nowhere else, or where it is no secret.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.secrecy import looks_secret

ID: Final = "PSD410"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each variable whose name or value says that it is secret."""
    for key, service in inspection.services:
        for name, value in (service.environment or {}).items():
            if looks_secret(name, value):
                has_file = f"{name}_FILE, if the image reads it, or a program that reads /run/secrets"
                yield finding(
                    f"{name} of service {key} can be read by everybody who may inspect the service",
                    at("services", key, service, "environment", name),
                    help=f"grant a secret, and use {has_file}",
                    is_discreet=True,
                )
