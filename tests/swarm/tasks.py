"""Services and tasks made by hand, as the Engine's API returns them, for tests of what watches a rollout."""

from __future__ import annotations

from itertools import count
from typing import Any

from pystackdsl.swarm.specs import NAMESPACE, Raw

NUMBERS = count(1)
MISSING = "No such image: nope:9"
EXIT = "task: non-zero exit (1)"
SICK = "task: non-zero exit (137): dockerexec: unhealthy container"


def service(
    name: str = "shop_api",
    *,
    replicas: int | None = 1,
    mode: dict[str, Any] | None = None,
    restart: str = "",
    update: str = "",
    desired: int = 0,
    monitor: float | None = None,
    image: str = "api:2",
    memory: int = 0,
    **parts: Any,
) -> Raw:
    """A service, by default with one replica."""
    template: dict[str, Any] = {"ContainerSpec": {"Image": image}}
    if restart:
        template["RestartPolicy"] = {"Condition": restart}
    if memory:
        template["Resources"] = {"Limits": {"MemoryBytes": memory}}
    spec = {
        "Name": name,
        "Labels": {NAMESPACE: "shop"},
        "TaskTemplate": template,
        "Mode": mode or {"Replicated": {"Replicas": replicas}},
    }
    if monitor is not None:
        spec["UpdateConfig"] = {"Monitor": int(monitor * 10**9)}
    found: Raw = {"ID": f"id-{name}", "Version": {"Index": 1}, "Spec": spec, **parts}
    found["ServiceStatus"] = {"RunningTasks": 0, "DesiredTasks": desired, "CompletedTasks": 0}
    if update:
        found["UpdateStatus"] = {"State": update, "Message": f"update {update}"}
    return found


def task(
    state: str,
    slot: int | None = 1,
    *,
    wanted: str = "",
    error: str = "",
    node: str = "n1",
    at: float | None = None,
    of: str = "shop_api",
    iteration: int | None = None,
    code: int | None = None,
    id: str = "",
) -> Raw:
    """A task of the service; later ones are younger, by a second each unless `at` says when it was made."""
    number = next(NUMBERS)
    made = number if at is None else at
    status: dict[str, Any] = {"State": state, "Timestamp": stamp(made + 0.5)}
    if error:
        status["Err"] = error
    if code is not None:
        status["ContainerStatus"] = {"ContainerID": f"c{number}", "ExitCode": code}
    ended = state in {"failed", "rejected", "complete", "shutdown"}
    found: Raw = {
        "ID": id or f"t{number}", "ServiceID": f"id-{of}", "NodeID": node, "CreatedAt": stamp(made), "Status": status,
        "DesiredState": wanted or ("shutdown" if ended else "running"), "Spec": {"ContainerSpec": {"Image": "api:2"}},
    }  # fmt: skip
    if slot is not None:
        found["Slot"] = slot
    if iteration is not None:
        found["JobIteration"] = {"Index": iteration} if iteration else {}
    return found


def node(id: str = "n1", *, state: str = "ready", availability: str = "active", hostname: str = "worker-1") -> Raw:
    return {
        "ID": id, "Spec": {"Availability": availability}, "Status": {"State": state},
        "Description": {"Hostname": hostname},
    }  # fmt: skip


def stamp(seconds: float) -> str:
    """A time as the Engine writes it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"2026-01-01T{hours:02}:{minutes:02}:{int(rest):02}.{int(rest % 1 * 10**9):09}Z"
