"""Keys that stand where no such key belongs: what they were meant to be, or where they were meant to stand.

`reader` and `reading` come here once a key is known to be none. Four things are told apart: a key of Docker Compose
that Swarm does not have, a misspelt key, a key that belongs elsewhere, and a whole service or section that wrong
indentation has moved.
"""

import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from pystackdsl.compose.foreign import FOREIGN
from pystackdsl.compose.forms import flow_text, number_text
from pystackdsl.compose.misfit import COMPOSE, Misfit, is_name, misfit
from pystackdsl.diagnostics import nearest
from pystackdsl.model.grants import SecretGrant
from pystackdsl.model.key import keys_of
from pystackdsl.model.mounts import Mount
from pystackdsl.model.names import KINDS
from pystackdsl.model.secrecy import shown
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, Value
from pystackdsl.model.variable import OPEN, Open

__all__ = [
    "attachments_meant",
    "beside",
    "declaration",
    "displaced",
    "glued",
    "grant_meant",
    "inside",
    "is_service_key",
    "mount_meant",
    "stranger",
]

_MOST_LISTED: Final = 12

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "Service": {
        "args": "command",
        "cmd": "command",
        "cwd": "working_dir",
        "env": "environment",
        "mounts": "volumes",
        "work_dir": "working_dir",
        "workdir": "working_dir",
    },
    "Mount": {"destination": "target", "dst": "target", "ro": "read_only", "src": "source"},
}
"""Keys as other tools call them, by class, which are too far from Docker's words to be taken for misspelt."""


def stranger(
    cls: type, name: str, item: Any, minor: int, holder: str = "", around: Mapping[str, Any] = MappingProxyType({})
) -> Misfit:
    """The fault of a key that a class does not have. `holder` names the resource it stands in, `service web`, and
    `around` is the whole mapping.
    """
    told = _as_service(cls, name, item, holder) or _as_foreign(cls, name, item, around)
    if told is None and not {f"{name}s", name.removesuffix("s")} & _names(cls):
        told = _as_deeper(cls, name, item, around)
    if told is not None:
        return told
    known = [key.name for key, _ in keys_of(cls).values() if not key.local and key.minor <= minor and key.name != "x-*"]
    guess = _SAID.get(cls.__name__, {}).get(name) or nearest(name, known)
    if guess is None:
        told = _as_higher(cls, name, holder) or _as_variable(cls, name, item)
        if told is not None:
            return told
    return misfit(
        f"`{name}` is not a key of {_noun(cls)}",
        expected="one of " + ", ".join(sorted(known)) if guess is None and len(known) <= _MOST_LISTED else "",
        help=f"did you mean `{guess}`?" if guess else "",
        at_key=True,
    )


def displaced(kind: str, name: str, item: Any, before: str | None) -> Misfit | None:
    """The fault of a section, or of a service's key, that stands among the resources of a kind; None for what can be
    a resource. `before` is the resource above it.
    """
    if isinstance(item, dict) and _looks_like_service(item):
        return None
    if name in KINDS and (item is None or isinstance(item, dict)):
        return misfit(
            f"`{name}` stands among the {kind}, as if it were one of them",
            help=f"indent it as far as `{kind}`: it is a key of the top level",
            at_key=True,
        )
    if kind == "services" and before is not None and name in _names(Service):
        return misfit(
            f"`{name}` stands among the services, as if it were one of them",
            help=f"indent it further, as a key of the service {before}",
            at_key=True,
        )
    return None


def beside(kind: str, name: str, item: Any) -> Misfit | None:
    """The fault of a key of the top level below a section that is empty: one of its resources, indented too little."""
    if not kind or name in FOREIGN["Stack"] or not isinstance(item, dict | None):
        return None
    return misfit(
        f"`{name}` stands beside `{kind}`, which is empty, as if it were a section of its own",
        help=f"indent it below `{kind}:`",
        at_key=True,
    )


def inside(name: str, item: Any) -> str:
    """The cure for a list or a mapping among texts, such as those of an environment: a key of the service, indented
    too far. Empty for what is no such key.
    """
    if not isinstance(item, dict | list) or name not in _names(Service):
        return ""
    return f"if this is the service's key `{name}`, indent it less"


