"""Docker takes a value that will hardly do what was meant.

Names that no node knows, numbers that nothing can have, options that are not used: Docker takes them, and then tasks
fail, or the value is dropped without a word.

## Bad

```python
web = Service(image="nginx:1.27", stop_signal="SIGTREM")
```

## Good

```python
web = Service(image="nginx:1.27", stop_signal="SIGTERM")
```

## When to ignore it

Where your nodes know more than Docker's own do, such as a plugin of your own.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity

ID: Final = "PSD002"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """Every doubt that has no rule of its own."""
    return (each for each in inspection.told if each.severity is not Severity.ERROR and not each.kind)
