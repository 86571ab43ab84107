"""A secret or config is larger than Swarm takes.

A secret has at most 500 KB and a config at most 1,000 KB; both go to every manager, and are kept in the memory of all
of them. A deploy stops there, after it has made the stack's networks.

## Bad

```python
page = Config(content="x" * 1_100_000)
web = Service(image="nginx:1.27", configs=[page.at("/usr/share/nginx/html/index.html")])
```

## Good

```python
page = Config(content="x" * 1_000)
web = Service(image="nginx:1.27", configs=[page.at("/usr/share/nginx/html/index.html")])
```

What is large belongs into an image or a volume.

## When to ignore it

Never: the deploy would fail.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.contents import inline_size
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding, told_as

ID: Final = "PSD601"
SEVERITY: Final = Severity.ERROR


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """The files that are too large, which `content` tells, and texts of the stack file itself."""
    yield from told_as("oversized-content")(inspection)
    for kind, most in (("secrets", 511_999), ("configs", 1_023_999)):
        for key, resource in getattr(inspection.stack, kind).items():
            size = inline_size(resource)
            if size is not None and size > most:
                yield finding(
                    f"{kind[:-1]} {key} has {size:,} bytes, more than Docker takes",
                    at(kind, key, resource, "content"),
                    expected=f"1 to {most:,} bytes",
                    help="keep what is large in an image or a volume, or split it",
                )