def declaration(kind: str, name: str) -> str:
    """The cure for a name that no resource of a kind has: how such a one is declared."""
    if not is_name(name):
        if kind != "volumes":
            return ""
        is_path = name[:1] in "./~" or "\\" in name
        return f"for a path of the node write type: bind, and source: {name if is_path else './' + name}"
    key = name if name[0].isalpha() else f'"{name}"'
    if kind in ("secrets", "configs"):
        return f"declare it:  {kind}: {{{key}: {{file: ./{name}.txt}}}}, or {{external: true}} for one that exists"
    return f"declare it:  {kind}: {{{key}: {{}}}}"


def glued(cls: type, tree: Any) -> str:
    """The cure for a text where a mapping of a class belongs: `image:nginx`, which lacks a space."""
    key, colon, value = tree.partition(":") if isinstance(tree, str) else ("", "", "")
    if not colon or not value or key not in _names(cls):
        return ""
    return f"write a space after the colon: `{key}: {value.split()[0]}`"


def mount_meant(item: dict[str, Any]) -> str:
    """The cure for a pair among mounts, which was to be a text: `data: /x`, or `data:` alone."""
    if len(item) != 1 or item.keys() & _names(Mount):
        return ""
    [(source, target)] = item.items()
    if target is None:
        return f'write "{source}:/path/in/the/container"'
    return f'write "{source}:{target}"' if isinstance(target, str) else ""


def grant_meant(item: dict[str, Any]) -> str:
    """The cure for a pair among secrets or configs, which was to be a source and a target, or a name alone."""
    if len(item) != 1 or item.keys() & _names(SecretGrant):
        return ""
    [(source, target)] = item.items()
    if target is None:
        return f"leave out the colon: {source}"
    return f"write {{source: {source}, target: {shown(source, target)}}}" if isinstance(target, str) else ""


def attachments_meant(items: list[Any]) -> str:
    """The cure for networks in a list, some of which have keys."""
    named = [next(iter(item), "") if isinstance(item, dict) else str(item) for item in items]
    said = [f"{name}: {'{…}' if isinstance(item, dict) else '{}'}" for name, item in zip(named, items, strict=True)]
    return f"leave out the dashes, and write a mapping:  networks: {{{', '.join(said)}}}"


def is_service_key(name: str) -> bool:
    """Whether a name is a key of services and of nothing above them."""
    return name in _names(Service) and name not in _names(Stack)


def _looks_like_service(item: dict[str, Any]) -> bool:
    return "image" in item or "build" in item or len(item.keys() & _names(Service)) > 1


@cache
def _names(cls: type) -> frozenset[str]:
    return frozenset(key.name for key, _ in keys_of(cls).values() if not key.local and key.name != "x-*")


def _as_service(cls: type, name: str, item: Any, holder: str) -> Misfit | None:
    """A whole service that is indented too far, or too little."""
    if not isinstance(item, dict) or not ("image" in item or "build" in item):
        return None
    if cls is Stack:
        return misfit(
            f"`{name}` looks like a service, but stands outside of `services`",
            help="indent it below `services:`",
            at_key=True,
        )
    return misfit(
        f"`{name}` looks like a service of its own, but stands inside {holder or _noun(cls)}",
        help=f"indent it less, as far as {holder.rpartition(' ')[2] or 'the other services'}",
        at_key=True,
    )


def _as_foreign(cls: type, name: str, item: Any, around: Mapping[str, Any]) -> Misfit | None:
    """A key that Docker Compose has, and Swarm has not."""
    found = FOREIGN.get(cls.__name__, {}).get(name)
    if found is None:
        return None
    help = found.instead or _moved("write", found.into, item, _there(cls, name, around))
    if not found.in_compose:
        return misfit(f"`{name}` is not a key of {_noun(cls)}", help=help, at_key=True)
    summary = f"`{name}` is a key of Docker Compose that docker stack does not have"
    return misfit(summary, help=help, kind=COMPOSE, at_key=True)


def _as_deeper(cls: type, name: str, item: Any, around: Mapping[str, Any]) -> Misfit | None:
    """A key that belongs into a mapping below."""
    steps = _way(cls, name)
    if not steps:
        return None
    return misfit(
        f"`{name}` is not a key of {_noun(cls)}",
        help=_moved(f"it belongs under `{'.'.join(steps[:-1])}`:", steps, item, _there(cls, name, around)),
        at_key=True,
    )


def _way(cls: type, name: str) -> tuple[str, ...]:
    """The steps to where the value of a key belongs, below a class; none where it belongs nowhere there."""
    foreign = FOREIGN.get(cls.__name__, {}).get(name)
    if foreign is not None:
        return foreign.into
    return next((steps for steps in _deeper(cls) if steps[-1] == name), ())


