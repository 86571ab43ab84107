"""The normal form of a body: two bodies that mean the same to the Engine are equal trees.

A body comes in, as `lower` makes it or as the Engine returns it (a service's with names in place of IDs:
`engine.references.without_ids`), a new tree goes out; nothing of the old one is changed. Called by `compare` and
whoever asks whether something is as it should be.

What is left out: what is null, empty or zero where that says nothing; what is the Engine's default, since each version
fills in others; labels of our own; `ForceUpdate` and `Runtime`; IDs. Lists whose order nobody looks at are sorted. The
Engine itself compares more strictly, and replaces tasks over an empty part: who writes a service takes over the live
spelling of what means the same (`carried.kept`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pystackdsl.swarm.needs import Api, newer
from pystackdsl.swarm.specs import OWN, Kind, Raw, Spec

__all__ = ["normal"]

Defaults = Mapping[str, Any]

# What the Engine takes where nothing is said; anywhere else that is zero, empty or absent.
_CONTAINER: Final[Defaults] = {"StopGracePeriod": 10_000_000_000}
_TEMPLATE: Final[Defaults] = {"Runtime": "container"}
_RESTART: Final[Defaults] = {"Condition": "any", "Delay": 5_000_000_000}
_ENDPOINT: Final[Defaults] = {"Mode": "vip"}
_PORT: Final[Defaults] = {"Protocol": "tcp", "PublishMode": "ingress"}
_MODES: Final[Mapping[str, Defaults]] = {
    "Replicated": {"Replicas": 1},
    "ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1},
}
_UPDATE: Final[Defaults] = {
    "Parallelism": 1, "Delay": 0, "FailureAction": "pause", "Monitor": 5_000_000_000, "Order": "stop-first"
}  # fmt: skip
_NETWORK: Final[Defaults] = {"Driver": "overlay"}

_ISOLATIONS: Final = frozenset({"hyperv", "process"})
"""Words that the Engine knows, in any case; whatever else a stack says there is its default."""

_ZERO_SAYS: Final = frozenset({"Delay", "Init", "MaxConcurrent", "Mode", "Parallelism", "Replicas", "StopGracePeriod"})
"""Fields whose zero is not their default. (`TotalCompletions` is never zero.)"""

_PLAIN: Final = frozenset({"Labels", "Options", "DriverOpts", "Sysctls", "Segments"})
"""Mappings with names and values of the user's own."""

_BY_ENGINE: Final = frozenset({"com.docker.network.driver.overlay.vxlanid_list"})
"""Options that the Engine adds to a network."""


def normal(kind: Kind, spec: Spec | Raw, *, beside: Spec | None = None, api: Api | None = None) -> Spec:
    """The normal form of a body; for a network, what the API returns is one too.

    `beside` is the body that a live network is compared with: addresses, and options, of which it says nothing were
    chosen by the Engine and are left out. `api` is the version that the Engine speaks: what it does not know is left
    out, since it drops that.
    """
    if kind == "services":
        found = _service(spec)
        if api is not None:
            for path in newer(api):
                _forget(found, path)
        return found
    if kind == "networks":
        return _network(spec, beside)
    found = _said(spec)
    found.pop("Data", None)
    _without_own(found)
    return found


def _said(tree: Mapping[str, Any]) -> Spec:
    """A copy without what says nothing."""
    found = {}
    for name, value in tree.items():
        kind = value.__class__
        if kind is dict:
            said = value if name in _PLAIN else _said(value)
            if said:
                found[name] = said
        elif kind is list:
            if value:
                found[name] = [_said(item) for item in value] if value[0].__class__ is dict else value
        elif value or (name in _ZERO_SAYS and value not in {None, ""}):
            found[name] = value
    return found


def _service(spec: Spec) -> Spec:
    found = _said(spec)
    template = found["TaskTemplate"] = found.get("TaskTemplate") or {}
    template.pop("ForceUpdate", None)
    _drop(template, _TEMPLATE)
    _without_own(found)
    _mode(spec, found)
    for name in ("UpdateConfig", "RollbackConfig"):
        if name in spec:
            _update(found, name, spec[name])
    _restart(template)
    _ports(found)
    if template.get("Networks"):
        _sort(template, "Networks", _target)
    if "ContainerSpec" in template:
        _container(template["ContainerSpec"])
    placement = template.get("Placement")
    if placement and "Constraints" in placement:
        _sort(placement, "Constraints", None)
    return found


def _forget(tree: Any, path: tuple[str, ...]) -> None:
    """Leave out the place in a normal form, and what is empty then."""
    name, *rest = path
    if isinstance(tree, list):
        for item in tree:
            _forget(item, path)
    elif name in tree:
        if rest:
            _forget(tree[name], tuple(rest))
        if not rest or not tree[name]:
            del tree[name]


