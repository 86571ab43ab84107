"""The mode of a secret or config is a decimal number that looks like permission bits.

`mode: 440` is the number four hundred and forty, which is 0670 in octal: the file is open to more than was meant, or
to fewer.

## Bad

```python
tls_key = Secret(external=True)
web = Service(image="nginx:1.27", secrets=[tls_key.at("tls.key", mode=440)])
```

## Good

```python
tls_key = Secret(external=True)
web = Service(image="nginx:1.27", secrets=[tls_key.at("tls.key", mode=0o440)])
```

## When to ignore it

Hardly ever: nobody thinks of permissions in decimal numbers.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from pystackdsl.diagnostics import Fix
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, told_as
from pystackdsl.model.alteration import value_at, with_value
from pystackdsl.model.units import FileMode

ID: Final = "PSD008"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """What the model's own checks and the reader of YAML tell, once for each place, with the mode that was meant."""
    told = {each.path: each for each in told_as("decimal-file-mode")(inspection)}
    for path, each in told.items():
        service = inspection.stack.services.get(str(path[1]))
        within = tuple(path[2:])
        mode = value_at(service, within) if service is not None else None
        if type(mode) is FileMode:
            meant = FileMode(int(str(mode.number), 8))
            yield attrs.evolve(each, fix=Fix(resource=service, value=with_value(service, within, meant)))
        else:
            yield each
