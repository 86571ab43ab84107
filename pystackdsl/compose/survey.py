"""Which keys a stack uses: for the schema version it needs, and for what Swarm would ignore.

One quick walk notes the (class, field) pairs that are said anywhere; only a pair that is worth a finding is looked
for again, with its paths.
"""

import re
import typing
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.names import KINDS, Names
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, Value
from pystackdsl.model.variable import Open

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic, KeyPath, Subject

__all__ = ["DEFAULT_SCHEMA", "NEWEST_SCHEMA", "Said", "Use", "required_schema", "said_keys", "uses"]

DEFAULT_SCHEMA: Final = 9
NEWEST_SCHEMA: Final = 13

Pairs = set[tuple[type, str]]


class Where(NamedTuple):
    """A place in a stack: its path there, the resource it belongs to, and its path inside that."""

    path: "KeyPath"
    resource: Resource | None
    within: "KeyPath"

    def below(self, name: str | int, field: str | int) -> "Where":
        """The place of a part."""
        return Where(self.path / name, self.resource, self.within / field)

    def subject(self) -> "Subject":
        """This place, for a finding."""
        from pystackdsl.diagnostics import Subject

        return Subject(path=self.path, resource=self.resource, within=self.within)


class Use(NamedTuple):
    """One key that a stack says: its declaration and annotation, its place and its value."""

    key: Key
    hint: Any
    where: Where
    value: Any


class Said(NamedTuple):
    """What a stack says anywhere: (class, field) pairs, and those of them with a value left open somewhere."""

    keys: Pairs
    open: Pairs


def said_keys(stack: Stack, names: Names) -> Said:
    """Every (class, field) that anything in the stack says as a key of its own."""
    said = Said({(Stack, field) for field, value in stack.__dict__.items() if value}, set())
    seen: set[int] = set()
    for _, _, resource in stack.resources():
        _note(resource, names, said, seen)
    return said


def _note(value: Value, names: Names, said: Said, seen: set[int]) -> None:
    cls = type(value)
    nested, spoken = _nested_fields(cls), getattr(value, "spoken", None)
    for field, item in (value.__dict__ if spoken is None else spoken(names)).items():
        if item is None:
            continue
        said.keys.add((cls, field))
        if type(item) is Open:
            said.open.add((cls, field))
        if field not in nested or id(item) in seen:
            continue
        seen.add(id(item))
        for part in item if type(item) is tuple else item.values() if isinstance(item, dict) else (item,):
            if isinstance(part, Value) and not isinstance(part, Resource):
                _note(part, names, said, seen)


_NESTED: Final[dict[type, frozenset[str]]] = {}


def _nested_fields(cls: type) -> frozenset[str]:
    """The fields whose annotation has a model value in it that is no resource."""
    found = _NESTED.get(cls)
    if found is None:
        found = frozenset(field for field, (_, hint) in keys_of(cls).items() if _holds_values(hint))
        _NESTED[cls] = found
    return found


def _holds_values(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, Value):
        return not issubclass(hint, Resource)
    return any(map(_holds_values, typing.get_args(hint)))


def uses(stack: Stack, names: Names, pairs: Pairs) -> Iterator[Use]:
    """Where the given (class, field) pairs are said, in the stack's order."""
    from pystackdsl.diagnostics import KeyPath

    for field, (declared, hint) in keys_of(Stack).items():
        if (Stack, field) in pairs and getattr(stack, field) and field not in KINDS:
            yield Use(declared, hint, Where(KeyPath(declared.name), None, KeyPath()), getattr(stack, field))
    for kind, each, resource in stack.resources():
        yield from _uses_in(resource, names, pairs, Where(KeyPath(kind, each), resource, KeyPath()))


def _uses_in(value: Value, names: Names, pairs: Pairs, where: Where) -> Iterator[Use]:
    spoken = getattr(value, "spoken", None)
    said: Mapping[str, Any] = value.__dict__ if spoken is None else spoken(names)
    keys = keys_of(type(value))
    for field, item in said.items():
        if item is None or field not in keys:
            continue
        declared, hint = keys[field]
        here = where.below(declared.name, field)
        if (type(value), field) in pairs:
            yield Use(declared, hint, here, item)
        parts = enumerate(item) if type(item) is tuple else item.items() if isinstance(item, dict) else ((None, item),)
        for step, part in parts:
            if isinstance(part, Value) and not isinstance(part, Resource):
                yield from _uses_in(part, names, pairs, here if step is None else here.below(step, step))


def required_schema(stack: Stack, wanted: int | None) -> int:
    """The minor version of the schema to write for: `wanted`, else the stack's own, else 3.9 or what its keys need.

    Raises InvalidStack with a finding for each key that needs a newer schema than was asked for.
    """
    stated = wanted if wanted is not None else stated_schema(stack.version)
    names = stack.names(schema=NEWEST_SCHEMA if stated is None else stated)
    pairs = said_keys(stack, names).keys
    if stated is None:
        return max(DEFAULT_SCHEMA, *(_minor(pair) for pair in pairs), 0)
    newer = {pair for pair in pairs if _minor(pair) > stated}
    if newer:
        from pystackdsl.diagnostics import InvalidStack

        source = "--schema" if wanted is not None else "the stack's version"
        raise InvalidStack([_too_new(use, stated, source) for use in uses(stack, names, newer)])
    return stated


def _minor(pair: tuple[type, str]) -> int:
    found = keys_of(pair[0]).get(pair[1])
    return found[0].minor if found and not found[0].local else 0


def stated_schema(version: str | None) -> int | None:
    """The minor version that a `version` states; `3` alone is the newest. Raises InvalidStack for one that is none."""
    if version is None:
        return None
    match = re.fullmatch(r"3(?:\.([0-9]+))?", version, re.ASCII)
    minor = int(match[1]) if match and match[1] else NEWEST_SCHEMA
    if match is None or minor > NEWEST_SCHEMA or (match[1] or "0") != str(int(match[1] or 0)):
        from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath

        raise InvalidStack(
            Diagnostic(
                summary=f'docker stack has no schema version "{version}"',
                expected=f"3.0 to 3.{NEWEST_SCHEMA}",
                help="leave the version out: the lowest one that has all the keys is chosen",
                path=KeyPath("version"),
            )
        )
    return minor


def _too_new(use: Use, stated: int, source: str) -> "Diagnostic":
    from pystackdsl.diagnostics import Diagnostic

    return Diagnostic(
        summary=f"{use.key.name} needs schema {use.key.since}, and {source} says 3.{stated}",
        help=f"leave out the key, or raise the version to {use.key.since}",
        path=use.where.path,
        subjects=(use.where.subject(),),
    )
