"""What runs in a swarm, as rows: lists of the Engine's API come in, what `ls`, `services` and `ps` print goes out.

Each cell is what the docker command would print. Nothing is read here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pystackdsl.swarm.specs import NAMESPACE, Raw

__all__ = ["natural", "service_rows", "stack_rows", "task_rows"]

Row = dict[str, str]

MODES: Final = {
    "Replicated": "replicated",
    "Global": "global",
    "ReplicatedJob": "replicated job",
    "GlobalJob": "global job",
}
"""What Docker calls each mode of a service."""
SHORT: Final = 12
"""Characters of an ID, where it is cut."""
ERROR: Final = 30
"""Cells of a task's error, where it is cut."""


def stack_rows(services: Iterable[Raw]) -> list[Row]:
    """The stacks that have services, with how many."""
    counts: dict[str, int] = {}
    for service in services:
        name = (service["Spec"].get("Labels") or {}).get(NAMESPACE, "")
        counts[name] = counts.get(name, 0) + 1
    return [{"Name": name, "Services": str(counts[name])} for name in sorted(counts, key=natural)]


def service_rows(services: Iterable[Raw]) -> list[Row]:
    """The services, which have to be listed with their status."""
    rows = [
        {
            "ID": service["ID"][:SHORT],
            "Name": service["Spec"]["Name"],
            "Mode": _mode(service["Spec"]["Mode"]),
            "Replicas": _replicas(service),
            "Image": _image(service["Spec"]["TaskTemplate"].get("ContainerSpec", {}).get("Image", "")),
            "Ports": _published((service.get("Endpoint") or {}).get("Ports") or ()),
        }
        for service in services
    ]
    return sorted(rows, key=lambda row: natural(row["Name"]))


def task_rows(
    tasks: Iterable[Raw],
    services: Mapping[str, str],
    nodes: Mapping[str, str],
    *,
    now: datetime,
    trunc: bool = True,
    resolve: bool = True,
    marks: bool = False,
) -> list[Row]:
    """The tasks; `services` and `nodes` are names by ID. `marks` sets former tasks of a slot apart, as a table does."""
    named = [(_task_name(task, services, resolve=resolve), task) for task in tasks]
    named.sort(key=lambda pair: _created(pair[1]), reverse=True)
    named.sort(key=lambda pair: natural(pair[0]))
    rows = []
    before = ""
    for name, task in named:
        status = task["Status"]
        image = task["Spec"].get("ContainerSpec", {}).get("Image", "")
        node = task.get("NodeID", "")
        rows.append(
            {
                "ID": task["ID"] if not trunc else task["ID"][:SHORT],
                "Name": f" \\_ {name}" if marks and name == before else name,
                "Image": image if not trunc else _image(image),
                "Node": nodes.get(node, node) if resolve else node,
                "DesiredState": _capital(task["DesiredState"]),
                "CurrentState": f"{_capital(status['State'])} {_age(now, status['Timestamp'])} ago",
                "Error": _error(status.get("Err", ""), trunc=trunc),
                "Ports": ",".join(map(_host_port, (status.get("PortStatus") or {}).get("Ports") or ())),
            }
        )
        before = name
    return rows


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts numbers in names by their value: `s2` before `s10`."""
    parts = re.findall("[0-9]+|[^0-9]+", text)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)


def _mode(mode: Raw) -> str:
    return next((word for name, word in MODES.items() if mode.get(name) is not None), "")


def _replicas(service: Raw) -> str:
    status = service.get("ServiceStatus") or {}
    running, desired, completed = (status.get(f"{word}Tasks", 0) for word in ("Running", "Desired", "Completed"))
    mode = service["Spec"]["Mode"]
    if mode.get("GlobalJob") is not None:
        return f"{running}/{desired} ({completed}/{desired + completed} completed)"
    job = mode.get("ReplicatedJob")
    if job is not None:
        return f"{running}/{desired} ({completed}/{job.get('TotalCompletions') or 0} completed)"
    most = (service["Spec"]["TaskTemplate"].get("Placement") or {}).get("MaxReplicas")
    text = f"{running}/{desired}"
    return f"{text} (max {most} per node)" if most and mode.get("Replicated") is not None else text


def _image(image: str) -> str:
    """An image without its digest, where it has a tag too."""
    name, at, _ = image.partition("@")
    return name if at and ":" in name.rpartition("/")[2] else image


def _published(ports: Iterable[Raw]) -> str:
    """The ports that all nodes publish, runs of them in one: `*:8080-8082->80/tcp`."""
    found = sorted(
        (
            (port.get("Protocol", "tcp"), port.get("PublishedPort", 0), port.get("TargetPort", 0))
            for port in ports
            if port.get("PublishMode", "ingress") == "ingress"
        ),
        key=lambda port: port[:2],
    )
    groups: list[list[Any]] = []
    for protocol, published, target in found:
        if groups and _continues(groups[-1], protocol, published, target):
            groups[-1][2], groups[-1][4] = published, target
        else:
            groups.append([protocol, published, published, target, target])
    return ", ".join(
        f"*:{_range(first, last)}->{_range(inside, end)}/{protocol}" for protocol, first, last, inside, end in groups
    )


def _continues(group: Sequence[Any], protocol: str, published: int, target: int) -> bool:
    word, _, last, inside, end = group
    if protocol != word or published - last > 1 or target < end or target - end > 1:
        return False
    return not (end > inside and target <= end)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _host_port(port: Raw) -> str:
    return f"*:{port.get('PublishedPort', 0)}->{port.get('TargetPort', 0)}/{port.get('Protocol', 'tcp')}"


def _task_name(task: Raw, services: Mapping[str, str], *, resolve: bool) -> str:
    id = task["ServiceID"]
    service = services.get(id, id) if resolve else id
    slot = task.get("Slot")
    if slot:
        return f"{service}.{slot}"
    node = task.get("NodeID", "")
    return f"{service}.{node}"


def _created(task: Raw) -> str:
    """When a task was made; the Engine cuts zeros off, so the text alone does not sort."""
    whole, _, rest = task["CreatedAt"].rstrip("Z").partition(".")
    return f"{whole}.{rest:0<9}"


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:].lower()


def _error(text: str, *, trunc: bool) -> str:
    if not text:
        return ""
    if not trunc or len(text) <= ERROR:
        return f'"{text}"'
    return f'"{text[: ERROR - 1]}…"'


def _age(now: datetime, timestamp: str) -> str:
    """How long ago a time of the Engine is, in Docker's words."""
    whole, _, rest = timestamp.rstrip("Z").partition(".")
    then = datetime.fromisoformat(f"{whole}.{rest[:6]:0<6}").replace(tzinfo=UTC)
    seconds = max(0, int((now - then).total_seconds()))
    hours = int(seconds / 3600 + 0.5)
    steps = (
        (seconds < 1, "less than a second"),
        (seconds == 1, "1 second"),
        (seconds < 60, f"{seconds} seconds"),
        (seconds < 120, "about a minute"),
        (seconds < 3600, f"{seconds // 60} minutes"),
        (hours == 1, "about an hour"),
        (hours < 48, f"{hours} hours"),
        (hours < 24 * 7 * 2, f"{hours // 24} days"),
        (hours < 24 * 30 * 2, f"{hours // 24 // 7} weeks"),
        (hours < 24 * 365 * 2, f"{hours // 24 // 30} months"),
    )
    return next((text for fits, text in steps if fits), f"{seconds // 3600 // 24 // 365} years")
