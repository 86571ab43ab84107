"""`restart: "no"` does not keep Swarm from restarting.

In Docker Compose it means that a container which ended stays so. `docker stack deploy` sends no policy at all for it,
and the Engine's own is to start a task again whenever it ends: a migration that was to run once runs for ever.

## Bad

```python
migrate = Service(image="example/shop:1.4", command="./manage.py migrate", restart="no")
```

## Good

```python
migrate = Service(image="example/shop:1.4", command="./manage.py migrate", deploy=Deploy(mode="replicated-job"))
```

## When to ignore it

In a file that Docker Compose reads too, for a service that always runs.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD211"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("ignored-restart-policy")
