"""A stack in Docker's own long form: what `docker stack config` prints of it, as a plain tree.

Short forms are spelled out, commands split, paths absolute, environments filled, and what is zero or empty is left
out. Values are final: a `$` is a dollar.
"""

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pystackdsl.compose.command import split_command
from pystackdsl.compose.docker_text import in_order
from pystackdsl.content.paths import absolute, node_path
from pystackdsl.model.build import Build
from pystackdsl.model.gotext import float32
from pystackdsl.model.key import keys_of
from pystackdsl.model.mounts import Mount, as_mounts
from pystackdsl.model.names import KINDS
from pystackdsl.model.network import NetworkAttachment, as_attachments
from pystackdsl.model.ports import as_ports
from pystackdsl.model.secret import as_config_grants, as_secret_grants
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.texts import as_command, as_hosts, as_test
from pystackdsl.model.ulimit import Ulimit
from pystackdsl.model.units import Bytes, Duration, FileMode
from pystackdsl.model.value import Resource, Value

__all__ = ["canonical", "go_duration"]

Environments = Mapping[str, Mapping[str, str | None]]

_VANISHING: Final = {"deploy", "resources", "placement", "credential_spec", "build", "ipam"}
"""Parts that Docker leaves out when they are empty; other empty parts print as `{}`."""
_LOST: Final = {(Service, "oom_score_adj"), (Build, "shm_size")}
"""Keys that Docker reads and then forgets."""
_ORDERS: Final = {
    "Service": (
        "build cap_add cap_drop cgroupns_mode cgroup_parent command configs container_name credential_spec depends_on "
        "deploy devices dns dns_search domainname entrypoint environment env_file expose external_links extra_hosts "
        "hostname healthcheck image"
    ),
    "Deploy": "mode replicas labels update_config rollback_config resources restart_policy placement endpoint_mode",
    "Healthcheck": "test timeout interval",
    "Network": "name driver driver_opts ipam external internal attachable labels",
}
"""The keys that Docker prints first, by the type that has them, where it is not the order in which we declare them."""


def canonical(stack: Stack, environments: Environments, home: str | None) -> dict[str, Any]:
    """The tree that `docker stack config` prints of a stack.

    `environments` are the filled environments of the services by key; `home` is what `~` stands for.
    """
    long = _Long(stack, home)
    tree: dict[str, Any] = {"version": "3.13" if stack.version in (None, "", "3") else stack.version}
    for kind in KINDS:
        held = {each: long.resource(kind, each, value) for each, value in in_order(getattr(stack, kind)).items()}
        if held or kind == "services":
            tree[kind] = held
    for each, service in tree["services"].items():
        service.pop("environment", None)
        if environments.get(each):
            tree["services"][each] = _in_order(Service, service | {"environment": in_order(environments[each])})
    extensions: dict[str, Any] = long.extension(stack.x or {})
    return tree | extensions


def go_duration(duration: Duration) -> str:
    """A duration as Go prints it: `1h0m0s`, `1.5s`, `100ms`."""
    total = abs(duration.number)
    sign = "-" if duration.number < 0 else ""
    if total < Duration.UNITS["s"]:
        return sign + str(Duration(total)).replace("us", "µs")
    minutes, rest = divmod(total, Duration.UNITS["m"])
    whole, part = divmod(rest, 10**9)
    seconds = f"{whole}.{part:09d}".rstrip("0").rstrip(".") + "s"
    hours, minutes = divmod(minutes, 60)
    return (
        f"{sign}{hours}h{minutes}m{seconds}" if hours else f"{sign}{minutes}m{seconds}" if minutes else sign + seconds
    )


