"""A service has the Docker socket of its node.

Whoever can write to the socket is root on the node, and on a manager rules the swarm: a container may be started that
mounts the whole disk. A read-only mount does not help, for requests still go through. Programs that are made to talk
to Docker, such as Traefik or Portainer, are not reported.

## Bad

```python
app = Service(image="example/app:1.4", volumes=["/var/run/docker.sock:/var/run/docker.sock"])
```

## Good

```python
docker_api = Network(internal=True)
socket_proxy = Service(
    image="tecnativa/docker-socket-proxy:0.2",
    environment={"SERVICES": 1},
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],
    networks=[docker_api],
)
app = Service(
    image="example/app:1.4", environment={"DOCKER_HOST": "tcp://socket_proxy:2375"}, networks=[docker_api]
)
```

## When to ignore it

Where the image is yours, or you trust it as you trust an administrator.
"""

from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import Trait, traits_of
from pystackdsl.lint.mounted import sockets
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD401"
SEVERITY: Final = Severity.WARNING


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each service with the socket whose image is not known to need it."""
    for key, service in inspection.services:
        if service.volumes and Trait.SOCKET not in traits_of(service.image):
            for i, _ in sockets(service):
                yield finding(
                    f"service {key} has the Docker socket: whoever breaks into it is root on the node",
                    at("services", key, service, "volumes", i),
                    help="let it ask a proxy that passes on only what it needs, such as docker-socket-proxy",
                )
