"""What runs in a swarm, as rows: lists of the Engine's API come in, what `ls`, `services` and `ps` print goes out.

A row is what each placeholder of `--format` stands for, in the order of the table's columns; each text is what the
docker command would print. Nothing is read here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from pystackdsl.model.image import ImageReference
from pystackdsl.swarm.ages import age, nanoseconds
from pystackdsl.swarm.natural import natural
from pystackdsl.swarm.published import in_runs
from pystackdsl.swarm.specs import NAMESPACE, Raw

__all__ = ["Row", "service_rows", "stack_rows", "task_rows", "width"]

Row = dict[str, str]

MODES: Final = {
    "Global": "global",
    "Replicated": "replicated",
    "ReplicatedJob": "replicated job",
    "GlobalJob": "global job",
}
"""What Docker calls each mode of a service."""
SHORT: Final = 12
"""Characters of an ID, where it is cut."""
ERROR: Final = 30
"""Cells of a task's error, where it is cut."""


def stack_rows(services: Iterable[Raw]) -> list[Row]:
    """The stacks that services belong to, with how many."""
    counts: dict[str, int] = {}
    for service in services:
        name = (service["Spec"].get("Labels") or {}).get(NAMESPACE, "")
        counts[name] = counts.get(name, 0) + 1
    return [{"Name": name, "Services": str(counts[name])} for name in sorted(counts, key=natural)]


def service_rows(services: Iterable[Raw]) -> list[Row]:
    """The services, which have to be listed with their status."""
    rows = [
        {
            "ID": short(service["ID"]),
            "Name": service["Spec"].get("Name", ""),
            "Mode": _mode(service),
            "Replicas": _replicas(service),
            "Image": without_digest(_container(service["Spec"].get("TaskTemplate")).get("Image", "")),
            "Ports": in_runs((service.get("Endpoint") or {}).get("Ports") or ()),
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
    full: bool = False,
    marks: bool = False,
) -> list[Row]:
    """The tasks. `services` and `nodes` are names by ID; without a name the ID itself is shown.

    `full`: IDs, images and errors are not cut. `marks` sets former tasks of a slot apart, as a table does.
    """
    named = [(_task_name(task, services), task) for task in tasks]
    named.sort(key=lambda pair: (natural(pair[0]), -nanoseconds(pair[1].get("CreatedAt", ""))))
    rows = []
    before = None
    for name, task in named:
        status = task.get("Status") or {}
        image = _container(task.get("Spec")).get("Image", "")
        node = task.get("NodeID", "")
        state = _capitalised(status.get("State", ""))
        rows.append(
            {
                "ID": task["ID"] if full else short(task["ID"]),
                "Name": rf" \_ {name}" if marks and name == before else name,
                "Image": image if full else without_digest(image),
                "Node": nodes.get(node, node),
                "DesiredState": _capitalised(task.get("DesiredState", "")),
                "CurrentState": f"{state} {age(status.get('Timestamp', ''), now)} ago",
                "Error": _quoted(status.get("Err", ""), full=full),
                "Ports": ",".join(map(_host_port, (status.get("PortStatus") or {}).get("Ports") or ())),
            }
        )
        before = name
    return rows


def _container(template: Raw | None) -> Raw:
    return (template or {}).get("ContainerSpec") or {}


def _mode(service: Raw) -> str:
    mode = service["Spec"].get("Mode") or {}
    return next((word for name, word in MODES.items() if mode.get(name) is not None), "")


def _replicas(service: Raw) -> str:
    """`2/3`: the tasks that run, of those that shall; of a job also those that are complete."""
    status = service.get("ServiceStatus") or {}
    running, wanted, completed = (status.get(f"{word}Tasks", 0) for word in ("Running", "Desired", "Completed"))
    mode = service["Spec"].get("Mode") or {}
    text = f"{running}/{wanted}"
    if mode.get("ReplicatedJob") is not None:
        return f"{text} ({completed}/{mode['ReplicatedJob'].get('TotalCompletions') or 0} completed)"
    if mode.get("GlobalJob") is not None:
        return f"{text} ({completed}/{wanted + completed} completed)"
    placement = (service["Spec"].get("TaskTemplate") or {}).get("Placement") or {}
    most = placement.get("MaxReplicas") if _mode(service) == "replicated" else 0
    return f"{text} (max {most} per node)" if most else text


def _task_name(task: Raw, services: Mapping[str, str]) -> str:
    service = task.get("ServiceID", "")
    return f"{services.get(service, service)}.{task.get('Slot') or task.get('NodeID', '')}"


def _host_port(port: Raw) -> str:
    return f"*:{port.get('PublishedPort', 0)}->{port.get('TargetPort', 0)}/{port.get('Protocol', '')}"


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:].lower()


def short(id: str) -> str:
    """An ID as people see it."""
    return (id.partition(":")[2] if ":" in id else id)[:SHORT]


def without_digest(image: str) -> str:
    """An image as people name it: without its digest, where it has a tag, and without the registry that is implied."""
    try:
        parts = ImageReference.parse(image)
    except ValueError:
        return image
    if parts.tag is None:
        return image
    is_hub = parts.domain in ("", "docker.io", "index.docker.io")
    path = parts.path if is_hub else f"{parts.domain}/{parts.path}"
    official = path.removeprefix("library/") if is_hub else path
    return f"{path if '/' in official else official}:{parts.tag}"


def _quoted(error: str, *, full: bool) -> str:
    """An error in quotes, cut to as many cells as a table has for it."""
    if error and not full:
        error = _cut(error)
    return f'"{error}"' if error else ""


def _cut(text: str) -> str:
    if width(text) <= ERROR:
        return text
    taken = fits = 0
    for char in text:
        taken += width(char)
        fits += taken < ERROR
    return f"{text[:fits]}…"


def width(text: str) -> int:
    """How many cells the docker command takes a text to be wide."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
