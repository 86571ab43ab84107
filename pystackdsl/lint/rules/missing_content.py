"""A file that the stack names is not there, is empty, or cannot be read.

Docker reads the files of secrets and configs at every deploy, after it has made the stack's networks; then it stops.
An env file that is missing stops it at once.

## Bad

```python
motd = Config(file="./there-is-no-such-file.txt")
web = Service(image="nginx:1.27", configs=[motd])
```

## Good

```python
motd = Config(content="welcome")
web = Service(image="nginx:1.27", configs=[motd])
```

## When to ignore it

Where the file is made between the check and the deploy, as a pipeline does with secrets.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD005"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("missing-content")
