"""Docker fills an empty environment value from the shell of whoever deploys.

`NAME: ""` looks like an empty value. `docker stack deploy` takes it for a question, and where the shell it runs in has
that variable, its value goes into the service: the stack differs from one deployer to the next.

## Bad

```python
app = Service(image="example/app:1.4", environment={"HTTP_PROXY": ""})
```

## Good

```python
app = Service(image="example/app:1.4", environment={"NO_PROXY": "*"})
```

`None` in Python, or a name without a value in YAML, asks for the shell's value.

## When to ignore it

Where the program needs an empty value, and whoever deploys does not have that variable.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD004"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("shell-filled-variable")