def _there(cls: type, name: str, around: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The ways below a mapping that there are, or will be once the keys above this one are moved."""
    known = _names(cls)
    above = list(around)[: list(around).index(name)] if name in around else []
    found = [_way(cls, key) for key in above if key not in known]
    return found + [way for key, item in around.items() if key in known for way in _ways((key,), item)]


def _ways(steps: tuple[str, ...], item: Any) -> Iterator[tuple[str, ...]]:
    yield steps
    if isinstance(item, dict):
        for key, inner in item.items():
            yield from _ways((*steps, key), inner)


def _moved(told: str, steps: tuple[str, ...], item: Any, there: Iterable[tuple[str, ...]]) -> str:
    """The cure for a value that belongs at the end of some steps: it is written as far as these are not there."""
    known = set(there)
    depth = max(end for end in range(len(steps) + 1) if not end or any(way[:end] == steps[:end] for way in known))
    if depth == len(steps):
        return f"leave it out: `{'.'.join(steps)}` is there"
    nested = f"{steps[-1]}: {_flow(item, is_text=steps[-1] in _TEXTS)}"
    for step in reversed(steps[depth:-1]):
        nested = f"{step}: {{{nested}}}"
    return f"{told}  {nested}" + (f"  below the `{'.'.join(steps[:depth])}:` that is there" if depth else "")


_TEXTS: Final = frozenset({"cpus", "memory"})
"""Keys whose numbers are text."""


def _flow(item: Any, *, is_text: bool) -> str:
    """A value as it is written between brackets; `…` for one of many parts, or with variables."""
    if isinstance(item, (dict, list, type(None), Open)) or (isinstance(item, str) and OPEN in item):
        return "…"
    if isinstance(item, str) and not is_text and item.isdecimal():
        return item
    text = number_text(item) if not isinstance(item, str) else item
    return flow_text(text) if is_text or isinstance(item, str) else text


@cache
def _deeper(cls: type) -> tuple[tuple[str, ...], ...]:
    """The keys below a class that mappings alone lead to, the nearest first."""
    return tuple(sorted(_below(cls), key=len))


def _below(cls: type, steps: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, hint in keys_of(cls).values():
        inner = _mapping_class(hint)
        if key.local or inner is None:
            continue
        here = (*steps, key.name)
        for below in sorted(_names(inner)):
            yield (*here, below)
        yield from _below(inner, here)


def _mapping_class(hint: Any) -> type | None:
    """The model class of the mapping that a value of this type is written as; None for lists and scalars."""
    parts = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    for part in parts:
        if isinstance(part, type) and issubclass(part, Value) and not issubclass(part, Resource):
            return part
    return None


def _as_higher(cls: type, name: str, holder: str) -> Misfit | None:
    """A key that belongs to what holds the mapping it stands in."""
    if cls is Stack:
        if name in _names(Service):
            return misfit(f"`{name}` is a key of a service", help="indent it below the service's name", at_key=True)
        return None
    if issubclass(cls, Resource):
        return None
    if holder.startswith("service ") and name in _names(Service):
        return misfit(
            f"`{name}` is not a key of {_noun(cls)}",
            help=f"indent it less: it is a key of the {holder}",
            at_key=True,
        )
    return None


def _as_variable(cls: type, name: str, item: Any) -> Misfit | None:
    """A variable of the environment that is indented too little."""
    is_text = not isinstance(item, (dict, list))
    if cls is not Service or not is_text or name != name.upper() or not name.isidentifier():
        return None
    return misfit(
        f"`{name}` is not a key of a service", help="indent it below `environment:`, as a variable of it", at_key=True
    )


def _noun(cls: type) -> str:
    """What people call the mapping of a class."""
    if cls is Stack:
        return "a stack file's top level"
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()
    named = {
        "network attachment": "a service's network",
        "secret grant": "a service's secret",
        "config grant": "a service's config",
        "ipam config": "an address pool (ipam.config)",
        "ipam": "`ipam`",
        "deploy": "`deploy`",
        "logging": "`logging`",
        "build": "`build`",
        "resources": "`resources`",
        "limits": "`limits`",
        "reservations": "`reservations`",
        "placement": "`placement`",
        "update config": "`update_config`",
        "rollback config": "`rollback_config`",
        "restart policy": "`restart_policy`",
        "credential spec": "`credential_spec`",
    }.get(words)
    return named or f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
