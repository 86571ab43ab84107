"""A comment ignores a rule that finds nothing there.

`# psd: ignore[PSD101]` stays behind when the fault is mended, and would hide the next one. It may also name a rule that
does not exist, or one that cannot be ignored.

## Bad

```python
web = Service(image="nginx:1.27")  # psd: ignore[PSD101]
```

## Good

```python
web = Service(image="nginx:1.27")
```

## When to ignore it

Where the stack is checked in several ways, and only one of them finds the fault.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity

ID: Final = "PSD006"
SEVERITY: Final = Severity.WARNING


def find(_inspection: Inspection) -> Iterator[Diagnostic]:
    """Nothing in the stack itself: comments are looked at once all findings are known, by `lint.silence`."""
    yield from ()
