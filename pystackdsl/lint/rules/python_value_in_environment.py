"""An environment value is how a program prints something, and not a value.

`str(None)`, an object that an f-string spelled, a list, or a number with rounding errors: the text of it is in the
environment now, and the program that reads it takes `None` for a name.

## Bad

```python
timeout = None
app = Service(image="example/app:1.4", environment={"TIMEOUT": f"{timeout}", "RATIO": 0.1 + 0.2})
```

## Good

```python
app = Service(image="example/app:1.4", environment={"TIMEOUT": "30", "RATIO": "0.3"})
```

## When to ignore it

Where the program does want the word `None`.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD605"
SEVERITY: Final = Severity.WARNING

_PRINTED: Final = re.compile(
    r"None|nan|NaN|undefined|\[object Object\]|<.* at 0x[0-9a-f]+>|<class '.*'>|[\[({]'.*'[\])}]|\{'.*\}"
    r"|-?\d+\.\d*(?:0{9,}|9{9,})\d{1,3}",
    re.DOTALL,
)


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each variable whose whole value is such a text."""
    for key, service in inspection.services:
        for name, value in (service.environment or {}).items():
            if value and _PRINTED.fullmatch(value) and "SAMESITE" not in name.upper():
                shown = value if len(value) <= 30 else value[:29] + "…"
                yield finding(
                    f"{name} of service {key} is {shown}, as a program prints it",
                    at("services", key, service, "environment", name),
                    help="write the value that is meant, or leave the variable out",
                )
