"""Random stacks that constructors take, whether or not they make sense: for laws about what is found in them.

`stacks()` draws each key of each class from its annotation alone, with values that are often at the edge.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import strategies as st

from pystackdsl import KEEP, Config, Network, Secret, Service, Stack, Volume, default_network
from pystackdsl.diagnostics import StackError
from pystackdsl.model.deploy import Keep
from pystackdsl.model.key import keys_of
from pystackdsl.model.placement import Constraint
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.units import Bytes, Cpus, Duration, FileMode
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["lone_services", "stacks"]

# Some that are right somewhere, some that are right nowhere.
TEXTS = [
    "",
    "a",
    "web",
    "/x",
    "/x/",
    "x/y",
    "80",
    "a:1.1.1.1",
    "1.1.1.1",
    "CMD",
    "NET_ADMIN",
    "on-failure:3",
    "é",
    "10.0.0.0/8",
]
TEXTS += [
    "a b",
    "'",
    '"a',
    "\\",
    "$A",
    "${",
    "{{.Node.ID}}",
    "{{",
    "-1",
    "host",
    "bridge",
    "golang",
    "3.9",
    "=",
    "#",
    "a=b",
]
texts = st.sampled_from(TEXTS) | st.text("aZ09./:-_ é$", max_size=6)
names = st.sampled_from(["web", "db", "a.b", "-a", "a-", "x-a", "A_1", "a b", "", "é", "n" * 64])
scalars = st.none() | st.booleans() | st.integers(-2, 300) | st.floats(allow_nan=False) | texts

QUANTITIES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(-2, 4) | st.sampled_from([440, 1 << 31]),
    float: st.sampled_from([0, 0.5, 1, -1, 2.5]),
    bool: st.booleans(),
    Duration: st.sampled_from([0, -1, 500_000, 10**9, 90 * 10**9]).map(Duration),
    Bytes: st.sampled_from([0, 1, 4 << 20, 512 << 20]).map(Bytes),
    Cpus: st.sampled_from([0, 1, 10**6, 5 * 10**8]).map(Cpus),
    FileMode: st.sampled_from([0, 0o400, 440]).map(FileMode),
    PortRange: st.sampled_from([PortRange(0, 0), PortRange(80, 80), PortRange(80, 82), PortRange(8080, 8081)]),
    Constraint: st.sampled_from(["node.role == manager", "node.labels.a != b"]).map(Constraint.parse),
    Any: st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2), max_leaves=3
    ),
}
SHORT_PORTS = st.sampled_from(["80", "80:80", "8080:80", "80-82:80-82/udp", "80:81"]).map(Port.parse)


def stacks() -> st.SearchStrategy[Stack]:
    """Stacks of a few resources, whose services refer to these or to others."""
    return st.composite(_stack)()


def lone_services() -> st.SearchStrategy[Stack]:
    """Stacks of one service that says two things at most, so that often nothing is wrong."""
    some = st.composite(lambda draw: _made(draw, Service, HELD, most=2))()
    kinds = {"networks": Network, "volumes": Volume, "secrets": Secret, "configs": Config}
    return some.map(
        lambda service: Stack(services={"web": service}, **{kind: HELD[cls] for kind, cls in kinds.items()})
    )


HELD: Mapping[type[Resource], Mapping[str, Any]] = {
    Network: {"net": Network(), "host": Network(external=True)},
    Volume: {"data": Volume()},
    Secret: {"key": Secret(file="/etc/hostname")},
    Config: {"conf": Config(file="/etc/hostname")},
}


def _stack(draw: st.DrawFn) -> Stack:
    held: dict[type[Resource], dict[str, Any]] = {}
    for cls in (Network, Volume, Secret, Config, Service):
        held[cls] = draw(st.dictionaries(names, _of(cls, held), max_size=2))
    version = draw(st.none() | st.sampled_from(["3.13", "3", "3.9"]))
    extensions = draw(
        st.none() | st.dictionaries(st.sampled_from(["x-a", "x-", "a", "x-é"]), QUANTITIES[Any], max_size=2)
    )
    kinds = ("networks", "volumes", "secrets", "configs", "services")
    return Stack(**dict(zip(kinds, held.values(), strict=True)), version=version, x=extensions)


def _of(cls: type[Value], held: Mapping[type[Resource], Mapping[str, Any]]) -> st.SearchStrategy[Any]:
    return st.composite(lambda draw: _made(draw, cls, held))()


def _made(draw: st.DrawFn, cls: type[Value], held: Mapping[type[Resource], Mapping[str, Any]], *, most: int = 6) -> Any:
    """An object with a few of its keys; those that its constructor does not take are left out."""
    if cls is Keep:
        return KEEP
    keys = {
        name: hint for name, (key, hint) in keys_of(cls).items() if not key.local or issubclass(cls, (Secret, Config))
    }
    keys = {name: hint for name, hint in keys.items() if name not in ("content", "template", "values")}
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    chosen = draw(st.lists(st.sampled_from(sorted(keys)), max_size=most, unique=True)) if keys else []
    said = {name: draw(_hinted(keys.get(name, keys_of(cls)[name][1]), held)) for name in {*chosen, *required}}
    if cls is Service:
        said["image"] = "busybox"
        said.pop("env_file", None)  # Docker reads them
    for leave_out in ((), *[(name,) for name in said], tuple(name for name in said if name not in required)):
        try:
            return cls(**{name: value for name, value in said.items() if name not in leave_out})
        except StackError:
            continue
    raise AssertionError(cls)


def _hinted(hint: Any, held: Mapping[type[Resource], Mapping[str, Any]]) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(_hinted(part, held) for part in arguments if part is not types.NoneType))
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        item = SHORT_PORTS | _hinted(arguments[0], held) if arguments[0] is Port else _hinted(arguments[0], held)
        return st.lists(item, max_size=2)
    if origin is FrozenDict:
        return st.dictionaries(texts, _hinted(arguments[1], held), max_size=2)
    if hint in QUANTITIES:
        return QUANTITIES[hint]
    if hint is Resource or issubclass(hint, Resource):
        pool = [each for cls in held for each in held[cls].values() if hint is Resource or cls is hint]
        others = [default_network] if hint is Network else []
        lost = st.builds(Network if hint is Resource else hint)
        return st.sampled_from([*pool, *pool, *pool, *others]) | lost if pool or others else lost
    return _of(hint, held)
