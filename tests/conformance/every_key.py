"""The golden stack that uses every key, and ways from the path of a key to its place in it."""

from __future__ import annotations

import json
import runpy
import typing
from collections.abc import Iterator
from typing import Any

from rig import ROOT

from pystackdsl import NetworkAttachment, Stack
from pystackdsl.compose.codec import spell
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.value import FrozenDict, Resource, Value

FOLDER = ROOT / "tests" / "golden" / "every_key"
STACK = Stack.of(runpy.run_path(str(FOLDER / "stack.py")), base=FOLDER)


class Declared(typing.NamedTuple):
    """One key of the model: its path, its declaration, and the newest schema that it or a key above it needs."""

    path: str
    key: Key
    hint: Any
    cls: type
    field: str
    since: int
    is_leaf: bool


def declared_keys(cls: type = Stack, prefix: str = "", above: int = 0) -> Iterator[Declared]:
    """Every key of the model by its path, read from the declarations alone."""
    for field, (key, hint) in keys_of(cls).items():
        if key.local:
            continue
        inner, named = _inside(hint, is_root=cls is Stack)
        path, since = f"{prefix}{key.name}", max(above, key.minor)
        yield Declared(path, key, hint, cls, field, since, is_leaf=inner is None)
        if inner is not None:
            yield from declared_keys(inner, f"{path}.*." if named else f"{path}.", since)


def _inside(hint: Any, *, is_root: bool) -> tuple[type[Value] | None, bool]:
    """The model class whose keys stand below a value of this type, and whether names of the user's stand between."""
    for part in (hint, *typing.get_args(hint)):
        origin, arguments = typing.get_origin(part), typing.get_args(part)
        members = arguments[:1] if origin is tuple else arguments[1:] if origin is FrozenDict else (part,)
        for member in members:
            if isinstance(member, type) and issubclass(member, Value) and (is_root or not issubclass(member, Resource)):
                return member, origin is FrozenDict or member is NetworkAttachment
    return None, False


def as_counted(path: str) -> str:
    """The path under which the table counts a declared key: `external` as the name it may hold."""
    return path + ".name" if path.endswith(".external") else path


DECLARED = list(declared_keys())
TREE = json.loads(spell(STACK, format="json", folder=FOLDER))


def steps_to(path: str, tree: Any) -> list[str | int] | None:
    """The first place in a plain tree that a path leads to, lists on the way entered; None when there is none."""
    return next(_matches(path.split(".") if path else [], tree), None)


def _matches(segments: list[str], tree: Any) -> Iterator[list[str | int]]:
    if not segments:
        yield []
    elif isinstance(tree, list):
        yield from ([i, *rest] for i, item in enumerate(tree) for rest in _matches(segments, item))
    elif isinstance(tree, dict):
        first, *others = segments
        for key, item in tree.items():
            is_extension = key.startswith("x-") and key != "x-cluster-spec"
            if key == first or first == "*" or (first == "x-*" and is_extension):
                yield from ([key, *rest] for rest in _matches(others, item))


def alone(steps: list[str | int], tree: Any) -> Any:
    """A tree that says nothing but what stands at one place, and what Docker demands beside it."""
    if not steps:
        return tree
    step, *rest = steps
    inner = alone(rest, tree[step])
    if isinstance(step, int):
        return [inner]
    beside = {key: tree[key] for key in ("type", "source", "soft", "hard") if key in tree}
    return beside | {step: inner}
