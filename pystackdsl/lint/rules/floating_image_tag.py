"""An image has a tag that moves, or none, which is `latest`.

What runs then depends on when a node pulled, and not on the stack: two deploys of one file start two programs, a task
that moves to another node may be of another version, and a rollback goes back to the same moving tag. Tags that say
a flavour alone, such as `alpine` or `stable`, move too.

## Bad

```python
cache = Service(image="redis:alpine")
web = Service(image="nginx")
```

## Good

```python
cache = Service(image="redis:7.2-alpine")
web = Service(image="nginx:1.27")
```

## When to ignore it

In stacks for trying things out, where the newest build is what is wanted.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import reference
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD101"
SEVERITY: Final = Severity.WARNING

_WORDS: Final = frozenset(
    ("latest", "stable", "unstable", "edge", "nightly", "main", "master", "dev", "devel", "develop", "development",
     "rolling", "canary", "mainline", "snapshot", "head", "next", "testing", "staging", "prod", "production", "lts",
     "current", "alpine", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "focal", "noble", "ubuntu",
     "debian", "fpm", "apache", "management", "perl", "windowsservercore", "nanoserver")
)  # fmt: skip
"""The words of which a tag that names no version is made: channels and flavours."""


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service whose image has such a tag."""
    for key, service in inspection.services:
        if service.image is not None and is_floating(service.image):
            tag = service.image.rpartition(":")[2] if ":" in service.image.rpartition("/")[2] else ""
            yield finding(
                f'service {key} runs whatever "{tag}" is when a node pulls'
                if tag
                else f"the image of service {key} has no tag, so it is whatever is latest when a node pulls",
                at("services", key, service, "image"),
                expected="a tag that names a version",
            )


def is_floating(image: str) -> bool:
    """Whether an image's tag says no version. What is left open says nothing."""
    parsed = reference(image)
    if parsed is None or parsed.digest is not None:
        return False
    return parsed.tag is None or _WORDS.issuperset(re.split("[-._]", parsed.tag.lower()))
