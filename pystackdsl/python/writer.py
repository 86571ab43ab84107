"""Python source for a stack, as a person would have written it: a Stack comes in, the text of a stack file goes out.

Resources come first, then services, each under the variable that its key names and in the order of the stack;
neighbours that Python cannot spell go into a dict at their place. Blocks that several services share become private
variables. jinja2 puts the file together.
"""

import keyword
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

import pystackdsl
from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.model.grants import Grant
from pystackdsl.model.names import KINDS
from pystackdsl.model.network import default_network
from pystackdsl.model.stack import Root, Stack
from pystackdsl.model.value import Resource
from pystackdsl.model.variable import Variable
from pystackdsl.python.expression import WIDTH, Atom, Expression, Item, call, dictionary, laid_out
from pystackdsl.python.literals import docstring, is_name, string
from pystackdsl.python.remarks import END, Path, Remarks
from pystackdsl.python.sharing import Block, Sharing, is_hashable
from pystackdsl.python.wording import Wording

__all__ = ["write"]

_LANGUAGE: Final = frozenset(dir(pystackdsl))
_BUILTINS: Final = frozenset({"bool", "float", "int", "str"})
"""The names beside the language's own that a file may use."""

_TEMPLATE: Final = """\
{{ title }}
{% for comments in head %}

{{ comments }}
{% endfor %}

{% if imports %}
{{ imports }}
{% endif %}
{% for block in blocks %}

{{ block }}
{% endfor %}"""


@attrs.frozen
class Statement:
    """An assignment: comments, the name and the value; `kind` groups those that stand together.

    `section` are comments on all that follows. Without a value, it is no more than its comments.
    """

    name: str
    value: Expression | None
    kind: str
    comments: tuple[str, ...] = ()
    section: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The statement's lines."""
        section = [*_trimmed(self.section), ""] if self.section else []
        if self.value is None:
            return [*section, *_trimmed(self.comments)]
        return [*section, *self.comments, *laid_out(f"{self.name} = ", self.value)]

    def joins(self, other: "Statement") -> bool:
        """Whether no blank line stands between this and one before it: variables, and short ones of one kind."""
        is_short = self.value is not None and len(self.lines) == len(other.lines) == 1
        return self.kind == other.kind and (is_short or self.kind == "var")


