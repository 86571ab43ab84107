"""How a person writes a value in Python: short forms where they say all, objects for references.

Model values come in, expressions go out; the names of the language that are used are gathered for the import line.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Protocol

import attrs

from pystackdsl.model.build import Build
from pystackdsl.model.deploy import Keep, RestartPolicy
from pystackdsl.model.generic import GenericResource
from pystackdsl.model.grants import Grant
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.mounts import Mount, short_form
from pystackdsl.model.names import KINDS, PATH_CLOSE, PATH_OPEN, Names, path_tokens
from pystackdsl.model.network import NetworkAttachment, default_network
from pystackdsl.model.placement import Constraint, Preference
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.service import as_service_names
from pystackdsl.model.storage import Volume
from pystackdsl.model.texts import as_environment, as_pairs, listed_pairs
from pystackdsl.model.ulimit import Ulimit
from pystackdsl.model.units import Bytes, Cpus, Duration, FileMode
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import CLOSE, OPEN, Open
from pystackdsl.python.expression import Atom, Bracketed, Expression, Item, call, dictionary, joined, listing
from pystackdsl.python.literals import Part, is_name, literal, string
from pystackdsl.python.remarks import Path, Remarks
from pystackdsl.python.sharing import changed_fields

__all__ = ["Scope", "Wording"]

_POLICIES: Final = {"on-failure": "OnFailure", "any": "Always", "none": "Never"}


class Scope(Protocol):
    """The file that values are worded for."""

    names: Names
    remarks: Remarks

    def refer(self, resource: Resource) -> str:
        """The expression that refers to a resource."""
        ...

    def variable(self, inner: str, kind: str) -> str:
        """The name that stands for a variable, by its inner text and its type."""
        ...

    def shared(self, value: Any, path: Path) -> str | None:
        """The variable that holds the value at a path, if one is to hold it."""
        ...

    def service(self, name: str) -> Any:
        """The service of that name, if it can be referred to here; else the name."""
        ...

    def base(self, path: Path, value: Any) -> tuple[str, Any] | None:
        """What the value at a path is written as a change of: its name, and its value."""
        ...

    def merged(self, path: Path, value: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """The names and values of what the mapping at a path begins with, the later ones winning."""
        ...


class Wording:
    """Words the values of one file, its `scope`.

    `tokens` has the resources behind path tokens, `paths` those behind a service's own paths, `numbers` the variables
    of numbers that stand as texts. `used` gathers the names of the language.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.refer = scope.refer
        self.names = scope.names
        self.remarks = scope.remarks
        self.tokens: Mapping[str, Resource] = {}
        self.paths: Mapping[str, Resource] = {}
        self.numbers: set[str] = set()
        self.used: set[str] = set()
        self._forms: Mapping[type, Callable[[Any, Path], Expression]] = {
            Duration: lambda value, _: Atom(string(str(value))),
            Bytes: lambda value, _: Atom(string(str(value))),
            Cpus: lambda value, _: _cpus(value),
            FileMode: lambda value, _: Atom(str(value)),
            PortRange: lambda value, _: Atom(str(value.first) if value.size == 1 else string(str(value))),
            Open: lambda value, _: self.text(value.text),
            Port: self.port,
            Constraint: self.constraint,
            Preference: self.preference,
            Mount: self.mount,
            NetworkAttachment: self.attachment,
            RestartPolicy: self.policy,
            GenericResource: self.generic,
            Ulimit: self.ulimit,
            Build: self.build,
            Keep: self.keep,
        }

    def of(self, value: Any, path: Path = (), kind: str = "str") -> Expression:
        """The expression of the value at a path of the stack; `kind` is the type of the variables in it."""
        if isinstance(value, Resource):
            return Atom(self.refer(value))
        if isinstance(value, (Value, FrozenDict, tuple)) and (name := self.scope.shared(value, path)) is not None:
            return Atom(name)
        return self.written_out(value, path, kind)

    def written_out(self, value: Any, path: Path = (), kind: str = "str") -> Expression:
        """The expression of a value that no variable holds."""
        if type(value) is Open:
            return self.text(value.text, kind)
        form = self._forms.get(type(value))
        if form is not None:
            return form(value, path)
        if isinstance(value, Value):
            return self.grant(value, path) if isinstance(value, Grant) else self.object(value, path)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return self.mapping(value, path)
        if isinstance(value, (tuple, list)):
            return listing(self.items(value, path), self.remarks.end(path))
        if hasattr(value, "rfc3339"):  # Python files hold no points in time, only their text
            return Atom(string(value.rfc3339))
        if type(value) is float:
            return Atom(repr(value).replace("e+", "e") if math.isfinite(value) else f'float("{value}")')
        return Atom(repr(value))

    def held(self, value: Any, path: Path) -> Expression:
        """The expression of a value that a variable holds.

        A list of several types is a tuple there: type checkers take it for a list of objects otherwise.
        """
        expression = self.written_out(value, path)
        if not isinstance(value, tuple) or not isinstance(expression, Bracketed) or len(expression.items) < 2:
            return expression
        shapes = {_shape(item.value) for item in expression.items}
        return (
            expression if len(shapes) == 1 and "" not in shapes else attrs.evolve(expression, opening="(", closing=")")
        )

    def mapping(self, value: Mapping[str, Any], path: Path) -> Expression:
        """A dict, or a dict that begins with all that is in others."""
        merged = self.scope.merged(path, value)
        held = {key: item for _, block in merged for key, item in block.items()}
        rest = {key: item for key, item in value.items() if key not in held or held[key] != item} if held else value
        bases = [Item("**", Atom(name)) for name, _ in merged]
        return dictionary([*bases, *self.entries(rest, path)], self.remarks.end(path))

    def entries(self, value: Mapping[str, Any], path: Path) -> Iterator[Item]:
        """The entries of a dict; a source may have written them as a list. Keys of extension fields are text alone."""
        spelled = string if _in_extension(path) else self.text_alone
        for position, (name, item) in enumerate(value.items()):
            at = (*path, name)
            expression = self.of(item, at)
            comments = self.remarks.take(at) + self.remarks.take((*path, position))
            yield Item(f"{spelled(name)}: ", expression, comments)

    def items(self, values: tuple[Any, ...] | list[Any], path: Path) -> Iterator[Item]:
        """The items of a list; a source may have written networks as a mapping."""
        for position, item in enumerate(values):
            at: Path = (*path, position)
            by_name: Path = (*path, self.names.key(item.network)) if type(item) is NetworkAttachment else at
            expression = self.of(item, by_name)
            yield Item("", expression, self.remarks.take(at) + self.remarks.take(by_name))

    def object(self, value: Value, path: Path = ()) -> Expression:
        """The constructor call with what the value says, or the change of another value."""
        base = self.scope.base(path, value)
        if base is not None:
            self.used.add("evolve")
            changes = list(self.changes(base[1], value, path))
            return call("evolve", [Item("", Atom(base[0])), *changes], self.remarks.end(path))
        name = type(value).__name__
        self.used.add(name)
        return call(name, self.arguments(value, path), self.remarks.end(path))

    def changes(self, base: Value, value: Value, path: Path) -> Iterator[Item]:
        """The arguments in which a value differs from another."""
        keys = keys_of(type(value))
        for field in changed_fields(base, value):
            yield self.argument(field, value.__dict__.get(field), keys[field][0], path)

    def arguments(self, value: Value, path: Path = (), *, without: tuple[str, ...] = ()) -> list[Item]:
        """The arguments for what a value says, in the order of its keys."""
        return [
            self.argument(field, item, key, path)
            for field, (key, _) in keys_of(type(value)).items()
            if (item := value.__dict__.get(field)) is not None and field not in without
        ]

    def argument(self, field: str, item: Any, key: Key, path: Path) -> Item:
        """The argument for one field of the value at a path."""
        if key.name == "x-*":
            return Item(f"{field}=", dictionary(self.entries(item, path)))
        at = (*path, key.name)
        if key.converter is as_service_names and type(item) is tuple:
            item = tuple(self.scope.service(name) if isinstance(name, str) else name for name in item)
        whole = key.converter in (as_environment, as_pairs) and self.pairs(item, key.converter, at)
        expression = whole or self.of(item, at, key.cast or "str")
        return Item(f"{field}=", expression, self.remarks.take(at))

    def pairs(self, value: Mapping[str, str | None], converter: Any, path: Path) -> Expression | None:
        """A list of `KEY=VALUE`, where a variable stands for both a name and its value; else None."""
        texts = listed_pairs(value, converter) if any(OPEN in name for name in value) else []
        if not any(OPEN in text and text in value for text in texts):
            return None
        items = [
            Item("", self.text(text), self.remarks.take((*path, name)) + self.remarks.take((*path, position)))
            for position, (name, text) in enumerate(zip(value, texts, strict=True))
        ]
        return listing(items, self.remarks.end(path))

    def text(self, value: str, kind: str = "str") -> Expression:
        """A text, its variables and its paths of secrets by name: alone, or inside an f-string."""
        if value in self.paths:
            return Atom(f"{self.refer(self.paths[value])}.path")
        value = value if self.tokens else self.names.plain(value)
        parts = list(self.parts(value, kind)) or [(False, "")]
        is_alone = len(parts) == 1 and parts[0][0] and parts[0][1] not in self.numbers
        return Atom(parts[0][1]) if is_alone else joined(parts)

    def text_alone(self, value: str) -> str:
        """A text on one line, for a key; a variable alone stands in an f-string, since no key may be open."""
        expression = self.text(value)
        text = expression.text if not isinstance(expression, Bracketed) else string(value)
        return literal([(True, text)]) if is_name(text) else text

    def parts(self, value: str, kind: str) -> Iterator[Part]:
        """The parts of a text: (True, expression) for what is filled in, (False, text) for the rest."""
        if value.isascii():
            yield False, value
            return
        alone = value.count(OPEN) + len(path_tokens(value)) == 1 and value[:1] == OPEN and value[-1:] == CLOSE
        for position, part in enumerate(_tokens().split(value)):
            if position % 3 == 1 and part is not None:
                yield True, self.scope.variable(part, kind if alone else "str")
            elif position % 3 == 2 and part is not None:
                yield True, f"{self.refer(self.tokens[part])}.path"
            elif position % 3 == 0 and part:
                yield False, part

    def build(self, value: Build, path: Path) -> Expression:
        """The folder, where nothing else is said."""
        only = value.context is not None and _only(value, "context")
        return self.text(value.context or "") if only else self.object(value, path)

    def ulimit(self, value: Ulimit, path: Path) -> Expression:
        """One number, where one was given for both."""
        return self.of(value.soft, path, "int") if value.is_one else self.object(value, path)

    def keep(self, _value: Keep, _path: Path) -> Expression:
        """The name of what there is once."""
        self.used.add("KEEP")
        return Atom("KEEP")

    def port(self, value: Port, path: Path) -> Expression:
        """The short form where it says all."""
        return Atom(string(str(value))) if value.is_short else self.object(value, path)

    def constraint(self, value: Constraint, _path: Path) -> Expression:
        """A comparison, where it gives the same text."""
        name, operator, operand = value.parts
        if value.text != f"{name} {operator} {operand}" or OPEN in operand:
            return self.text(value.text)
        return Atom(f"{self.attribute(name)} {operator} {string(operand)}")

    def attribute(self, name: str) -> str:
        """Something of a node or engine, such as `node.labels.zone`."""
        self.used.add(name.partition(".")[0])
        for namespace in ("node.labels.", "engine.labels."):
            label = name.removeprefix(namespace)
            if label != name and not (is_name(label) and not label.startswith("__")):
                return f"{namespace[:-1]}[{string(label)}]"
        return name

    def preference(self, value: Preference, path: Path) -> Expression:
        """`spread(…)`."""
        if value.spread is None:
            return self.object(value, path)
        self.used.add("spread")
        over = value.spread
        known = over.startswith(("node.labels.", "engine.labels.")) and OPEN not in over
        return call("spread", [Item("", Atom(self.attribute(over)) if known else self.text(over))])

    def mount(self, value: Mount, path: Path) -> Expression:
        """`volume.at(…)`, the short form of a path, or in full."""
        said = {name for name, item in value.__dict__.items() if item is not None}
        options = value.volume
        if isinstance(value.source, Volume) and value.type == "volume" and "bind" not in said and "tmpfs" not in said:
            arguments = [Item("", self.text(value.target or ""))]
            arguments += self.arguments(value, path, without=("type", "source", "target", "volume"))
            arguments += self.arguments(options, (*path, "volume")) if options is not None else []
            if options is None or options.nocopy is not None or options.subpath is not None:
                return call(f"{self.refer(value.source)}.at", arguments)
        short = _short_mount(value)
        return self.text(short) if short else self.object(value, path)

    def attachment(self, value: NetworkAttachment, path: Path) -> Expression:
        """A network, with `.alias(…)` or `.attach(…)` for its options."""
        network = self.refer(value.network)
        if value.network is default_network:
            self.used.add("default_network")
        if not value.has_options:
            return Atom(network)
        if _only(value, "network", "aliases") and value.aliases:
            return call(f"{network}.alias", self.items(value.aliases, (*path, "aliases")))
        return call(f"{network}.attach", self.arguments(value, path, without=("network",)))

    def grant(self, value: Grant, path: Path) -> Expression:
        """A secret or config, with `.at(…)` for its options."""
        granted = self.refer(value.granted)
        if not value.has_options:
            return Atom(granted)
        target = [Item("", self.text(value.target))] if value.target is not None else []
        return call(f"{granted}.at", [*target, *self.arguments(value, path, without=(value.KIND, "target"))])

    def policy(self, value: RestartPolicy, path: Path) -> Expression:
        """`OnFailure(…)` and its kin."""
        named = _POLICIES.get(str(value.condition))
        if named is None:
            return self.object(value, path)
        self.used.add(named)
        return call(named, self.arguments(value, path, without=("condition",)), self.remarks.end(path))

    def generic(self, value: GenericResource, path: Path) -> Expression:
        """`GenericResource.of(kind, value)`."""
        spec = value.discrete_resource_spec
        if spec is None or spec.kind is None or type(spec.value) is not int:
            return self.object(value, path)
        self.used.add("GenericResource")
        return call("GenericResource.of", [Item("", self.text(spec.kind)), Item("", Atom(str(spec.value)))])


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}|{PATH_OPEN}([0-9a-f]*){PATH_CLOSE}")


def _cpus(value: Cpus) -> Expression:
    try:
        plain = repr(float(value.text)) == value.text or str(int(value.text)) == value.text
    except ValueError:
        plain = False
    return Atom(value.text if plain else string(value.text))


def _shape(expression: Expression) -> str:
    """What an expression in a list looks like; empty for what may be of any type."""
    if isinstance(expression, Bracketed):
        return ""
    if expression.text.startswith(('"', "'", 'f"', "f'")):
        return "text"
    return "comparison" if expression.text[-1] in "\"'" else ""


def _in_extension(path: Path) -> bool:
    """Whether a path leads into an extension field; resources may have such names, and lead into none."""
    return any(str(step)[:2] == "x-" for step in (path[2:] if path[:1] and path[0] in KINDS else path))


def _only(value: Value, *names: str) -> bool:
    return all(item is None for name, item in value.__dict__.items() if name not in names)


def _short_mount(value: Mount) -> str:
    """The short form of a bind mount or of a nameless volume, where it says the same; else empty."""
    if isinstance(value.source, Volume) or not isinstance(value.target, str):
        return ""
    short = short_form(value, value.source or None)
    try:
        return short if short and Mount.parse(short) == value else ""
    except ValueError:
        return ""
