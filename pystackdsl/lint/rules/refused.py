"""Docker refuses the stack: `docker stack config` does, or every deploy.

Everything of this kind is told at once, by `build` and by every other command too. Where such a fault is a well-known
one it has a rule of its own, with a page that says more; all others are under this one.

## Bad

```python
web = Service(image="nginx:1.27", deploy=Deploy(mode="global", replicas=2))
```

## Good

```python
web = Service(image="nginx:1.27", deploy=Deploy(mode="global"))
```

## When to ignore it

It cannot be ignored: nothing could be deployed.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity

ID: Final = "PSD001"
SEVERITY: Final = Severity.ERROR
IS_FIRM: Final = True


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """Everything that is refused and has no rule of its own."""
    return (each for each in inspection.told if each.severity is Severity.ERROR and not each.kind)
