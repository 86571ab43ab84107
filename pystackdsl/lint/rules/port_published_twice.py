"""Two services publish the same port.

A port of the swarm belongs to one service, whatever node is asked. The Engine refuses the second service, so half of
the stack is deployed. Two services with `mode: host` may have the same port, on different nodes.

## Bad

```python
shop = Service(image="nginx:1.27", ports=["80:80"])
docs = Service(image="nginx:1.27", ports=["80:80"])
```

## Good

```python
shop = Service(image="nginx:1.27", ports=["80:80"])
docs = Service(image="nginx:1.27", ports=["8080:80"])
```

Where several services are to answer on port 80, a reverse proxy takes it and passes on by host name.

## When to ignore it

It cannot be ignored: the deploy would fail.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD406"
SEVERITY: Final = Severity.ERROR
IS_FIRM: Final = True
find: Final = told_as("port-published-twice")
