"""The image is for one platform, and the constraints are for another.

An image whose name says `arm64v8` has programs that no x86 node can run, and a Windows image no Linux node. Swarm
knows the image's platforms and never starts a task (`unsupported platform`), or the task fails with `exec format
error`.

## Bad

```python
db = Service(
    image="arm64v8/postgres:16",
    deploy=Deploy(placement=Placement(constraints=[node.platform.arch == "x86_64"])),
)
```

## Good

```python
db = Service(
    image="postgres:16",
    deploy=Deploy(placement=Placement(constraints=[node.platform.arch == "x86_64"])),
)
```

## When to ignore it

Where the name of the image says something else.
"""

import re
from collections.abc import Iterator
from typing import Final

from pystackdsl.lint.images import reference
from pystackdsl.lint.placing import constraints_of
from pystackdsl.lint.rule import Diagnostic, Inspection, Severity, at, finding

ID: Final = "PSD310"
SEVERITY: Final = Severity.WARNING

_ARCHITECTURES: Final = {
    "amd64": "x86_64",
    "arm64v8": "aarch64",
    "arm64": "aarch64",
    "arm32v7": "armv7l",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
    "riscv64": "riscv64",
}


def find(inspection: Inspection) -> Iterator[Diagnostic]:
    """A finding for each constraint that excludes the only platform of the image, as its name tells that."""
    for key, service in inspection.services:
        if service.image is None or service.deploy is None or service.deploy.placement is None:
            continue
        made_for = _platform(service.image)
        for i, (name, operator, value) in constraints_of(service):
            wanted = made_for.get(name)
            if wanted is None or (wanted == _ARCHITECTURES.get(value.lower(), value.lower())) == (operator == "=="):
                continue
            yield finding(
                f"the image of service {key} is for {wanted}, and its nodes are not",
                at("services", key, service, "deploy", "placement", "constraints", i),
                at("services", key, service, "image", note="the image"),
                help="take the image for the nodes' platform, or the image for all of them",
            )


def _platform(image: str) -> dict[str, str]:
    """What an image's name says of its platform, by the attribute of nodes."""
    parsed = reference(image)
    if parsed is None:
        return {}
    found = {}
    first = parsed.path.partition("/")[0] if "/" in parsed.path else ""
    suffix = re.search(r"-(amd64|arm64|arm64v8|arm32v7|s390x|ppc64le|riscv64)$", parsed.tag or "")
    word = first if first in _ARCHITECTURES else suffix[1] if suffix else ""
    if word:
        found["node.platform.arch"] = _ARCHITECTURES[word]
    name = f"{parsed.domain}/{parsed.path}:{parsed.tag or ''}".lower()
    if re.search(r"mcr\.microsoft\.com/windows|windowsservercore|nanoserver|:windows", name):
        found["node.platform.os"] = "windows"
    return found
