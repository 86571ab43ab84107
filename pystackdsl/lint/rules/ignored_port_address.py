"""A port is published on one address, and Swarm publishes it on all of them.

`127.0.0.1:5432:5432` keeps a port private in Docker Compose. Swarm drops the address, and the database is open on
every address of every node; the deploy says so in a line that is easily missed.

## Bad

```python
db = Service(image="example/db:1", ports=["127.0.0.1:15432:15432"])
```

## Good

```python
backend = Network()
db = Service(image="example/db:1", networks=[backend])
```

Services on a shared network reach all ports of each other; none needs to be published for that.

## When to ignore it

In a file that Docker Compose reads too, where a firewall guards the port.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD407"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("ignored-port-address")