def write(
    stack: Stack,
    notes: SourceNotes | None = None,
    *,
    title: str = "A stack.",
    anchored: Mapping[str, tuple[KeyPath, Any]] = MappingProxyType({}),
) -> str:
    """The text of a stack file that says the same as `stack`.

    `notes` tell the comments and the shared blocks of the text it comes from, `anchored` the place and value of each
    such block that others are merged from. Variables that are open become `var(…)`.
    """
    import jinja2

    file = _File(stack, notes or SourceNotes(), anchored)
    head = file.remarks.head()
    blocks = ["\n".join(lines) for lines in _groups(file.statements())]
    environment = jinja2.Environment(  # noqa: S701 - it writes Python; texts enter as literals alone
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    text = environment.from_string(_TEMPLATE).render(
        title=docstring(title),
        head=["\n".join(_trimmed(lines)) for lines in head],
        imports=_imports(file.used),
        blocks=blocks,
    )
    return text.rstrip("\n") + "\n"


def _trimmed(lines: Iterable[str]) -> list[str]:
    """Lines without blank ones at the end."""
    return "\n".join(lines).rstrip("\n").split("\n")


def _groups(statements: Iterable[Statement]) -> Iterator[list[str]]:
    """The lines of statements that stand without blank lines between them."""
    group: list[str] = []
    last: Statement | None = None
    for statement in statements:
        if last is not None and not statement.joins(last):
            yield group
            group = []
        group += statement.lines
        last = statement
    if group:
        yield group


def _imports(used: Iterable[str]) -> str:
    """The import line, sorted as linters do: constants, classes, then the rest."""
    if not used:
        return ""
    names = sorted(used, key=lambda name: (not name.isupper(), name[0].islower(), name.lower()))
    line = f"from pystackdsl import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join(["from pystackdsl import (", *(f"    {name}," for name in names), ")"])


class _File:
    """One file while it is written: who has which name, and what was used."""

    def __init__(self, stack: Stack, notes: SourceNotes, anchored: Mapping[str, tuple[KeyPath, Any]]) -> None:
        self.stack = stack
        self.remarks = Remarks(notes)
        self.sharing = Sharing(stack, notes, anchored)
        self.taken = {*_LANGUAGE, *keyword.kwlist, *_BUILTINS}
        self.spelled = self.spelled_names()
        self.places = self.placed_names()
        self.variables: dict[tuple[str, str], str] = {}
        self.in_extensions = False
        self.blocks: dict[KeyPath, str] = {}
        self.statements_of_blocks: list[Statement] = []
        self.written: set[int] = set()
        self.names = stack.names()
        self.wording = Wording(self)

    @property
    def used(self) -> set[str]:
        """The names of the language that the file uses."""
        return self.wording.used

    def spelled_names(self) -> set[int]:
        """The resources whose keys are variables' names, by `id`."""
        count: dict[str, int] = {}
        for _, each, _ in self.stack.resources():
            count[each] = count.get(each, 0) + 1
        found = {}
        for _, each, resource in self.stack.resources():
            if is_name(each) and each[0] != "_" and each not in self.taken and count[each] == 1:
                found[id(resource)] = each
        self.taken |= set(found.values())
        return set(found)

    def runs(self, kind: str) -> Iterator[dict[str, Resource]]:
        """The resources of a kind in their order: each that is a variable alone, neighbours that are none together."""
        run: dict[str, Resource] = {}
        for each, resource in getattr(self.stack, kind).items():
            if id(resource) not in self.spelled:
                run[each] = resource
                continue
            if run:
                yield run
            run = {}
            yield {each: resource}
        if run:
            yield run

    def placed_names(self) -> dict[int, str]:
        """Resource → the expression that refers to it: a variable, or an item of a dict."""
        found = {}
        for kind in KINDS:
            for run in self.runs(kind):
                holder = "" if self.spelled.issuperset(map(id, run.values())) else self.fresh(kind)
                for each, resource in run.items():
                    found[id(resource)] = f"{holder}[{string(each)}]" if holder else each
        return found

    def fresh(self, name: str) -> str:
        """A variable's name that nobody has."""
        candidate, number = name, 1
        while candidate in self.taken:
            number += 1
            candidate = f"{name}_{number}"
        self.taken.add(candidate)
        return candidate

    def refer(self, resource: Resource) -> str:
        """What refers to a resource."""
        if resource is default_network and id(resource) not in self.places:
            self.used.add("default_network")
            return "default_network"
        return self.places[id(resource)]

    def service(self, name: str) -> Any:
        """The service of that name, once it has been written; else the name."""
        found = self.stack.services.get(name)
        return found if id(found) in self.written else name

    def variable(self, inner: str, kind: str) -> str:
        """The name that stands for an open variable of a type; in extension fields, a number may stand as a text."""
        found = self.variables.get((inner, kind))
        if found is None and self.in_extensions and (inner, "int") in self.variables:
            found = self.variables[inner, "int"]
            self.wording.numbers.add(found)
        if found is None:
            found = self.variables[inner, kind] = self.fresh(Variable.parse(inner).name)
        return found

    def statements(self) -> list[Statement]:
        """All statements of the file: variables first, since the others use them."""
        resources = [statement for kind in KINDS[1:] for statement in self.resources(kind)]
        resources = [*self.statements_of_blocks, *resources]  # the blocks of resources refer to none
        self.statements_of_blocks = []
        self.wording.tokens = {
            resource.token: resource for kind, _, resource in self.stack.resources() if kind in ("secrets", "configs")
        }
        services = list(self.resources(KINDS[0]))
        self.in_extensions = True
        root = list(self.root())
        stacked = [*resources, *self.statements_of_blocks, *services]
        rest = self.remark(())
        return [*self.openings(), *([*stacked, *root] if self.stack.x else [*root, *stacked]), *rest]

    def remark(self, path: Path) -> Iterator[Statement]:
        """The comments left at or below a path, by themselves."""
        comments = self.remarks.take(path)
        if comments:
            yield Statement("", None, "remark", comments)

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
            yield Statement(name, call("var", arguments), "var")

    def root(self) -> Iterator[Statement]:
        """`compose = Root(…)` for what the file says beside its resources."""
        said = {name: value for name in ("version", "x", "name") if (value := getattr(self.stack, name)) is not None}
        if said:
            yield Statement(self.fresh("compose"), self.wording.object(Root(**said)), "root")

    def shared(self, value: Any, path: Path) -> str | None:
        """The private variable of the block at a path, if it stands at several places."""
        block = self.sharing.anchored.get(KeyPath(*path)) if self.sharing.anchored else None
        if block is None and self.sharing.blocks and not isinstance(value, tuple) and is_hashable(value):
            block = self.sharing.blocks.get(value)
        return self.block(block) if block is not None else None

    def base(self, path: Path, value: Any) -> tuple[str, Any] | None:
        """The block that the value at a path is a change of, if that can be named there."""
        block = self.sharing.bases.get(KeyPath(*path)) if self.sharing.bases else None
        if block is None or type(block.value) is not type(value):
            return None
        if block.path[0] != KINDS[0] or len(block.path) != 2:
            return self.block(block), block.value
        service = self.stack.services.get(str(block.path[1]))
        return (self.refer(service), service) if id(service) in self.written and service is not None else None

    def merged(self, path: Path, value: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """The blocks that a mapping at a path begins with; in YAML the first of them wins, in Python the last."""
        base = self.base(path, value)
        if base is None:
            return []
        further = self.sharing.further.get(KeyPath(*path), {})
        blocks = [further[position] for position in sorted(further, reverse=True)]
        return [*((self.block(block), block.value) for block in blocks), base]

    def block(self, block: Block) -> str:
        """The name of a block, which is written when it is first asked for."""
        found = self.blocks.get(block.path)
        if found is None:
            found = self.blocks[block.path] = self.fresh(f"_{block.name}")
            paths, self.wording.paths = self.wording.paths, {}
            expression = self.wording.held(block.value, block.path)
            self.wording.paths = paths
            comments = self.remarks.take(block.path)
            self.statements_of_blocks.append(Statement(found, expression, "shared", comments))
        return found

    def resources(self, kind: str) -> Iterator[Statement]:
        """The resources of a kind in their order: variables, and dicts of neighbours that Python cannot spell."""
        section = self.remarks.take_one((kind,))
        for run in self.runs(kind):
            items = [Item(f"{string(each)}: ", *self.resource(kind, each, resource)) for each, resource in run.items()]
            name, _, key = self.places[id(next(iter(run.values())))].partition("[")
            if key:
                yield Statement(name, dictionary(items), f"{kind} dict", section=section)
            else:
                yield Statement(name, items[0].value, kind, items[0].comments, section)
            self.written.update(map(id, run.values()))
            section = ()
        if section:
            yield Statement("", None, "remark", section)
        yield from self.remark((kind, END))

    def resource(self, kind: str, each: str, resource: Resource) -> tuple[Expression, tuple[str, ...]]:
        """The value of a resource, and the comments above it."""
        path = KeyPath(kind, each)
        self.wording.paths = self.granted_paths(resource) if kind == "services" else {}
        value = self.wording.object(resource, path)
        return value, self.remarks.take(path)

    def granted_paths(self, service: Resource) -> Mapping[str, Resource]:
        """The paths at which a service finds what it is granted under its own name."""
        grants = (*(getattr(service, "secrets", None) or ()), *(getattr(service, "configs", None) or ()))
        plain = (grant for grant in grants if isinstance(grant, Grant) and grant.target is None)
        return {self.names.plain(grant.path): grant.granted for grant in plain}


def _default(text: str, kind: str) -> str:
    """The literal of a variable's default."""
    if kind == "bool":
        return str(text.lower() in ("y", "yes", "true", "on"))
    try:
        if kind == "float" and not text.isdecimal():
            return repr(float(text))
        return repr(int(text)) if kind in ("int", "float") else string(text)
    except ValueError:
        return string(text)
