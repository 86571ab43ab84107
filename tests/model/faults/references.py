"""Faults of references."""

from __future__ import annotations

import json

from model.faults.case import HERE, fault, web

from pystackdsl import (
    Config,
    CredentialSpec,
    Network,
    Secret,
    Service,
    Stack,
    Volume,
)

fault(
    "taken",
    "unknown dependency",
    lambda: web(depends_on=["dbb"]),
    "services.web.depends_on[0]",
    'service web depends on "dbb", and the stack has no such service',
)
fault(
    "taken",
    "a dependency twice",
    lambda: Stack(
        services={"db": (db := Service(image="busybox")), "web": Service(image="busybox", depends_on=[db, "db"])}
    ),
    "services.web.depends_on[1]",
    "service web names db twice in depends_on: once is enough",
    remark=True,
)
fault(
    "ours",
    "a dependency that is no service",
    lambda: web(depends_on=[Network()]),
    "services.web.depends_on[0]",
    "service web depends on something that is no service",
)
for noun, key, said in (
    ("network", "networks[0]", lambda: {"networks": [Network()]}),
    ("volume", "volumes[0].source", lambda: {"volumes": [Volume().at("/x")]}),
    ("secret", "secrets[0]", lambda: {"secrets": [Secret(file=HERE)]}),
    ("config", "configs[0]", lambda: {"configs": [Config(file=HERE).at("/x")]}),
    ("config", "credential_spec.config", lambda: {"credential_spec": CredentialSpec(config=Config(file=HERE))}),
    ("service", "depends_on[0]", lambda: {"depends_on": [Service(image="a")]}),
):
    fault(
        "ours",
        f"unheld {noun} at {key}",
        lambda said=said: web(**said()),  # type: ignore[misc]
        f"services.web.{key}",
        f"service web uses a {noun} that this stack does not hold",
    )
fault(
    "ours",
    "unheld path",
    lambda: web(command=["cat", Secret(file=HERE).path]),
    "services.web.command[1]",
    "service web speaks of the path of a secret or config that this stack does not hold",
)
for spot, spelled in (
    ("command[1]", lambda text: {"command": ["cat", text]}),
    ("environment.A", lambda text: {"environment": {"A": text}}),
    ("labels.a", lambda text: {"labels": {"a": text}}),
):
    fault(
        "ours",
        f"escaped path in {spot}",
        lambda spelled=spelled: web(**spelled(json.dumps({"p": Secret(file=HERE).path}))),  # type: ignore[misc]
        f"services.web.{spot}",
        "a path or an open value in a text of service web was escaped, so it cannot be put in place",
    )
for kind, made in (
    ("services", lambda: Service(image="busybox")),
    ("networks", Network),
    ("volumes", Volume),
    ("secrets", lambda: Secret(file=HERE)),
    ("configs", lambda: Config(file=HERE)),
):
    fault(
        "ours",
        f"one of the {kind} under two keys",
        lambda kind=kind, made=made: Stack(**{kind: dict.fromkeys(("one", "other"), made())}),  # type: ignore[misc]
        f"{kind}.other",
        f"one {kind[:-1]} has two names, one and other",
    )
