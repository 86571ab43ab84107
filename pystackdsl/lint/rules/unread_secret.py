"""A service is granted a secret that nothing in it names.

The images that this is reported for read secrets through `…_FILE` variables, and no variable, argument or config of the
service says this one's path. A secret that is not needed is one more place from which it can be taken; or the variable
that should name it is missing, and the program uses a default.

## Bad

```python
db_password = Secret(external=True)
db = Service(image="postgres:16", secrets=[db_password], environment={"POSTGRES_USER": "shop"})
```

## Good

```python
db_password = Secret(external=True)
db = Service(
    image="postgres:16",
    secrets=[db_password],
    environment={"POSTGRES_USER": "shop", "POSTGRES_PASSWORD_FILE": db_password.path},
)
```

## When to ignore it

Where a script inside of the image reads it. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.grants import path_of
from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.service import Service
from pystackdsl.model.variable import OPEN

ID: Final = "PSD414"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each secret of a well-known image that is granted in vain, as far as is to be seen."""
    for key, service in inspection.services:
        if not service.secrets or Trait.FILE_VARIABLES not in traits_of(service.image):
            continue
        if service.configs or service.env_file or service.entrypoint is not None:
            continue  # what these hold may name it
        said = _said(inspection, service)
        for i, grant in enumerate(service.secrets):
            path = path_of(inspection, grant)
            if path is not None and OPEN not in said and path not in said:
                yield finding(
                    f"nothing in service {key} names {path}",
                    at("services", key, service, "secrets", i),
                    help="name it in a variable such as POSTGRES_PASSWORD_FILE, or leave the secret out",
                )


def _said(inspection: Inspection, service: Service) -> str:
    """All texts of a service that may name a path."""
    test = service.healthcheck.test if service.healthcheck is not None else None
    texts = [value or "" for value in (service.environment or {}).values()]
    for command in (service.command, test):
        texts += [command] if isinstance(command, str) else list(command or ())
    return "\n".join(inspection.names.comparable(text) for text in texts)
