"""A text in Python looks like a variable that is filled in later, and stays as it is.

In YAML `${TAG}` is a question to the deployer's shell. In Python it is a dollar sign, a brace and a word: the stack
file that is built has `$${TAG}`, and the program gets `${TAG}`.

## Bad

```python
app = Service(image="example/app:1.4", environment={"PUBLIC_URL": "https://${DOMAIN}/"})
```

## Good

```python
domain = var("DOMAIN", default="example.com")
app = Service(image="example/app:1.4", environment={"PUBLIC_URL": f"https://{domain}/"})
```

## When to ignore it

Where the program itself puts a value in place of it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.service import Service

ID: Final = "PSD608"
SEVERITY: Final = Severity.WARNING

_VARIABLE: Final = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)(:?[-?][^}]*)?\}")


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each such text in environments and labels of a stack whose source has no variables of its own."""
    if inspection.is_interpolated:
        return
    for key, service in inspection.services:
        for within, name, text in _texts(service):
            match = _VARIABLE.search(text) if "${" in text else None
            if match is not None:
                yield finding(
                    f"{match[0]} in service {key} is text: nothing is put in its place",
                    at("services", key, service, *within, name),
                    help=f'write f"…{{var("{match[1]}")}}…", which is filled in at the deploy',
                )


def _texts(service: Service) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The values of a service's environment and labels, with where they stand."""
    own = service.deploy.labels if service.deploy is not None else None
    maps: tuple[tuple[tuple[str, ...], Mapping[str, str | None] | None], ...] = (
        (("environment",), service.environment),
        (("labels",), service.labels),
        (("deploy", "labels"), own),
    )
    for within, pairs in maps:
        for name, text in (pairs or {}).items():
            if text:
                yield within, name, text
