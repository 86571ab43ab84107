"""How a service's tasks come and go, with Docker's defaults filled in: how many there are, how updates replace them.

Rules ask here, so that each of Docker's defaults stands in one place. What is left open is None.
"""

from typing import Final

from pystackdsl.model.deploy import UpdateConfig
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.service import Service
from pystackdsl.model.units import Bytes, Cpus, Duration

__all__ = [
    "SECOND", "health_seconds", "host_ports", "is_global", "is_job", "is_watched", "nanoseconds", "order_of",
    "parallelism_of", "published", "replicas_of", "reserved", "seconds", "update_of",
]  # fmt: skip

SECOND: Final = 1_000_000_000
_INTERVAL, _RETRIES = 30 * SECOND, 3


def is_job(service: Service) -> bool:
    """Whether its tasks run to an end."""
    return service.deploy is not None and service.deploy.mode in ("replicated-job", "global-job")


def is_global(service: Service) -> bool:
    """Whether it has a task on every node."""
    return service.deploy is not None and service.deploy.mode in ("global", "global-job")


def replicas_of(service: Service) -> int | None:
    """How many tasks it has; None where that is open, or depends on the nodes."""
    deploy = service.deploy
    if deploy is None:
        return 1
    if deploy.mode not in (None, "replicated", "replicated-job"):
        return None
    if deploy.replicas is None:
        return 1
    return deploy.replicas if type(deploy.replicas) is int else None


def update_of(service: Service) -> UpdateConfig | None:
    """What it says of updates."""
    return service.deploy.update_config if service.deploy is not None else None


def order_of(service: Service) -> str | None:
    """Whether an update stops the old task first or starts the new one first."""
    update = update_of(service)
    if update is None or update.order is None:
        return "stop-first"
    return update.order if isinstance(update.order, str) else None


def parallelism_of(service: Service) -> int | None:
    """How many tasks an update replaces at a time; 0 is all."""
    update = update_of(service)
    if update is None or update.parallelism is None:
        return 1
    return update.parallelism if type(update.parallelism) is int else None


def is_watched(service: Service) -> bool:
    """Whether the service itself says how to tell that a task is well."""
    health = service.healthcheck
    return health is not None and health.disable is not True and bool(health.test) and health.test != ("NONE",)


def health_seconds(service: Service) -> float | None:
    """How long a health check takes to call a task unwell, in seconds: that many failures, that far apart."""
    health = service.healthcheck
    if health is None:
        return None
    interval = _INTERVAL if health.interval is None else nanoseconds(health.interval)
    retries = _RETRIES if health.retries is None else health.retries
    if interval is None or type(retries) is not int:
        return None
    return (interval or _INTERVAL) * (retries or _RETRIES) / SECOND


def nanoseconds(span: object) -> int | None:
    """A duration's number; None for none, and for an open one."""
    return span.number if type(span) is Duration else None


def seconds(span: object) -> float | None:
    """A duration in seconds; None for none, and for an open one."""
    return span.number / SECOND if type(span) is Duration else None


def published(service: Service) -> list[tuple[int, Port]]:
    """The ports that it publishes, with their positions; those that are open in whole are left out."""
    return [
        (i, port)
        for i, port in enumerate(service.ports or ())
        if type(port) is Port and isinstance(port.published, PortRange | None)
    ]


def host_ports(service: Service) -> list[tuple[int, Port]]:
    """The ports of nodes that it takes under a number of its own choice, with their positions."""
    return [(i, port) for i, port in published(service) if port.mode == "host" and port.published is not None]


def reserved(service: Service) -> dict[str, Cpus | Bytes]:
    """What a node must have free for a task of a service: `cpus` and `memory`, as far as said."""
    resources = service.deploy.resources if service.deploy is not None else None
    least = resources.reservations if resources is not None else None
    if least is None:
        return {}
    amounts: dict[str, Cpus | Bytes | None] = {"cpus": least.cpus, "memory": least.memory}
    return {name: amount for name, amount in amounts.items() if type(amount) in (Cpus, Bytes) and amount is not None}