def _container(container: Spec) -> None:
    _drop(container, _CONTAINER)
    isolation = container.pop("Isolation", "").lower()
    if isolation in _ISOLATIONS:
        container["Isolation"] = isolation
    for mount in container.get("Mounts") or ():
        mount.pop("Consistency", None)  # no Engine ever tells it
    for name, key in _UNORDERED:
        if name in container:
            _sort(container, name, key)


def _drop(tree: Spec, defaults: Defaults) -> None:
    """Leave out what is the default."""
    for name, default in defaults.items():
        if name in tree and tree[name] == default:
            del tree[name]


def _sort(tree: Spec, name: str, key: Callable[[Any], Any] | None) -> None:
    """Put a list into order; it is never sorted in place, since texts are shared with the body."""
    if len(tree[name]) > 1:
        tree[name] = sorted(tree[name], key=key)


def _target(attachment: Spec) -> str:
    return str(attachment.get("Target", ""))


def _granted(grant: Spec) -> tuple[str, bool, str]:
    name: str = grant.get("SecretName") or grant.get("ConfigName") or ""
    file = grant.get("File")
    return (name, True, "") if file is None else (name, False, file.get("Name", ""))


def _limited(limit: Spec) -> str:
    return str(limit.get("Name", ""))


_UNORDERED: Final[tuple[tuple[str, Callable[[Any], Any] | None], ...]] = (
    ("Env", None),
    ("Secrets", _granted),
    ("Configs", _granted),
    ("Ulimits", _limited),
    ("CapabilityAdd", None),
    ("CapabilityDrop", None),
)


def _mode(spec: Spec, found: Spec) -> None:
    """The mode is its name, even where nothing is said in it."""
    mode = spec.get("Mode") or {"Replicated": {}}
    said = found.get("Mode") or {}
    found["Mode"] = {name: said.get(name, {}) for name, value in mode.items() if value is not None}
    for name, value in found["Mode"].items():
        _drop(value, _MODES.get(name, {}))


def _update(found: Spec, name: str, given: Mapping[str, Any] | None) -> None:
    """How an update goes on; that nothing is said of parallelism is all at once here, unless nothing is said at all."""
    if given is None:
        return
    said = found.get(name) or {}
    said.setdefault("Parallelism", 0)
    _drop(said, _UPDATE)
    if said:
        found[name] = said
    else:
        found.pop(name, None)


def _restart(template: Spec) -> None:
    policy = template.get("RestartPolicy")
    if policy is not None:
        _drop(policy, _RESTART)
        if not policy:
            del template["RestartPolicy"]


def _ports(found: Spec) -> None:
    endpoint = found.get("EndpointSpec")
    if endpoint is None:
        return
    _drop(endpoint, _ENDPOINT)
    if "Ports" in endpoint:
        for port in endpoint["Ports"]:
            _drop(port, _PORT)
        _sort(endpoint, "Ports", _published)
    if not endpoint:
        del found["EndpointSpec"]


def _published(port: Spec) -> tuple[int, int, str, str]:
    return (
        port.get("PublishedPort", 0), port.get("TargetPort", 0), port.get("Protocol", ""), port.get("PublishMode", "")
    )  # fmt: skip


def _without_own(found: Spec) -> None:
    """Leave out labels of our own."""
    labels = found.get("Labels")
    if labels and OWN in " ".join(labels):
        found["Labels"] = {name: value for name, value in labels.items() if not name.startswith(OWN)}
        if not found["Labels"]:
            del found["Labels"]


# Networks -----------------------------------------------------------------------------------------------------------


def _network(spec: Spec | Raw, beside: Spec | None) -> Spec:
    if beside is not None and "Id" in spec and not spec.get("Driver"):
        # It has no addresses yet; until then the API does not tell what was asked for.
        spec = {**spec, **{name: beside.get(name) for name in ("Driver", "IPAM", "Options")}}
    found = {name: spec[name] for name in ("Name", "Driver", "Internal", "Attachable", "Ingress") if spec.get(name)}
    _drop(found, _NETWORK)
    options = dict(spec.get("Options") or {})
    asked: Mapping[str, Any] = {} if beside is None else beside.get("Options") or {}
    for name in _BY_ENGINE.difference(asked):
        options.pop(name, None)
    ipam = spec.get("IPAM") or {}
    pools = [pool["Subnet"] for pool in ipam.get("Config") or () if pool.get("Subnet")]
    if beside is not None and not ((beside.get("IPAM") or {}).get("Config")):
        pools = []
    given = {
        "Driver": "" if ipam.get("Driver") == "default" else ipam.get("Driver"),
        "Options": ipam.get("Options"),
        "Config": [{"Subnet": subnet} for subnet in sorted(pools)],
    }
    said = {name: each for name, each in given.items() if each}
    rest = {"Options": options, "Labels": spec.get("Labels"), "IPAM": said}
    found |= {name: value for name, value in rest.items() if value}
    _without_own(found)
    return found
