"""YAML makes a number or a date of what was meant as text, and Docker writes it in another way.

`VERSION: 1.10` is the number 1.1, `ID: 0042` is octal for 34, and `RELEASE: 2024-06-01` becomes a point in time with
its time zone. The program gets the text that Docker makes of the number.

## Bad

```yaml
services:
  app:
    image: example/app:1.4
    environment:
      NODE_VERSION: 1.10
```

## Good

```yaml
services:
  app:
    image: example/app:1.4
    environment:
      NODE_VERSION: "1.10"
```

## When to ignore it

Where the text that Docker makes of it is what the program wants.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD007"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("respelled-value")
