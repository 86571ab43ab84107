"""How a person writes a value in Python: short forms where they say all, objects for references.

Model values come in, expressions go out; the names of the language that are used are gathered for the import line.
"""

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from pystackdsl.model.build import Build
from pystackdsl.model.deploy import RestartPolicy
from pystackdsl.model.generic import GenericResource
from pystackdsl.model.grants import Grant
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.mounts import Mount
from pystackdsl.model.names import PATH_CLOSE, PATH_OPEN, path_tokens
from pystackdsl.model.network import NetworkAttachment, default_network
from pystackdsl.model.placement import Constraint, Preference
from pystackdsl.model.ports import Port, PortRange
from pystackdsl.model.storage import Volume
from pystackdsl.model.ulimit import Ulimit
from pystackdsl.model.units import Bytes, Cpus, Duration, FileMode
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import CLOSE, OPEN, Open
from pystackdsl.python.expression import Atom, Expression, Item, call, dictionary, listing
from pystackdsl.python.literals import f_string, string

__all__ = ["Wording"]

_POLICIES: Final = {"on-failure": "OnFailure", "any": "Always", "none": "Never"}

Comments = Callable[[tuple[str | int, ...]], tuple[str, ...]]


class Wording:
    """Words the values of one file.

    `names` gives the expression that a resource is referred to by, `variable` the name that stands for a variable (its
    inner text and its type), `plain` a text with its paths filled in. `tokens` has the resources behind path tokens,
    `paths` those behind a service's own paths. `shared` has the names of values that stand in variables of their own.
    `used` gathers the names of the language.
    """

    def __init__(
        self,
        names: Callable[[Resource], str],
        variable: Callable[[str, str], str],
        comments: Comments,
        plain: Callable[[str], str],
    ) -> None:
        self.plain = plain
        self.names = names
        self.variable = variable
        self.comments = comments
        self.shared: dict[Any, str] = {}
        self.tokens: Mapping[str, Resource] = {}
        self.paths: Mapping[str, Resource] = {}
        self.used: set[str] = set()
        self._forms: Mapping[type, Callable[[Any], Expression]] = {
            Duration: lambda value: Atom(string(str(value))),
            Bytes: lambda value: Atom(string(str(value))),
            Cpus: _cpus,
            FileMode: lambda value: Atom(str(value)),
            PortRange: lambda value: Atom(str(value.first) if value.size == 1 else string(str(value))),
            Port: self.port,
            Constraint: self.constraint,
            Preference: self.preference,
            Mount: self.mount,
            NetworkAttachment: self.attachment,
            RestartPolicy: self.policy,
            GenericResource: self.generic,
            Ulimit: lambda value: self.of(value.soft, "int") if value.soft == value.hard else self.object(value),
            Build: self.build,
            Open: lambda value: self.text(value.text),
        }

    def of(self, value: Any, kind: str = "str", path: tuple[str | int, ...] = ()) -> Expression:
        """The expression of any value; `kind` is the type of the variables in it."""
        if isinstance(value, Resource):
            return Atom(self.names(value))
        if (name := self.shared_name(value)) is not None:
            return Atom(name)
        form = self._forms.get(type(value))
        if type(value) is Open:
            return self.text(value.text, kind)
        if form is not None:
            return form(value)
        if isinstance(value, Grant):
            return self.grant(value)
        if isinstance(value, Value):
            return self.object(value, path)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            pairs = ((f"{string(name)}: ", item, (*path, name)) for name, item in value.items())
            return dictionary(Item(key, self.of(item, path=at), self.comments(at)) for key, item, at in pairs)
        if isinstance(value, (tuple, list)):
            return listing(self.of(item, path=(*path, position)) for position, item in enumerate(value))
        return Atom(repr(value).replace("e+", "e") if type(value) is float else repr(value))

    def shared_name(self, value: Any) -> str | None:
        """The variable that holds an equal value, if any does."""
        if not (self.shared and isinstance(value, (Value, FrozenDict))):
            return None
        try:
            return self.shared.get(value)
        except TypeError:  # extension fields hold plain lists and dicts
            return None

    def object(self, value: Value, path: tuple[str | int, ...] = ()) -> Expression:
        """The constructor call with what the value says."""
        name = type(value).__name__
        self.used.add(name)
        return call(name, self.arguments(value, path))

    def arguments(self, value: Value, path: tuple[str | int, ...] = (), *, without: tuple[str, ...] = ()) -> list[Item]:
        """The arguments for what a value says, in the order of its keys."""
        found = []
        for field, (key, _) in keys_of(type(value)).items():
            item = value.__dict__.get(field)
            if item is not None and field not in without:
                at = (*path, key.name)
                found.append(Item(f"{field}=", self.of(item, _kind(key), at), self.comments(at)))
        return found

    def text(self, value: str, kind: str = "str") -> Expression:
        """A text, its variables and its paths of secrets by name: alone, or inside an f-string."""
        if value in self.paths:
            return Atom(f"{self.names(self.paths[value])}.path")
        value = value if self.tokens else self.plain(value)
        parts = list(self.parts(value, kind))
        if not any(is_name for is_name, _ in parts):
            return Atom(string(value))
        if len(parts) == 1:
            return Atom(parts[0][1])
        return Atom(f_string(parts))

    def parts(self, value: str, kind: str) -> Iterator[tuple[bool, str]]:
        """The parts of a text: (True, expression) for what is filled in, (False, text) for the rest."""
        if value.isascii():
            yield False, value
            return
        alone = value.count(OPEN) + len(path_tokens(value)) == 1 and value[:1] == OPEN and value[-1:] == CLOSE
        for position, part in enumerate(_tokens().split(value)):
            if position % 3 == 1 and part is not None:
                yield True, self.variable(part, kind if alone else "str")
            elif position % 3 == 2 and part is not None:
                yield True, f"{self.names(self.tokens[part])}.path"
            elif position % 3 == 0 and part:
                yield False, part

    def build(self, value: Build) -> Expression:
        """The folder, where nothing else is said."""
        return self.text(value.context) if value.context is not None and _only(value, "context") else self.object(value)

    def port(self, value: Port) -> Expression:
        """The short form where it says all."""
        return Atom(string(str(value))) if value.is_short else self.object(value)

    def constraint(self, value: Constraint) -> Expression:
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
            if label != name and not (_is_name(label) and not label.startswith("__")):
                return f"{namespace[:-1]}[{string(label)}]"
        return name

    def preference(self, value: Preference) -> Expression:
        """`spread(…)`."""
        if value.spread is None:
            return self.object(value)
        self.used.add("spread")
        over = value.spread
        known = over.startswith(("node.labels.", "engine.labels.")) and OPEN not in over
        return call("spread", [Item("", Atom(self.attribute(over)) if known else self.text(over))])

    def mount(self, value: Mount) -> Expression:
        """`volume.at(…)`, the short form of a path, or in full."""
        said = {name for name, item in value.__dict__.items() if item is not None}
        options = value.volume
        if isinstance(value.source, Volume) and value.type == "volume" and "bind" not in said and "tmpfs" not in said:
            arguments = [Item("", self.text(value.target or ""))]
            arguments += [
                Item(f"{name}=", self.of(getattr(value, name))) for name in ("read_only", "consistency") if name in said
            ]
            arguments += self.arguments(options) if options is not None else []
            if options is None or options.nocopy is not None or options.subpath is not None:
                return call(f"{self.names(value.source)}.at", arguments)
        short = _short_mount(value)
        return self.text(short) if short else self.object(value)

    def attachment(self, value: NetworkAttachment) -> Expression:
        """A network, with `.alias(…)` or `.attach(…)` for its options."""
        network = self.names(value.network)
        if value.network is default_network:
            self.used.add("default_network")
        if not value.has_options:
            return Atom(network)
        if _only(value, "network", "aliases") and value.aliases:
            return call(f"{network}.alias", [Item("", self.text(alias)) for alias in value.aliases])
        return call(f"{network}.attach", self.arguments(value, without=("network",)))

    def grant(self, value: Grant) -> Expression:
        """A secret or config, with `.at(…)` for its options."""
        granted = self.names(value.granted)
        if not value.has_options:
            return Atom(granted)
        arguments = self.arguments(value, without=(value.KIND, "target"))
        target = [Item("", self.text(value.target))] if value.target is not None else []
        return call(f"{granted}.at", [*target, *arguments])

    def policy(self, value: RestartPolicy) -> Expression:
        """`OnFailure(…)` and its kin."""
        named = _POLICIES.get(str(value.condition))
        if named is None:
            return self.object(value)
        self.used.add(named)
        return call(named, self.arguments(value, without=("condition",)))

    def generic(self, value: GenericResource) -> Expression:
        """`GenericResource.of(kind, value)`."""
        spec = value.discrete_resource_spec
        if spec is None or spec.kind is None or type(spec.value) is not int:
            return self.object(value)
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


def _only(value: Value, *names: str) -> bool:
    return all(item is None for name, item in value.__dict__.items() if name not in names)


def _is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)


def _kind(key: Key) -> str:
    """The type that a variable in this key's place has."""
    return key.cast or "str"


def _short_mount(value: Mount) -> str:
    """The short form of a bind mount or of a nameless volume, where it says the same; else empty."""
    if isinstance(value.source, Volume) or not isinstance(value.target, str):
        return ""
    short = f"{value.source}:{value.target}" if value.source else value.target
    short += ":ro" if value.read_only else ""
    try:
        return short if Mount.parse(short) == value else ""
    except ValueError:
        return ""
