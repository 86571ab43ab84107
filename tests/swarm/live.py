"""Live objects made by hand, as the Engine's API returns them, for tests of what compares them with a stack."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.specs import NAMESPACE, Kind, Raw, Spec, Specs

NUMBERS = count(1)
SWARM = Swarm(id="swarm1", where="unix:///var/run/docker.sock", nodes=1, api=(1, 41))


def desired(
    services: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    secrets: Mapping[str, bytes] | None = None,
    configs: Mapping[str, bytes] | None = None,
    networks: Iterable[str] = (),
) -> Specs:
    """What the stack `shop` asks for: services with parts of their bodies, contents, names of networks."""
    contents: dict[tuple[Kind, str], bytes] = {("secrets", key): data for key, data in (secrets or {}).items()}
    contents |= {("configs", key): data for key, data in (configs or {}).items()}
    return Specs(
        stack="shop",
        networks={key: network(key) for key in networks},
        secrets={key: labelled(key) for key in secrets or ()},
        configs={key: labelled(key) for key in configs or ()},
        services={key: service(key, **parts) for key, parts in (services or {}).items()},
        contents=contents,
    )


def labelled(key: str, **labels: str) -> Spec:
    """The body of a secret or config."""
    return {"Name": f"shop_{key}", "Labels": {NAMESPACE: "shop", **labels}}


def network(key: str) -> Spec:
    return {
        "Name": f"shop_{key}", "Driver": "overlay", "Scope": "", "IPAM": None, "Internal": False, "Attachable": False,
        "Ingress": False, "ConfigOnly": False, "ConfigFrom": None, "Options": None, "Labels": {NAMESPACE: "shop"},
    }  # fmt: skip


def service(
    key: str,
    *,
    image: str = "web:1",
    replicas: int | None = None,
    container: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
    configs: Iterable[str] = (),
    template: Mapping[str, Any] | None = None,
    **spec: Any,
) -> Spec:
    """The body of a service as `docker stack deploy` sends it."""
    held: dict[str, Any] = {"Image": image, "Labels": {NAMESPACE: "shop"}, **(container or {})}
    if secrets:
        held["Secrets"] = [reference("Secret", name) for name in secrets]
    if configs:
        held["Configs"] = [reference("Config", name) for name in configs]
    mode = {"Replicated": {} if replicas is None else {"Replicas": replicas}}
    return {
        "Name": f"shop_{key}",
        "Labels": {"com.docker.stack.image": image, NAMESPACE: "shop", **(labels or {})},
        "TaskTemplate": {
            "ContainerSpec": held, "Resources": {}, "Placement": {}, "ForceUpdate": 0, **(template or {})
        },
        "Mode": mode,
        "EndpointSpec": {},
        **spec,
    }  # fmt: skip


def reference(noun: str, key: str) -> dict[str, Any]:
    target = key if noun == "Secret" else f"/{key}"
    return {"File": {"Name": target, "UID": "0", "GID": "0", "Mode": 0o444}, f"{noun}Name": f"shop_{key}"}


def raw(spec: Spec, *, running: int | None = None, previous: Spec | None = None) -> Raw:
    """An object of the swarm with this body."""
    number = next(NUMBERS)
    found: Raw = {"ID": f"id{number}", "Version": {"Index": number}, "Spec": deepcopy(spec)}
    if "Mode" in spec:
        replicas = (spec["Mode"].get("Replicated") or {}).get("Replicas", 1)
        tasks = replicas if running is None else running
        found["ServiceStatus"] = {"RunningTasks": tasks, "DesiredTasks": replicas, "CompletedTasks": 0}
    if previous is not None:
        found["PreviousSpec"] = deepcopy(previous)
    return found


def live(specs: Specs, **more: Iterable[Raw]) -> Live:
    """A swarm in which `docker stack deploy` has made all that a stack asks for, and `more` objects by kind."""
    networks = {
        spec["Name"]: {**spec, "Id": f"net-{spec['Name']}", "Scope": "swarm"} for spec in specs.networks.values()
    }
    contents = {specs.configs[key]["Name"]: data for (kind, key), data in specs.contents.items() if kind == "configs"}
    configs = [{**spec, "Data": b64encode(contents[spec["Name"]]).decode()} for spec in specs.configs.values()]
    found: dict[str, dict[str, Raw]] = {
        "networks": networks,
        "secrets": {spec["Name"]: raw(spec) for spec in specs.secrets.values()},
        "configs": {spec["Name"]: raw(spec) for spec in configs},
        "services": {spec["Name"]: raw(spec) for spec in specs.services.values()},
    }
    for kind, objects in more.items():
        found[kind] |= {each["Spec"]["Name"]: each for each in objects}
    names = {each["Id"]: name for name, each in networks.items()}
    return Live(stack="shop", swarm=SWARM, names=names, **found)
