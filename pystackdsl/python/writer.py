"""Python source for a stack, as a person would have written it: a Stack comes in, the text of a stack file goes out.

Resources come first, then services, each under the variable that its key names; what Python cannot spell goes into a
dict. Blocks that several services share become private variables. jinja2 puts the file together.
"""

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

import pystackdsl
from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.model.grants import Grant
from pystackdsl.model.names import KINDS
from pystackdsl.model.network import default_network
from pystackdsl.model.stack import Root, Stack
from pystackdsl.model.value import Resource, Value
from pystackdsl.model.variable import Variable
from pystackdsl.python.expression import WIDTH, Atom, Expression, Item, dictionary, laid_out
from pystackdsl.python.literals import comment_lines, string
from pystackdsl.python.wording import Wording

__all__ = ["write"]

_SHAREABLE: Final = ("deploy", "healthcheck", "logging", "environment", "labels")
_NESTED: Final = ("update_config", "rollback_config", "resources", "restart", "placement", "labels")

_TEMPLATE: Final = """\
{{ title }}

{{ imports }}
{% for block in blocks %}

{{ block }}
{% endfor %}"""


@attrs.frozen
class Statement:
    """An assignment: comments, the name and the value; `kind` groups those that stand together."""

    name: str
    value: Expression
    kind: str
    comments: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The statement's lines."""
        return [*self.comments, *laid_out(f"{self.name} = ", self.value)]


