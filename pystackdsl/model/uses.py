"""The places where a stack says a key: the slow walk, made only when there is something to tell."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from pystackdsl.diagnostics import KeyPath, Subject
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.names import KINDS, Names
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, Value

__all__ = ["Use", "Where", "uses"]


class Where(NamedTuple):
    """A place in a stack: its path there, the resource it belongs to, and its path inside that."""

    path: KeyPath
    resource: Resource | None
    within: KeyPath

    def below(self, name: str | int, field: str | int) -> "Where":
        """The place of a part."""
        return Where(self.path / name, self.resource, self.within / field)

    def subject(self) -> Subject:
        """The place as a finding holds it."""
        return Subject(path=self.path, resource=self.resource, within=self.within)


class Use(NamedTuple):
    """One key that a stack says: its declaration and annotation, its place and its value."""

    key: Key
    hint: Any
    where: Where
    value: Any


def uses(stack: Stack, names: Names | None = None, pairs: Collection[tuple[type, str]] | None = None) -> Iterator[Use]:
    """Where the given (class, field) pairs are said, by default all, in the stack's order.

    With `names`, what Compose text spells in a short form is not said.
    """
    for field, (declared, hint) in keys_of(Stack).items():
        if (pairs is None or (Stack, field) in pairs) and getattr(stack, field) and field not in KINDS:
            yield Use(declared, hint, Where(KeyPath(declared.name), None, KeyPath()), getattr(stack, field))
    for kind, each, resource in stack.resources():
        yield from _uses_in(resource, names, pairs, Where(KeyPath(kind, each), resource, KeyPath()))


def _uses_in(
    value: Value, names: Names | None, pairs: Collection[tuple[type, str]] | None, where: Where
) -> Iterator[Use]:
    spoken = getattr(value, "spoken", None) if names is not None else None
    said: Mapping[str, Any] = value.__dict__ if spoken is None else spoken(names)
    keys = keys_of(type(value))
    for field, item in said.items():
        if item is None or field not in keys:
            continue
        declared, hint = keys[field]
        here = where.below(declared.name, field)
        if pairs is None or (type(value), field) in pairs:
            yield Use(declared, hint, here, item)
        parts = enumerate(item) if type(item) is tuple else item.items() if isinstance(item, dict) else ((None, item),)
        for step, part in parts:
            if isinstance(part, Value) and not isinstance(part, Resource):
                yield from _uses_in(part, names, pairs, here if step is None else here.below(step, step))
