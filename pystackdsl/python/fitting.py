"""A stack from a text, made ready to be written as Python: paths start from another folder, and variables stand only
where Python has a type for them.

`import` calls this before `python.writer`. A variable that chooses one of some words (`mode: ${MODE}`), or is only part
of a number, has no type in Python: it gets its value, which is told.
"""

import typing
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

import attrs

from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, StackError
from pystackdsl.model.build import Build
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.mounts import Mount, moved
from pystackdsl.model.names import KINDS
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.service import Service
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import CLOSE, OPEN, Open, Variable, resolve, tokens

__all__ = ["Fitted", "fitted"]

Anchored = Mapping[str, tuple[KeyPath, Any]]
"""The blocks of a source that others are merged from: by anchor, where each is written, and its value."""

_TRUTHS: Final = {
    **dict.fromkeys(("y", "yes", "true", "on"), True),
    **dict.fromkeys(("n", "no", "false", "off"), False),
}
_PATHS: Final = {(Secret, "file"), (Config, "file"), (Service, "env_file"), (Build, "context")}


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]


def _plain(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    """A number as Docker reads one: Python also takes `1_000`."""

    def convert(text: str) -> Any:
        if "_" in text or not text.isascii():
            raise ValueError(text)
        return kind(text)

    return convert


_TYPES: Final[Mapping[str, Callable[[str], Any]]] = {"int": _plain(int), "float": _plain(float), "bool": _truth}
_NOUNS: Final = {"int": "a whole number", "float": "a number", "bool": "true or false"}


class Fitted(NamedTuple):
    """A stack that Python can say, and the values of the variables that could not stay open, by name."""

    stack: Stack
    anchored: Anchored
    resolved: dict[str, str]


def fitted(
    stack: Stack,
    environment: Mapping[str, str],
    rebase: Callable[[str], str] | None = None,
    anchored: Anchored = MappingProxyType({}),
) -> Fitted:
    """The stack as a Python file can say it, its relative paths changed by `rebase`; with it the `anchored` blocks.

    Raises InvalidStack where a variable that needs a value has none, or one that does not fit.
    """
    fitting = _Fitting(environment, rebase or (lambda path: path))
    held: dict[str, FrozenDict[str, Any]] = {}
    for kind in (*KINDS[1:], KINDS[0]):  # services last, since they refer to the others
        held[kind] = FrozenDict(
            {each: fitting.resource(value, (kind, each)) for each, value in getattr(stack, kind).items()}
        )
    if fitting.faults:
        raise InvalidStack(fitting.faults)
    blocks = {name: (path, fitting.part(value, path)) for name, (path, value) in anchored.items()}
    return Fitted(attrs.evolve(stack, **cast("Any", held)), blocks, fitting.resolved)


class _Fitting:
    """One walk through a stack, and what it came upon. `others` has the new resources by the `id` of the old ones."""

    def __init__(self, environment: Mapping[str, str], rebase: Callable[[str], str]) -> None:
        self.environment = environment
        self.rebase = rebase
        self.others: dict[int, Resource] = {}
        self.resolved: dict[str, str] = {}
        self.faults: list[Diagnostic] = []

    def resource(self, resource: Resource, path: tuple[str, str]) -> Resource:
        self.others[id(resource)] = self.value(resource, path)
        return self.others[id(resource)]

    def value(self, value: Any, path: tuple[str | int, ...]) -> Any:
        """A model value with all its fields made ready; the value itself where nothing changes."""
        changes: dict[str, Any] = {}
        for field, (key, hint) in keys_of(type(value)).items():
            held = value.__dict__.get(field)
            if held is not None and (new := self.field(type(value), field, held, hint, (*path, key.name))) is not held:
                changes[field] = new
        if type(value) is Mount and value.type == "bind" and isinstance(value.source, str):
            source = self.rebase(value.source)
            changes |= {"source": source} if source != value.source else {}
        return self.evolved(value, changes, path) if changes else value

    def evolved(self, value: Any, changes: dict[str, Any], path: tuple[str | int, ...]) -> Any:
        try:
            return attrs.evolve(value, **changes)
        except StackError as error:
            names = {name: keys_of(type(value))[name][0].name for name in changes}
            for finding in error.findings:
                first = finding.path[:1]
                at = KeyPath(*(names.get(str(step), step) for step in first), *finding.path[1:])
                self.faults.append(attrs.evolve(finding, path=KeyPath(*path, *at)))
            return value

    def field(self, cls: type, field: str, held: Any, hint: Any, path: tuple[str | int, ...]) -> Any:
        """What one field holds, made ready."""
        if (cls, field) in _PATHS:
            moved_there = self.rebase(held) if isinstance(held, str) else tuple(map(self.rebase, held))
            return held if moved_there == held else moved_there
        if field == "content" and isinstance(held, str) and OPEN in held:  # no file can hold what is not known yet
            return self.settled(Open(held), str, path, "the content itself")
        if (cls, field) == (Service, "volumes") and any(type(item) is Open for item in held):
            held = tuple(Open(moved(item.text, self.rebase)) if type(item) is Open else item for item in held)
        if type(held) is Open:
            return self.open(held, keys_of(cls)[field][0], hint, path)
        return self.part(held, path)

    def part(self, held: Any, path: tuple[str | int, ...]) -> Any:
        """A part of a value, made ready."""
        if isinstance(held, Resource) and id(held) in self.others:
            return self.others[id(held)]
        if isinstance(held, Value):
            return self.value(held, path)
        if type(held) is tuple:
            items = tuple(self.part(item, (*path, position)) for position, item in enumerate(held))
            return items if any(new is not old for new, old in zip(items, held, strict=True)) else held
        if type(held) is FrozenDict and any(isinstance(item, Value) for item in held.values()):
            return FrozenDict({name: self.part(item, (*path, name)) for name, item in held.items()})
        return held

    def open(self, held: Open, key: Key, hint: Any, path: tuple[str | int, ...]) -> Any:
        """An open value where Python has a type for it, else the value that it has."""
        words = [word for part in (hint, *typing.get_args(hint)) for word in _words(part)]
        if words:
            return self.settled(held, str, path, " or ".join(words))
        if key.cast is None:
            return held
        fit = _typed(held, key.cast)
        return fit if fit is not None else self.settled(held, _TYPES[key.cast], path, _NOUNS[key.cast])

    def settled(self, held: Open, convert: Callable[[str], Any], path: tuple[str | int, ...], expected: str) -> Any:
        """The value that an open text has now, noted; a fault where it has none."""
        try:
            for variable in tokens(held.text):
                self.resolved[variable.name] = variable.value(self.environment)
            return convert(resolve(held.text, self.environment))
        except LookupError as missing:
            summary = f"a variable that cannot stay open here has no value: {missing.args[0]}"
        except ValueError:
            summary = f"{held!r} cannot stay open here, and has no value that fits"
        help = "set it in the environment, or in a file given with --env-file"
        self.faults.append(Diagnostic(summary=summary, expected=expected, help=help, path=KeyPath(*path)))
        return held


def _words(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()


def _typed(held: Open, cast: str) -> Open | None:
    """The open value with a default that Python spells; None where `var` has no type for it."""
    text = held.text
    if text.count(OPEN) != 1 or text[0] != OPEN or text[-1] != CLOSE:
        return None
    variable = Variable.parse(text[1:-1])
    if variable.default is None:
        return held
    try:
        spelled = str(_TYPES[cast](variable.default)).lower()
    except ValueError:
        return None
    return (
        held if spelled == variable.default else Open(Variable(variable.name, spelled, None, variable.if_unset).token)
    )
