"""Random valid stacks, made from the model's own declarations: a key that is declared is drawn, with no line here.

`of(cls, held)` reads the keys of a class and draws some of them, each from a strategy for its annotation. `NAMED`
holds what the annotation does not tell (an image is no free text), `PAIRED` what keys demand of one another (`replicas`
and `global`). References are drawn from the resources that the stack holds.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st
from property.quantities import BY_TYPE
from property.texts import ENV, NAMES, WORDS, extensions, keys, opened, texts
from rig import ROOT

from pystackdsl import (
    AccessMode,
    Config,
    ConfigGrant,
    CredentialSpec,
    Deploy,
    GenericResource,
    Healthcheck,
    IpamConfig,
    Limits,
    Mount,
    Network,
    NetworkAttachment,
    Port,
    PortRange,
    Secret,
    SecretGrant,
    Service,
    Stack,
    Ulimit,
    Volume,
    default_network,
)
from pystackdsl.model.deploy import Keep
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["ENV", "FILES", "Held", "drawn", "of", "stacks"]

FILES = ROOT / "tests" / "property" / "files"
"""The folder that the stacks lie in: Docker reads a stack only where its env files exist."""

KINDS: Mapping[type[Resource], str] = {
    Network: "networks",
    Volume: "volumes",
    Secret: "secrets",
    Config: "configs",
    Service: "services",
}


@attrs.define
class Held:
    """What a stack holds while it is made, and how many ports and mounts it has so far: these must not be alike."""

    networks: dict[str, Network] = attrs.field(factory=dict)
    volumes: dict[str, Volume] = attrs.field(factory=dict)
    secrets: dict[str, Secret] = attrs.field(factory=dict)
    configs: dict[str, Config] = attrs.field(factory=dict)
    services: dict[str, Service] = attrs.field(factory=dict)
    count: int = 0

    def next(self) -> int:
        """A number that nothing else in the stack has."""
        self.count += 1
        return self.count

    def some(self, cls: type[Resource]) -> st.SearchStrategy[Any]:
        """One of the resources of a class; nothing when there is none."""
        resources = list(getattr(self, KINDS[cls]).values())
        return st.sampled_from(resources) if resources else st.nothing()

    @property
    def paths(self) -> list[str]:
        """The paths of the secrets and configs, not known before the stack is complete."""
        return [resource.path for resource in (*self.secrets.values(), *self.configs.values())]


Drawn = Callable[[Held], st.SearchStrategy[Any]]


def always(strategy: st.SearchStrategy[Any]) -> Drawn:
    return lambda _: strategy


def hinted(hint: Any, key: Key, held: Held) -> st.SearchStrategy[Any]:
    """Values of an annotation."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(hinted(part, key, held) for part in arguments if part not in (types.NoneType, Keep)))
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        is_text = arguments[0] is str  # variables in it could make two items alike, which Docker refuses
        item = st.one_of(texts, *map(around, held.paths)) if is_text else hinted(arguments[0], key, held)
        return st.lists(item, max_size=3, unique_by=str)
    if origin is FrozenDict and arguments[1] is Any:
        return extensions
    if origin is FrozenDict:
        value = st.none() | texts if arguments[1] == str | None else hinted(arguments[1], key, held)
        return st.dictionaries(keys, value, max_size=3)
    if hint is str:
        return st.one_of(texts, texts, texts, opened("text"), *map(around, held.paths))
    if hint in BY_TYPE:
        values, kind = BY_TYPE[hint]
        is_number = key.number or any(kind is hint for kind in (bool, int, float))
        return values if is_number and key.cast is None else st.one_of(values, values, values, opened(kind))
    if issubclass(hint, Resource):
        return held.some(hint)
    return of(hint, held)


def around(path: str) -> st.SearchStrategy[str]:
    """Texts that hold the path of a secret or config."""
    return st.sampled_from([path, f"--file={path}", f"{path}.bak:$$é", f"{path}{path}"])


def drawn(cls: type[Value], held: Held) -> dict[str, st.SearchStrategy[Any]]:
    """Each argument of a class that is a key, with the values it may take; references only to what is held."""
    found = {}
    for name, (key, hint) in keys_of(cls).items():
        if not key.local:
            found[name] = NAMED[cls, name](held) if (cls, name) in NAMED else hinted(hint, key, held)
    return {name: strategy for name, strategy in found.items() if not strategy.is_empty}


