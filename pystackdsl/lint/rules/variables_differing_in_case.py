"""Two environment variables of a service differ in nothing but capital letters.

On Linux they are two variables. Most programs read one of them, so one of the two values is never used; which one the
reader of the file cannot tell. The proxy variables, which programs look for in both spellings, are no fault.

## Bad

```python
app = Service(image="example/app:1.4", environment={"LOG_LEVEL": "debug", "log_level": "info"})
```

## Good

```python
app = Service(image="example/app:1.4", environment={"LOG_LEVEL": "debug"})
```

## When to ignore it

Where one program reads the one, and another the other.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD607"
SEVERITY: Final = Severity.WARNING

_BOTH: Final = frozenset(("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ftp_proxy", "ws_proxy"))


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each variable that has a twin before it."""
    for key, service in inspection.services:
        seen: dict[str, str] = {}
        for name in service.environment or {}:
            folded = name.casefold()
            other = seen.setdefault(folded, name)
            if other != name and folded not in _BOTH:
                yield finding(
                    f"service {key} has the variables {other} and {name}",
                    at("services", key, service, "environment", name),
                    at("services", key, service, "environment", other, note="the other one"),
                    help="keep the one that the program reads",
                    at_key=True,
                )
