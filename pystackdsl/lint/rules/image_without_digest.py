"""An image is named by its tag alone, and not by its digest.

Whoever may push to the repository can change what a tag names. `docker stack deploy` looks the digest up once and puts
it into the service, so all tasks of one deploy are the same; the next deploy of the same file may give another. With
the digest in the file, the file alone says what runs.

## Bad

```python
web = Service(image="nginx:1.27")
```

## Good

```python
web = Service(image="nginx:1.27@sha256:9d6b58feebd2dbd3c56ab5853333d627cc6e281011cfd6050fa4bcf2072c9496")
```

## When to ignore it

Where tags are never moved, as in a registry that forbids it. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import reference
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.lint.rules.floating_image_tag import is_floating

ID: Final = "PSD102"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service whose image is pinned to a version, and no further."""
    for key, service in inspection.services:
        parsed = reference(service.image) if service.image is not None else None
        if parsed is not None and parsed.digest is None and not is_floating(service.image or ""):
            yield finding(
                f"the image of service {key} is not pinned by its digest",
                at("services", key, service, "image"),
                help="`docker buildx imagetools inspect IMAGE` shows the digest: write IMAGE@sha256:…",
            )
