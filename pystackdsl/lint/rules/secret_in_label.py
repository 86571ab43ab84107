"""A password, token or key stands in a label.

Labels are shown by `docker service ls --filter`, by `inspect`, by every dashboard and to every proxy that finds its
services by them.

## Bad

```python
web = Service(image="nginx:1.27", deploy=Deploy(labels={"com.example.api-token": "0123456789abcdef"}))
```

## Good

```python
api_token = Secret(external=True)
web = Service(image="nginx:1.27", secrets=[api_token])
```

## When to ignore it

Where it is no secret.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.proxies import labels_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.secrecy import looks_secret

ID: Final = "PSD411"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each label of a service, or of its containers, that looks secret."""
    for key, service in inspection.services:
        for within, labels in ((("labels",), service.labels), (("deploy", "labels"), labels_of(service))):
            for name, value in (labels or {}).items():
                if looks_secret(name, value):
                    yield finding(
                        f"the label {name} of service {key} can be read by everybody who may list services",
                        at("services", key, service, *within, name),
                        help="grant a secret, and let the program read it from /run/secrets",
                        is_discreet=True,
                    )
