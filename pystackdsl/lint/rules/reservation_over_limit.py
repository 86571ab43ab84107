"""A service reserves more than it may use.

The node keeps free what no task will ever take. Most often the two numbers stand in each other's place, or one has
another unit.

## Bad

```python
resources = Resources(limits=Limits(memory="512M"), reservations=Reservations(memory="1G"))
web = Service(image="nginx:1.27", deploy=Deploy(resources=resources))
```

## Good

```python
resources = Resources(limits=Limits(memory="1G"), reservations=Reservations(memory="512M"))
web = Service(image="nginx:1.27", deploy=Deploy(resources=resources))
```

## When to ignore it

Where a reservation is meant to keep other services away; a constraint or a generic resource does that better.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD302"
SEVERITY: Final = Severity.WARNING
find: Final = told_as("reservation-over-limit")
