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

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD008"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("decimal-file-mode")