def fields(cls: type[Value], held: Held) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the arguments of a class, each with a value."""
    choices = drawn(cls, held)
    required = {name for name in choices if (cls, name) in REQUIRED}
    sizes = st.sampled_from([0, 1, 3, 6, 12])
    chosen = sizes.flatmap(
        lambda least: st.sets(st.sampled_from(sorted(choices)), min_size=min(least, len(choices)), max_size=least + 4)
    )
    return chosen.flatmap(
        lambda names: st.fixed_dictionaries({name: choices[name] for name in choices if name in names | required})
    )


def of(cls: type[Value], held: Held) -> st.SearchStrategy[Any]:
    """Objects of a class that say some of its keys, and nothing that Docker would refuse."""
    return fields(cls, held).map(lambda said: cls(**PAIRED.get(cls, lambda said, _: said)(said, held)))


# What annotations do not tell ---------------------------------------------------------------------------------------

commands = st.one_of(
    st.lists(texts, max_size=4),
    st.lists(
        st.sampled_from(["run", "--name", "'two  words'", '"a $b"', r"\#x", "a#b", "-c", "é'$x'", "\n", "\t"]),
        max_size=5,
    ).map(" ".join),
    opened("word"),
)
addresses = st.ip_addresses().map(str)
hosts = st.builds("{}{}{}".format, WORDS, st.sampled_from(":="), st.one_of(addresses, st.just("host-gateway")))
paths = st.one_of(
    st.sampled_from(["./a", ".", "/", "~/x y", "../up/../b", "/var/run/docker.sock", ".hidden", "./a:b"]),
    texts.filter(lambda text: "\0" not in text).map(lambda text: f"./{text}"),
    opened("word").map(lambda text: f"./{text}/c"),
)
files = st.one_of(st.sampled_from(["./a.txt", "b/c.ini", "/etc/hosts", "~x"]), texts.map(lambda text: f"f{text}"))
drivers = st.sampled_from(["local", "vieux/sshfs:latest", "rexray"])
limit = st.one_of(st.integers(-1, 2**63 - 1), opened("int"))
ulimits = st.one_of(limit, st.builds(Ulimit, soft=limit, hard=limit))
images = st.one_of(
    st.sampled_from(["a", "nginx:1.25-alpine", "host:5000/a/b_c:V1", "a@sha256:" + "0a" * 32, "localhost/a.b:1_2-3"]),
    opened("word").map(lambda text: f"registry.example.org/shop/app:{text}"),
)
NAMED: dict[tuple[type, str], Drawn] = {
    (Service, "image"): always(images),
    (Service, "command"): always(commands),
    (Service, "entrypoint"): always(commands),
    (Service, "environment"): lambda held: st.dictionaries(WORDS, st.none() | text_with(held), max_size=4),
    (Service, "env_file"): always(st.lists(st.sampled_from(["./a.env", "b.env"]), unique=True) | st.just("a.env")),
    (Service, "ports"): lambda held: st.lists(ports(held), max_size=3),
    (Service, "networks"): lambda held: attachments(held),  # noqa: PLW0108 - defined below
    (Service, "volumes"): lambda held: st.lists(mounts(held), max_size=4),
    (Service, "secrets"): lambda held: grants(held, Secret, SecretGrant),
    (Service, "configs"): lambda held: grants(held, Config, ConfigGrant),
    (Service, "restart"): always(st.sampled_from(["no", "always", "on-failure", "on-failure:3", "unless-stopped"])),
    (Service, "depends_on"): lambda held: dependencies(held),  # noqa: PLW0108 - as above
    (Service, "expose"): always(
        st.lists(st.integers(1, 9999) | st.sampled_from(["010000-010002", "1e4"]), unique=True)
    ),
    (Service, "extra_hosts"): always(
        st.lists(hosts, unique=True, max_size=3) | st.dictionaries(WORDS, addresses, max_size=3)
    ),
    (Service, "ulimits"): always(st.dictionaries(st.from_regex("[a-z]{1,9}", fullmatch=True), ulimits, max_size=3)),
    (Service, "dns"): always(st.lists(addresses, unique=True, max_size=2) | addresses),
    (Service, "cap_add"): always(st.lists(st.sampled_from(["NET_ADMIN", "cap_sys_time", "ALL"]), unique=True)),
    (Service, "cap_drop"): always(st.lists(st.sampled_from(["NET_RAW", "CAP_CHOWN", "MKNOD"]), unique=True)),
    (Service, "shm_size"): always(st.sampled_from(["64M", "1gb", "1048576"])),
    (Ulimit, "soft"): always(limit),
    (Healthcheck, "test"): always(texts.filter(bool) | st.lists(texts, max_size=3).map(lambda words: ["CMD", *words])),
    (Mount, "type"): always(st.nothing()),
    (AccessMode, "block_volume"): always(st.just({})),
    (Network, "name"): always(NAMES),
    (Network, "driver"): always(st.sampled_from(["overlay", "weaveworks/net-plugin:2.8"])),
    (IpamConfig, "subnet"): always(st.sampled_from(["10.42.0.0/24", "172.16.238.0/24", "fd00:1::/64"])),
    (Volume, "name"): always(NAMES | st.just("data-{{.Task.Slot}}")),
    (Volume, "driver"): always(drivers),
    (Secret, "name"): always(NAMES),
    (Secret, "file"): always(files),
    (Secret, "driver"): always(drivers),
    (Config, "name"): always(NAMES),
    (Config, "file"): always(files),
    (Limits, "pids"): always(st.integers(0, 2**62)),
}
REQUIRED = {
    (GenericResource, "discrete_resource_spec"),
    (IpamConfig, "subnet"),
    (Service, "image"),
    (Ulimit, "hard"),
    (Ulimit, "soft"),
}


def text_with(held: Held) -> st.SearchStrategy[str]:
    """A text as it may stand in a service."""
    return st.one_of(texts, texts, opened("text"), *map(around, held.paths))


@st.composite
def ports(draw: st.DrawFn, held: Held) -> Any:
    """A port; no two of a stack publish the same one or lead to the same one."""
    number, size = held.next(), draw(st.integers(1, 4))
    first, inside = 1000 + 10 * number, 100 * number - 2
    target = PortRange(inside, inside + draw(st.sampled_from([1, size])) - 1)
    sizes = size if target.size == 1 else target.size
    published = draw(st.sampled_from([None, PortRange(first, first + sizes - 1)]))
    protocol, mode = (
        draw(st.sampled_from([None, "tcp", "udp", "sctp"])),
        draw(st.sampled_from([None, "host", "ingress"])),
    )
    port = Port(target=target, published=published, protocol=protocol, mode=mode)
    short = Port(target=target, published=published, protocol=protocol or "tcp", mode="ingress")
    spellings = [port, short, str(short), f"{short.published or ''}:{target}/UDP", inside]
    spellings += [f"127.0.0.1:{short}" if published else f"[::1]::{short}"]
    spellings += [attrs.evolve(port, target=draw(opened("int")), published=first), f"{first}:{draw(opened('int'))}/udp"]
    return draw(st.sampled_from(spellings))


@st.composite
def attachments(draw: st.DrawFn, held: Held) -> Any:
    """Some of the stack's networks, plain or with options, and Docker's own."""
    networks = [*held.networks.values(), *([] if "default" in held.networks else [default_network])]
    found: list[Any] = []
    for network in draw(st.lists(st.sampled_from(networks), unique_by=id, max_size=3)):
        options = draw(fields(NetworkAttachment, held))
        found.append(draw(st.sampled_from([network, network.attach(**options)])))
    return found


@st.composite
def mounts(draw: st.DrawFn, held: Held) -> Any:
    """A mount of one of the stack's volumes, of a path, of memory; no two have the same target."""
    number = held.next()
    target = draw(
        st.sampled_from([f"/t{number}", f"/t{number}:z", f"/t{number}:ro", f"C:\\t{number}"])
        | texts.map(lambda text: f"/{number}{text}")
    )
    kind = draw(st.sampled_from(["volume", "bind", "short", "tmpfs", "npipe"]))
    if kind == "short":
        options = draw(st.sampled_from(["", ":ro", ":rw", ":ro,rslave", ":z", ":cached,ro"]))
        return f"{draw(st.sampled_from(['./a', '/b', '~/c', 'c:/d', '../up']))}:/t{number}{options}"
    said = draw(fields(Mount, held))
    said = {name: value for name, value in said.items() if name in ("read_only", "consistency", kind)}
    said["source"] = {
        "volume": draw(held.some(Volume) | st.none()),
        "bind": draw(paths),
        "npipe": r"\\.\pipe\docker",
    }.get(kind)
    return Mount(type=kind, target=target, **said)