class _Long:
    """The long form of the values of one stack."""

    def __init__(self, stack: Stack, home: str | None) -> None:
        self.names = stack.names()
        self.home = home
        self.base = os.path.abspath(stack.base or "")  # noqa: PTH100 - Path would keep the `..`
        self.fields: dict[Any, Callable[[Any], Any]] = {
            as_hosts: self.hosts,
            as_ports: self.ports,
            as_mounts: lambda mounts: [self.mount(mount) for mount in mounts],
            as_attachments: self.networks,
            as_secret_grants: lambda grants: [self.value(grant) for grant in grants],
            as_config_grants: lambda grants: [self.value(grant) for grant in grants],
        }

    def resource(self, kind: str, each: str, resource: Resource) -> dict[str, Any]:
        """One resource."""
        said = self.value(resource)
        if kind in ("secrets", "configs") and not said.get("external") and "driver" not in said:
            said["file"] = self.absolute(said.get("file", ""))
        spec = (resource.__dict__.get("x") or {}).get("x-cluster-spec")
        if spec is not None and kind == "volumes":  # to older schemas an extension field, which Docker reads
            from pystackdsl.compose.reader import Reader
            from pystackdsl.model.cluster import ClusterVolumeSpec

            said["x-cluster-spec"] = self.value(Reader(13, str).value(ClusterVolumeSpec, spec))
        if said.get("external"):
            said.setdefault("name", each)
        elif kind in ("networks", "volumes"):
            kept = "x-cluster-spec" if kind == "volumes" else None
            said = {name: value for name, value in said.items() if name[:2] != "x-" or name == kept}
        return _in_order(type(resource), said)

    def absolute(self, path: str) -> str:
        """A path of the stack's folder from the root on."""
        return absolute(path, self.base)

    def value(self, value: Value) -> dict[str, Any]:
        """What a value says, key by key, without what Docker leaves out."""
        said: dict[str, Any] = {}
        for field, (key, _) in keys_of(type(value)).items():
            item = value.__dict__.get(field)
            if item is None or key.local or (type(value), field) in _LOST or (type(item) is Bytes and not item.number):
                continue
            if key.name == "x-*":
                said |= self.extension(item)
                continue
            if field == "block_volume":  # it says that it is there, and nothing else
                said[field] = {}
                continue
            if key.converter in (as_command, as_test):
                plain = self.command(item, shell=key.converter is as_test)
            else:
                special = self.fields.get(key.converter)
                plain = special(item) if special else self.plain(item, number=key.number)
            if _is_printed(key.name, plain, pointer=key.zero, part=isinstance(item, Value)):
                said[key.name] = plain
        if type(value).__name__ == "DiscreteResourceSpec":  # these two are printed even when they are empty
            said = {"kind": "", "value": 0} | said
        return _in_order(type(value), said)

    def extension(self, item: Any) -> Any:
        """What an extension field holds."""
        if isinstance(item, Mapping):
            return {name: self.extension(each) for name, each in in_order(item).items()}
        if isinstance(item, (list, tuple)):
            return [self.extension(each) for each in item]
        return self.names.plain(item) if isinstance(item, str) else item

    def plain(self, item: Any, *, number: bool = False) -> Any:
        """The long form of a value."""
        if isinstance(item, str):
            return self.names.plain(item)
        if isinstance(item, Duration):
            return go_duration(item)
        if isinstance(item, (Bytes, FileMode)):
            return item.number if number or isinstance(item, FileMode) else str(item.number)
        if isinstance(item, Resource):
            return self.names.key(item)
        if isinstance(item, Value):
            return item.soft if isinstance(item, Ulimit) and item.is_one and item.soft else self.value(item)
        if isinstance(item, Mapping):
            return {name: self.plain(each) for name, each in in_order(item).items()}
        if isinstance(item, (tuple, list)):
            return [self.plain(each) for each in item]
        if isinstance(item, float):
            return float32(item)
        return item if item is None or isinstance(item, (bool, int)) else str(item)

    def command(self, item: Any, *, shell: bool) -> list[str]:
        """A command as its words; a test in one text is for the shell."""
        if isinstance(item, str):
            text = self.names.plain(item)
            return ["CMD-SHELL", text] if shell else split_command(text)
        return [self.names.plain(each) for each in item]

    def hosts(self, hosts: Sequence[str]) -> list[str]:
        """`host:address` of each entry; what has neither `=` nor `:` is lost."""
        found = []
        for entry in map(self.names.plain, hosts):
            host, mark, address = entry.partition("=" if "=" in entry else ":")
            if mark:
                found.append(f"{host}:{address[1:-1] if address[:1] == '[' and address[-1:] == ']' else address}")
        return found

    def ports(self, ports: Sequence[Any]) -> list[dict[str, Any]]:
        """One entry a port."""
        found = []
        for port in ports:
            for published, target in port.pairs():
                said = {"mode": port.mode, "target": target, "published": published, "protocol": port.protocol}
                found.append({name: value for name, value in said.items() if value})
        return found

    def networks(self, attachments: Sequence[NetworkAttachment]) -> dict[str, Any]:
        """By name; a network without options has none."""
        said = {
            self.names.key(attachment.network): self.value(attachment) if attachment.has_options else None
            for attachment in attachments
        }
        return in_order(said)

    def mount(self, mount: Mount) -> dict[str, Any]:
        """A mount, its path on the node absolute."""
        said = self.value(mount)
        source = said.get("source")
        if mount.type == "bind" and isinstance(source, str):
            said["source"] = node_path(source, self.base, self.home)
        return said


def _in_order(kind: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a value says in the order of Docker's own keys, and behind them those of extensions."""
    order = _printed_order(kind)  # type: ignore[arg-type]
    return dict(sorted(said.items(), key=lambda item: order.get(item[0], len(order))))


@functools.cache
def _printed_order(kind: type[Any]) -> Mapping[str, int]:
    """The places of a type's keys as Docker prints them: those of a service by name in the main, others as declared."""
    first = next((_ORDERS[each.__name__].split() for each in kind.__mro__ if each.__name__ in _ORDERS), [])
    keys = [key.name for key, _ in keys_of(kind).values() if key.name not in first]
    printed = (*first, *(sorted(keys) if issubclass(kind, Service) else keys))
    return {name: place for place, name in enumerate(printed)}


def _is_printed(name: str, plain: Any, *, pointer: bool, part: bool) -> bool:
    """Whether Docker prints a value: not what is zero or empty, but for pointers and for most parts."""
    if part:
        return bool(plain) or name not in _VANISHING
    if isinstance(plain, (dict, list)):
        return bool(plain)
    return pointer or plain not in (0, "", False, "0s")
