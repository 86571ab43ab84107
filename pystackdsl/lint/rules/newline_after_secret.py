r"""A secret is one line, and the line's end belongs to it.

`echo secret > file` and most editors end a file with a line feed. A program that takes the file as it is has a
password that ends with one, and is refused; the entry points of the official database images take it away.

## Bad

```python
api_token = Secret(content="0123456789abcdef\n")
app = Service(image="example/app:1.4", secrets=[api_token])
```

## Good

```python
api_token = Secret(content="0123456789abcdef")
app = Service(image="example/app:1.4", secrets=[api_token])
```

`printf %s "$TOKEN" > file` writes no line feed.

## When to ignore it

Where the program takes it away. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.contents import bytes_of
from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.secret import Secret

ID: Final = "PSD603"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each secret of one line that some program may take with its end."""
    for key, secret in inspection.stack.secrets.items():
        if not _is_taken_as_it_is(inspection, secret):
            continue
        data = bytes_of(inspection, secret)
        if data is not None and data.strip() and _is_one_line(data):
            field = "file" if secret.file is not None else "content"
            yield finding(
                f"secret {key} ends with a line feed, which belongs to it",
                at("secrets", key, secret, field),
                help='write it without: printf %s "…" > file',
                is_discreet=field == "content",
            )


def _is_one_line(data: bytes) -> bool:
    """Whether bytes are text of one line and its end; the line ends of Windows are another rule's."""
    return data.endswith(b"\n") and data.count(b"\n") == 1 and b"\0" not in data and b"\r" not in data


def _is_taken_as_it_is(inspection: Inspection, secret: Secret) -> bool:
    """Whether some service has the secret whose image is not known to take the line's end away."""
    holders = [
        service for _, service in inspection.services if any(grant.granted is secret for grant in service.secrets or ())
    ]
    return any(Trait.FILE_VARIABLES not in traits_of(service.image) for service in holders)