@st.composite
def grants(draw: st.DrawFn, held: Held, cls: type[Any], grant: type[Any]) -> Any:
    """Some of the stack's secrets or configs, under targets that differ."""
    found: list[Any] = []
    for resource in draw(st.lists(held.some(cls), unique_by=id, max_size=3)) if not held.some(cls).is_empty else ():
        said = draw(fields(grant, held)) | {cls.__name__.lower(): resource}
        if "target" in said:
            said["target"] = f"/g{held.next()}{said['target']}"
        found.append(draw(st.sampled_from([resource, grant(**said)])))
    return found


@st.composite
def dependencies(draw: st.DrawFn, held: Held) -> list[Any]:
    """Services that were made before, as objects and as names, and one that does not exist."""
    names = draw(st.lists(st.sampled_from([*held.services, "elsewhere"]), unique=True, max_size=2))
    return [draw(st.sampled_from([held.services.get(name, name), name])) for name in names]


# What keys demand of one another ------------------------------------------------------------------------------------


def _without(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}


def _paired_service(said: dict[str, Any], held: Held) -> dict[str, Any]:
    deploy = said.get("deploy")
    if deploy is not None and deploy.endpoint_mode == "dnsrr":
        said = _without(said, "ports")
    return said


def _paired_deploy(said: dict[str, Any], held: Held) -> dict[str, Any]:
    mode = said.get("mode") or "replicated"
    if mode.startswith("global"):
        said = _without(said, "replicas")
    if mode.endswith("-job"):
        said = _without(said, "update_config", "rollback_config", "restart")
    return said


