"""An environment value is `True` or `False`, with a capital letter.

Python prints truth values so, and a stack file in Python puts them into the environment where somebody wrote
`str(flag)`. Shells, Go and Node programs compare with `true`; some take any text that is not empty for true.

## Bad

```python
app = Service(image="example/app:1.4", environment={"DEBUG": str(False)})
```

## Good

```python
app = Service(image="example/app:1.4", environment={"DEBUG": "false"})
```

## When to ignore it

Where the program is written in Python and expects it so. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD606"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each variable with such a value."""
    for key, service in inspection.services:
        for name, value in (service.environment or {}).items():
            if value in ("True", "False"):
                yield finding(
                    f"{name} of service {key} is {value}, with a capital letter",
                    at("services", key, service, "environment", name),
                    help=f'most programs expect "{value.lower()}"',
                )