def write(stack: Stack, notes: SourceNotes | None = None, *, title: str = "A stack.") -> str:
    """The text of a stack file that says the same as `stack`.

    `notes` tell the comments and the shared blocks of the text it comes from. Variables that are open become `var(…)`.
    """
    import jinja2

    file = _File(stack, notes or SourceNotes())
    statements = file.statements()
    blocks = ["\n".join(line for statement in group for line in statement.lines()) for group in _groups(statements)]
    environment = jinja2.Environment(  # noqa: S701 - it writes Python; texts enter as literals alone
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    docstring = f'"""{string(title)[1:-1]}"""' if '"' not in title else f"# {title}"
    text = environment.from_string(_TEMPLATE).render(title=docstring, imports=_imports(file.used), blocks=blocks)
    return text.rstrip("\n") + "\n"


def _groups(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Statements that stand without blank lines between them: short ones of one kind."""
    group: list[Statement] = []
    for statement in statements:
        short = len(statement.lines()) == 1
        if group and short and statement.kind == group[-1].kind and len(group[-1].lines()) == 1:
            group.append(statement)
            continue
        if group:
            yield group
        group = [statement]
    if group:
        yield group


def _imports(used: Iterable[str]) -> str:
    """The import line, sorted as linters do: classes, then the rest."""
    names = sorted(used, key=lambda name: (name[0].islower(), name))
    line = f"from pystackdsl import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join(["from pystackdsl import (", *(f"    {name}," for name in names), ")"])


class _File:
    """One file while it is written: who has which name, and what was used."""

    def __init__(self, stack: Stack, notes: SourceNotes) -> None:
        self.stack = stack
        self.notes = notes
        self.taken = set(pystackdsl.__all__) | set(keyword.kwlist) | {"__builtins__"}
        self.places = self.placed_names()
        self.variables: dict[tuple[str, str], str] = {}
        self.written: set[int] = set()
        self.names = stack.names()
        self.wording = Wording(self.expression, self.variable, self.comments, self.names.plain)
        self.dicts = self.dict_names()

    @property
    def used(self) -> set[str]:
        """The names of the language that the file uses."""
        return self.wording.used

    def placed_names(self) -> dict[int, tuple[str, str, bool]]:
        """Resource → its kind, its key, and whether the key is a variable's name."""
        count: dict[str, int] = {}
        for _, each, _ in self.stack.resources():
            count[each] = count.get(each, 0) + 1
        found = {}
        for kind, each, resource in self.stack.resources():
            is_variable = (
                each.isidentifier()
                and each.isascii()
                and each[0] != "_"
                and each not in self.taken
                and count[each] == 1
            )
            found[id(resource)] = (kind, each, is_variable)
        self.taken |= {each for _, each, is_variable in found.values() if is_variable}
        return found

    def dict_names(self) -> dict[str, str]:
        """The variables of the dicts, by kind."""
        found = {}
        for kind in KINDS:
            if any(place == kind and not is_variable for place, _, is_variable in self.places.values()):
                found[kind] = self.fresh(kind)
        return found

    def fresh(self, name: str) -> str:
        """A variable's name that nobody has."""
        candidate, number = name, 1
        while candidate in self.taken:
            number += 1
            candidate = f"{name}_{number}"
        self.taken.add(candidate)
        return candidate

    def expression(self, resource: Resource) -> str:
        """What refers to a resource."""
        if resource is default_network and id(resource) not in self.places:
            self.used.add("default_network")
            return "default_network"
        kind, each, is_variable = self.places[id(resource)]
        if kind == KINDS[0] and id(resource) not in self.written:  # a service may depend on one that comes later
            return string(each)
        return each if is_variable else f"{self.dicts[kind]}[{string(each)}]"

    def variable(self, inner: str, kind: str) -> str:
        """The name that stands for an open variable of a type."""
        found = self.variables.get((inner, kind))
        if found is None:
            found = self.variables[inner, kind] = self.fresh(Variable.parse(inner).name)
        return found

    def comments(self, path: tuple[str | int, ...]) -> tuple[str, ...]:
        """The comment lines above the value at a path of the stack."""
        return tuple(comment_lines(self.notes.comments.get(KeyPath(*path), ())))

    def statements(self) -> list[Statement]:
        """All statements of the file: variables first, since the others use them."""
        resources = [statement for kind in KINDS[1:] for statement in self.resources(kind)]
        root = list(self.root())
        self.wording.tokens = {
            resource.token: resource for kind, _, resource in self.stack.resources() if kind in ("secrets", "configs")
        }
        shared = list(self.shared())
        services = list(self.resources(KINDS[0]))
        return [*self.openings(), *root, *resources, *shared, *services]

    def openings(self) -> Iterator[Statement]:
        """`TAG = var("TAG", …)` for each variable left open."""
        for (inner, kind), name in self.variables.items():
            self.used.add("var")
            variable = Variable.parse(inner)
            arguments = [Item("", Atom(string(variable.name)))]
            if kind != "str":
                arguments.append(Item("", Atom(kind)))
            if variable.default is not None:
                arguments.append(Item("default=", Atom(_default(variable.default, kind))))
            if variable.required is not None:
                arguments.append(Item("required=", Atom(string(variable.required))))
            if variable.if_unset:
                arguments.append(Item("allow_empty=", Atom("True")))
            yield Statement(name, _call("var", arguments), "var")

    def root(self) -> Iterator[Statement]:
        """`compose = Root(…)` for what the file says beside its resources."""
        said = {name: value for name in ("version", "x", "name") if (value := getattr(self.stack, name)) is not None}
        if said:
            yield Statement(self.fresh("compose"), self.wording.object(Root(**said)), "root")

    def shared(self) -> Iterator[Statement]:
        """Private variables for the blocks that several services have, the inner ones first."""
        outer = _places(
            (KeyPath("services", each), service, _SHAREABLE) for each, service in self.stack.services.items()
        )
        inner = _places((paths[0], value, _NESTED) for value, paths in outer.items() if isinstance(value, Value))
        for value, paths in [*inner.items(), *outer.items()]:
            if len(paths) > 1 and _weight(value) > 1 and value not in self.wording.shared:
                anchor = next((self.notes.shared[path] for path in paths if path in self.notes.shared), "")
                name = self.fresh(f"_{_identifier(anchor) or paths[0][-1]}")
                expression = self.wording.of(value)
                self.wording.shared[value] = name
                yield Statement(name, expression, "shared")

    def resources(self, kind: str) -> Iterator[Statement]:
        """The resources of a kind: variables in their order, then the dict of the others."""
        others = []
        for each, resource in getattr(self.stack, kind).items():
            path = (kind, each)
            self.wording.paths = self.granted_paths(resource) if kind == "services" else {}
            value = self.wording.object(resource, path)
            if self.places[id(resource)][2]:
                self.written.add(id(resource))
                yield Statement(each, value, kind, self.comments(path))
            else:
                others.append(Item(f"{string(each)}: ", value, self.comments(path)))
        if others:
            yield Statement(self.dicts[kind], dictionary(others), f"{kind} dict")

    def granted_paths(self, service: Resource) -> dict[str, Resource]:
        """The paths at which a service finds what it is granted under its own name."""
        grants = (*(getattr(service, "secrets", None) or ()), *(getattr(service, "configs", None) or ()))
        plain = (grant for grant in grants if isinstance(grant, Grant) and grant.target is None)
        return {self.names.plain(grant.path): grant.granted for grant in plain}


def _call(name: str, arguments: Sequence[Item]) -> Expression:
    from pystackdsl.python.expression import call

    return call(name, arguments)


def _default(text: str, kind: str) -> str:
    if kind == "bool":
        return str(text.lower() in ("y", "yes", "true", "on"))
    try:
        if kind == "float" and not text.isdecimal():
            return repr(float(text))
        return repr(int(text)) if kind in ("int", "float") else string(text)
    except ValueError:
        return string(text)


def _places(parts: Iterable[tuple[KeyPath, Value, Sequence[str]]]) -> dict[Any, list[KeyPath]]:
    """The places of each equal value among some fields of the given parts."""
    found: dict[Any, list[KeyPath]] = {}
    for path, part, fields in parts:
        for field in fields:
            value = part.__dict__.get(field)
            if value is not None:
                found.setdefault(value, []).append(path / field)
    return found


def _weight(value: Any) -> int:
    """How much a block says."""
    if isinstance(value, Value):
        return sum(_weight(item) for item in value.__dict__.values() if item is not None)
    if isinstance(value, Mapping):
        return len(value)
    return 1


def _identifier(text: str) -> str:
    found = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in text).strip("_")
    return found if found[:1].isalpha() else ""