def _paired_healthcheck(said: dict[str, Any], held: Held) -> dict[str, Any]:
    return _without(said, "disable") if "test" in said else said


def _paired_outside(said: dict[str, Any], held: Held) -> dict[str, Any]:
    if said.get("external") is None:
        return said
    return {name: value for name, value in said.items() if name in ("name", "x")} | {"external": True}


def _paired_source(said: dict[str, Any], held: Held) -> dict[str, Any]:
    said = _paired_outside(said, held)
    if "driver" in said:
        return _without(said, "file", "external")
    said = _without(said, "driver_opts")
    return said if "external" in said else {"file": "./f"} | said


def _paired_credentials(said: dict[str, Any], held: Held) -> dict[str, Any]:
    return dict(list(said.items())[:1]) or {"file": "spec.json"}


PAIRED: dict[type, Callable[[dict[str, Any], Held], dict[str, Any]]] = {
    Service: _paired_service,
    Deploy: _paired_deploy,
    Healthcheck: _paired_healthcheck,
    Network: _paired_outside,
    Volume: _paired_outside,
    Secret: _paired_source,
    Config: _paired_source,
    CredentialSpec: _paired_credentials,
}


@st.composite
def stacks(draw: st.DrawFn, *, base: Path = FILES, names: st.SearchStrategy[str] = NAMES) -> Stack:
    """A whole valid stack, whose text Docker reads with the environment ENV and in the folder FILES; `names` are those
    of its resources.
    """
    held = Held()
    for cls in (Network, Volume, Secret, Config):
        for name in draw(st.lists(names, unique=True, max_size=3)):
            getattr(held, KINDS[cls])[name] = draw(of(cls, held))
    for name in draw(st.lists(names, unique=True, min_size=1, max_size=3)):
        held.services[name] = draw(of(Service, held))
    x = draw(st.none() | extensions)
    parts = attrs.asdict(held, recurse=False, filter=lambda field, _: field.name != "count")
    return Stack(**parts, x=x, base=base)
