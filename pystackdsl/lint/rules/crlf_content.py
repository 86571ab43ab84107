r"""A secret, or a script that is a config, has the line ends of Windows.

The carriage return before each line's end is part of the value: a password with it is another password, and a script
that begins with `#!/bin/sh` and a carriage return is not found (`no such file or directory`).

## Bad

```python
token = Secret(content="0123456789abcdef\r\n")
app = Service(image="example/app:1.4", secrets=[token])
```

## Good

```python
token = Secret(content="0123456789abcdef")
app = Service(image="example/app:1.4", secrets=[token])
```

In git, `*.txt text eol=lf` in `.gitattributes` keeps such files as they are.

## When to ignore it

Where the program takes carriage returns away.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.contents import bytes_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD602"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each secret that is text with carriage returns, and for each script among the configs."""
    for kind in ("secrets", "configs"):
        for key, resource in getattr(inspection.stack, kind).items():
            data = bytes_of(inspection, resource)
            if data is None or b"\r\n" not in data or b"\0" in data:
                continue
            if kind == "secrets" or data.startswith(b"#!"):
                field = "file" if resource.file is not None else "content"
                yield finding(
                    f"{kind[:-1]} {key} has the line ends of Windows, which are part of it",
                    at(kind, key, resource, field),
                    help="save it with line ends of Unix (LF)",
                    is_discreet=field == "content",
                )
