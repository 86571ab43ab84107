"""What a fault is, and the stacks that most of them are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import attrs

from pystackdsl import (
    Deploy,
    Network,
    Service,
    Stack,
    Volume,
)

Judged = Literal["config", "deploy", "tasks", "taken", "ours"]
"""Who refuses: `docker stack config`; every deploy (client or Engine); every node, which rejects the tasks; nobody; or
we alone, as Compose text cannot say it."""


@attrs.frozen(kw_only=True)
class Fault:
    """A stack with one fault. Errors have the grave verdicts, `taken` ones are warnings; `newer` is the API version from
    which Engines refuse those too.
    """

    name: str
    stack: Callable[[], Stack]
    summary: str
    path: str
    judged: Judged
    level: Literal["error", "warning", "info"]
    newer: tuple[int, int] | None = None

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


FAULTS: list[Fault] = []


def fault(
    judged: Judged,
    name: str,
    stack: Callable[[], Stack],
    path: str,
    summary: str,
    *,
    error: bool | None = None,
    remark: bool = False,
    newer: tuple[int, int] | None = None,
) -> None:
    """Add a fault. What is `taken` is a warning unless said otherwise, everything else an error."""
    level: Literal["error", "warning", "info"] = "info" if remark else "warning"
    if judged != "taken" if error is None else error:
        level = "error"
    FAULTS.append(Fault(name=name, stack=stack, summary=summary, path=path, judged=judged, level=level, newer=newer))


NONE = Deploy(replicas=0)
"""Few tasks are ever wanted here."""


def web(**said: Any) -> Stack:
    """A stack of one service."""
    return Stack(services={"web": Service(**{"image": "busybox", "deploy": NONE, **said})})


def deployed(**said: Any) -> Stack:
    """A stack of one service that says something in `deploy`."""
    return web(deploy=Deploy(**({} if "mode" in said and "global" in said["mode"] else {"replicas": 0}) | said))


def joined(network: Network, **said: Any) -> Stack:
    """A stack of one service on one network."""
    return Stack(
        services={"web": Service(**{"image": "busybox", "deploy": NONE, "networks": [network], **said})},
        networks={"net": network},
    )


def mounting(*mounts: Any, volumes: dict[str, Volume] | None = None) -> Stack:
    return Stack(services={"web": Service(image="busybox", deploy=NONE, volumes=mounts)}, volumes=volumes)


def two(first: dict[str, Any], second: dict[str, Any]) -> Stack:
    """A stack of two services."""
    return Stack(
        services={
            "api": Service(**{"image": "busybox", "deploy": NONE, **first}),
            "web": Service(**{"image": "busybox", "deploy": NONE, **second}),
        }
    )


HERE = "/etc/hostname"
"""A file for secrets and configs."""
