"""The blocks that several values have in common: a stack and its notes come in, what is worth a variable goes out.

`python.writer` and `python.wording` ask. What the source shares by an anchor is shared under its name. Equal blocks of
services are shared too, named after their key. What the source merges from a block is written as a change of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.model.key import keys_of
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Resource, Value

__all__ = ["Block", "Sharing", "changed_fields", "is_hashable"]

_SHAREABLE: Final = ("deploy", "healthcheck", "logging", "environment", "labels")
_NESTED: Final = ("update_config", "rollback_config", "resources", "restart", "placement", "labels")
_MERGE: Final = "<<"


class Block(NamedTuple):
    """A value that stands at several places: the name that suits it, and where the source writes it."""

    name: str
    value: Any
    path: KeyPath


class Sharing:
    """What a file writes once: `blocks` by value, for values that stand at several places as they are; `anchored` by
    the path of a value that the source shares; `bases` by the path of a value that is a change of a block; and
    `further` the other blocks that are merged into a mapping there, by their position in the source.
    """

    def __init__(self, stack: Stack, notes: SourceNotes, anchored: Mapping[str, tuple[KeyPath, Any]]) -> None:
        self.bases: dict[KeyPath, Block] = {}
        self.further: dict[KeyPath, dict[int, Block]] = {}
        self.blocks: dict[Any, Block] = {}
        self.anchored: dict[KeyPath, Block] = {}
        self._from_merges(notes, anchored)
        self._from_anchors(stack, notes)
        self._from_equals(stack, notes)

    def _from_merges(self, notes: SourceNotes, anchored: Mapping[str, tuple[KeyPath, Any]]) -> None:
        """The blocks that the source merges into others, used at two places or more."""
        count: dict[str, int] = {}
        for name in notes.shared.values():
            count[name] = count.get(name, 0) + 1
        for name, places in _merges(notes).items():
            path, value = anchored.get(name, (KeyPath(), None))
            is_used_where_written = len(path) > 1
            if value is None or count[name] - 1 + is_used_where_written < 2:
                continue
            block = Block(_identifier(name) or _identifier(str(path[-1]).removeprefix("x-")) or "base", value, path)
            is_mapping = isinstance(value, FrozenDict)
            for place, position in places:
                if position == 0:
                    self.bases[place] = block
                elif is_mapping:
                    self.further.setdefault(place, {})[position] = block
            if not is_mapping and all(position for _, position in places):
                continue
            if not isinstance(value, Resource) and is_hashable(value):
                self.blocks[value] = block

    def _from_anchors(self, stack: Stack, notes: SourceNotes) -> None:
        """The blocks that the source shares by an anchor, where each is an argument of its own."""
        roots: dict[KeyPath, Any] = {KeyPath(kind, each): resource for kind, each, resource in stack.resources()}
        roots |= {block.path: block.value for block in self.bases.values()}
        alike: dict[str, list[tuple[Any, list[KeyPath]]]] = {}
        for path, name in notes.shared.items():
            start = next((path[:length] for length in (2, 1) if path[:length] in roots), None)
            value = _argument(roots[KeyPath(*start)], path[len(start) :]) if start is not None else None
            if value is None:
                continue
            groups = alike.setdefault(name, [])
            for other, paths in groups:
                if other == value:
                    paths.append(path)
                    break
            else:
                groups.append((value, [path]))
        for name, groups in alike.items():
            for value, paths in groups:
                if len(paths) > 1:
                    self._anchor(Block(_identifier(name) or str(paths[0][-1]), value, paths[0]), paths)

    def _anchor(self, block: Block, paths: list[KeyPath]) -> None:
        """Share a block at some paths; one that says much also wherever it stands."""
        if not isinstance(block.value, tuple) and is_hashable(block.value):
            block = self.blocks.get(block.value, block)
            if _weight(block.value) > 1:
                self.blocks[block.value] = block
        self.anchored |= dict.fromkeys(paths, block)

    def _from_equals(self, stack: Stack, notes: SourceNotes) -> None:
        """The equal blocks of services, and of those blocks."""
        merged = {block.path: block.value for block in self.bases.values()}
        services: dict[KeyPath, Value] = {KeyPath("services", each): value for each, value in stack.services.items()}
        services |= {path: value for path, value in merged.items() if isinstance(value, Resource)}
        outer = self._places(services, _SHAREABLE)
        parts = {value: paths[0] for value, paths in outer.items() if isinstance(value, Value)}
        parts |= {value: path for path, value in merged.items() if value in self.blocks and isinstance(value, Value)}
        inner = self._places({path: value for value, path in parts.items()}, _NESTED)
        divided = {path[:length] for path in self.anchored for length in range(len(path))}
        for value, paths in [*inner.items(), *outer.items()]:
            if divided.isdisjoint(paths) and len(paths) > 1 and _weight(value) > 1 and value not in self.blocks:
                anchor = next((notes.shared[path] for path in paths if path in notes.shared), "")
                self.blocks[value] = Block(_identifier(anchor) or str(paths[0][-1]), value, paths[0])

    def _places(self, parts: Mapping[KeyPath, Value], fields: Iterable[str]) -> dict[Any, list[KeyPath]]:
        """The places of each equal value among some fields of the given parts, as far as they are written there."""
        found: dict[Any, list[KeyPath]] = {}
        for path, part in parts.items():
            keys = keys_of(type(part))
            for field in self._written(path, part, fields):
                value = part.__dict__.get(field)
                if isinstance(value, (Value, FrozenDict)) and is_hashable(value):
                    found.setdefault(value, []).append(path / keys[field][0].name)
        return found

    def _written(self, path: KeyPath, part: Value, fields: Iterable[str]) -> list[str]:
        """Those of the fields that are written for the part at a path."""
        base = self.bases.get(path)
        if base is None or type(base.value) is not type(part):
            return list(fields)
        changed = changed_fields(base.value, part)
        return [field for field in fields if field in changed]


def _merges(notes: SourceNotes) -> dict[str, list[tuple[KeyPath, int]]]:
    """By anchor, the paths of the mappings that its block is merged into, and its position among those merged there."""
    found: dict[str, list[tuple[KeyPath, int]]] = {}
    for path, name in notes.shared.items():
        position = path[-1] if path[-2:-1] == (_MERGE,) else None
        if path[-1:] == (_MERGE,):
            found.setdefault(name, []).append((KeyPath(*path[:-1]), 0))
        elif isinstance(position, int):
            found.setdefault(name, []).append((KeyPath(*path[:-2]), position))
    return found


def changed_fields(base: Value, value: Value) -> list[str]:
    """The fields in which a value differs from what it is merged from, in the order of their keys."""
    return [name for name in keys_of(type(value)) if base.__dict__.get(name) != value.__dict__.get(name)]


def is_hashable(value: Any) -> bool:
    """Whether a value can be looked up: extension fields hold plain lists and dicts, which cannot."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _argument(value: Any, steps: Sequence[str | int]) -> Any:
    """What is given as an argument at some steps below a value, if it can be held by a variable; else None."""
    above = None
    for step in steps:
        above = value
        if isinstance(value, Value):
            field = next((field for field, (key, _) in keys_of(type(value)).items() if key.name == step), None)
            value = value.__dict__.get(field) if field is not None else None
        elif type(value) is tuple and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    if not isinstance(above, Value) or isinstance(value, Resource):
        return None
    if isinstance(value, FrozenDict):  # a type checker takes a dict of several types for one of objects
        return value if {type(item) for item in value.values() if item is not None} == {str} else None
    return value if isinstance(value, Value) or (type(value) is tuple and value and steps[-1] != "depends_on") else None


def _weight(value: Any) -> int:
    """How much a block says."""
    if isinstance(value, Value):
        return sum(_weight(item) for item in value.__dict__.values() if item is not None)
    return len(value) if isinstance(value, Mapping) else 1


def _identifier(text: str) -> str:
    """A name made of a text; empty where nothing of it can be in a name."""
    found = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in text).strip("_")
    return found if found[:1].isalpha() else ""
