"""What Docker Compose takes and `docker stack` does not, for any key: quoted numbers, unquoted texts, empty keys.

`adapt` comes here with each mapping of a Compose file; what is declared of the keys tells what is meant.
"""

import types
import typing
from collections.abc import Callable
from typing import Any, Final

from pystackdsl.compose.goscalar import go_text
from pystackdsl.compose.misfit import shown
from pystackdsl.model import texts
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.ports import as_port_range
from pystackdsl.model.service import as_build
from pystackdsl.model.swarm_service import as_ulimits
from pystackdsl.model.units import Bytes, Cpus, as_file_mode
from pystackdsl.model.value import Resource, Value
from pystackdsl.model.variable import Open

__all__ = ["suited"]

Path = tuple[str | int, ...]
Note = Callable[[Path, str], None]

_TEXT_MAPS: Final = (texts.as_environment, texts.as_pairs, texts.as_options, texts.as_log_options)
_BOOLEANS: Final = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}


def suited(cls: type, tree: dict[str, Any], path: Path, note: Note) -> dict[str, Any]:
    """A mapping of a model class with the values that `docker stack` takes; `note` hears of each change."""
    keys = {key.name: (key, hint) for key, hint in keys_of(cls).values() if not key.local}
    found: dict[str, Any] = {}
    for name, item in tree.items():
        here = (*path, name)
        if name not in keys:
            if name[:2] == "x-" and "x-*" not in keys:
                note(here, f"{name} is left out: docker stack takes no extension fields here")
                continue
            found[name] = item
            continue
        if item is None:
            note(here, f"{name} is empty and left out")
            continue
        found[name] = _value(*keys[name], item, here, note)
    return found


def _value(key: Key, hint: Any, item: Any, path: Path, note: Note) -> Any:
    """The value of a declared key."""
    if key.converter in _TEXT_MAPS and isinstance(item, dict):
        return {name: _boolean_text(each, (*path, name), note) for name, each in item.items()}
    if key.converter is as_ulimits and isinstance(item, dict):
        return {name: _limit(each, (*path, name), note) for name, each in item.items()}
    parts = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    if isinstance(item, dict):
        inner = next((part for part in parts if _is_mapping(part)), None)
        return item if inner is None or key.converter is as_build else suited(inner, item, path, note)
    new = _scalar(key, parts, item)
    if new is not item:
        note(path, f"{path[-1]}: {shown(item)} is read as {shown(new)}")
    return new


def _is_mapping(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Value) and not issubclass(part, Resource)


def _scalar(key: Key, parts: tuple[Any, ...], item: Any) -> Any:
    """A scalar as the type that its key has."""
    if isinstance(item, str):
        bare = item.strip()
        if key.converter is as_file_mode:
            return int(bare, 8) if bare and set(bare) <= set("01234567") else item
        if (int in parts or key.converter is as_port_range) and bare.isdecimal() and bare.isascii():
            return int(bare)
        if bool in parts:
            return _BOOLEANS.get(bare.lower(), item)
        return item
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        is_text = Cpus in parts or (Bytes in parts and not key.number) or key.name == "shm_size"
        return go_text(item) if is_text else item
    return item


def _boolean_text(item: Any, path: Path, note: Note) -> Any:
    if not isinstance(item, bool):
        return item
    note(path, f'{path[-1]}: {shown(item)} is read as "{shown(item)}"')
    return shown(item)


def _limit(item: Any, path: Path, note: Note) -> Any:
    if isinstance(item, dict):
        return {name: _limit(each, (*path, name), note) for name, each in item.items()}
    if not isinstance(item, str) or isinstance(item, Open) or not item.strip().lstrip("-").isdecimal():
        return item
    note(path, f"{path[-1]}: {shown(item)} is read as {item.strip()}")
    return int(item)
