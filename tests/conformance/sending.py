"""What the Docker CLI asks of an Engine for a stack, and what we ask, in a form to compare: field by field.

IDs are left out of Docker's bodies, as ours have names. Several grants of one secret or config to a service come out of
the Docker CLI in random order; here they have ours. The `Data` of secrets and configs is the content apart.
"""

from __future__ import annotations

import base64
from typing import Any

from rig.listener import Sent

from pystackdsl.swarm.specs import Specs

__all__ = ["asked", "sent"]

Tree = dict[str, Any]


def sent(found: Sent) -> Tree:
    """What Docker asked."""
    contents = {}
    bodies: Tree = {"networks": found.networks, "secrets": {}, "configs": {}, "services": {}}
    for network in found.networks.values():
        network.pop("CheckDuplicate", None)
    for kind in ("secrets", "configs"):
        for name, body in getattr(found, kind).items():
            data = body.pop("Data", None)
            if data is not None:
                contents[kind, name] = base64.b64decode(data)
            bodies[kind][name] = body
    for name, body in found.services.items():
        bodies["services"][name] = _with_names(body)
    return bodies | {"contents": contents}


def asked(specs: Specs) -> Tree:
    """What we ask."""
    bodies: Tree = {
        kind: {body["Name"]: body for body in specs.of(kind).values()}
        for kind in ("networks", "secrets", "configs", "services")
    }
    contents = {(kind, specs.of(kind)[key]["Name"]): data for (kind, key), data in specs.contents.items()}
    return bodies | {"contents": contents}


def _with_names(body: Tree) -> Tree:
    container = body["TaskTemplate"]["ContainerSpec"]
    for kind, noun in (("Secrets", "Secret"), ("Configs", "Config")):
        grants = container.get(kind)
        if grants:
            for grant in grants:
                assert grant.pop(f"{noun}ID") == f"id-{grant[f'{noun}Name']}"
            grants.sort(key=lambda grant: (grant[f"{noun}Name"], "Runtime" in grant, grant.get("File", {}).get("Name")))
    credential = container["Privileges"]["CredentialSpec"]
    if credential is not None:
        credential["Config"] = credential["Config"].removeprefix("id-")
    return body
