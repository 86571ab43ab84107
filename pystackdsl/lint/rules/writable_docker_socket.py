"""The Docker socket is mounted so that the service may replace it.

A program that is made to talk to Docker needs the socket, and not the right to remove it or to put another in its
place. Read-only, the mount takes that right away. It does not take away requests: for that, put a proxy between.

## Bad

```python
traefik = Service(image="traefik:v3.1", volumes=["/var/run/docker.sock:/var/run/docker.sock"])
```

## Good

```python
traefik = Service(image="traefik:v3.1", volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"])
```

## When to ignore it

Where a program checks that it may write to the socket. It is a remark and fails no check.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.mounted import sockets
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding
from pystackdsl.model.alteration import with_value

ID: Final = "PSD402"
SEVERITY: Final = Severity.INFO


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each mount of the socket that is not read-only, in images that are made to have it."""
    for key, service in inspection.services:
        for i, mount in sockets(service) if Trait.SOCKET in traits_of(service.image) else ():
            if mount.read_only is not True:
                yield finding(
                    f"service {key} may replace the Docker socket of its node",
                    at("services", key, service, "volumes", i),
                    help="mount it read-only, which does not keep requests back: …/docker.sock:ro",
                    fix=with_value(service, ("volumes", i, "read_only"), True),
                )
