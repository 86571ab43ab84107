"""Swarm ignores a key that Docker Compose knows.

`docker stack deploy` takes the key and makes nothing of it: services do not wait for those in `depends_on`, a
`container_name` names nothing, `privileged` gives no rights, and a service's own `tmpfs` mounts nothing. Of some of
these the deploy says so, of others not.

## Bad

```python
app = Service(image="example/app:1.4", tmpfs=["/run"], depends_on=["db"])
db = Service(image="postgres:16")
```

## Good

```python
app = Service(image="example/app:1.4", volumes=[Mount(type="tmpfs", target="/run")])
db = Service(image="postgres:16")
```

## When to ignore it

In a file that Docker Compose reads too.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD003"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("ignored-key")
