"""From a tree of Compose text to typed values: a generic reader of the keys that the model declares.

A mapping is read key by key: the field's shape tells how, or the converter it has, or its annotation. What comes out
is what the model's own constructors would hold, so these are not asked again. A resource is read in one quick go; only
when something in it does not fit, or is worth a warning, is it read once more with every key on its own, so that all
is told with its path. References are looked up in what the stack declares.
"""

import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from pystackdsl.compose import entries, forms
from pystackdsl.compose.misfit import DEPLOY, SCHEMA, Gathering, Misfit, Straight, misfit, shown, too_old
from pystackdsl.diagnostics import Diagnostic, Severity, StackError, nearest
from pystackdsl.model import texts
from pystackdsl.model.deploy import Order
from pystackdsl.model.key import Key, declared, resolved
from pystackdsl.model.origin import Origin, origin_here
from pystackdsl.model.service import Service, as_expose
from pystackdsl.model.stack import CLASSES
from pystackdsl.model.typecheck import faults
from pystackdsl.model.units import Bytes, Cpus, Duration
from pystackdsl.model.value import FrozenDict, Resource, Value, recording
from pystackdsl.model.variable import OPEN, Open

__all__ = ["NULLABLE", "Reader", "parts_of"]

Form = Callable[[Any], Any]

_STRAIGHT: Final = Straight()


class Table:
    """How the mappings of a class are read under one schema version.

    `forms` has, by Compose key, the field, the exact type that is held as it is, and the form of anything else.
    `blank` has every field with its default.
    """

    __slots__ = ("blank", "forms", "is_resource")

    def __init__(self, blank: dict[str, Any], *, is_resource: bool) -> None:
        self.blank = blank
        self.forms: dict[str, tuple[str, type | None, Form]] = {}
        self.is_resource = is_resource


class Reader:
    """Reads the values of one stack text of the schema version 3.`minor`.

    `held` are the resources that all texts declare, by kind and key. `resolve` gives a text its variables' values
    where these decide what is meant: in references, and in what tells a path from a name. `warnings` gathers what is
    dropped or odd; `shared` has the values of short forms that are many times the same.
    """

    def __init__(self, minor: int, resolve: Callable[[str], str]) -> None:
        self.minor = minor
        self.resolve = resolve
        self.held: Mapping[str, Mapping[str, Resource]] = {}
        self.warnings: list[Diagnostic] = []
        self.shared: dict[tuple[Any, str], Any] = {}
        self._tables: dict[type, Table] = {}
        self._is_quick = False
        self._holder = ""
        self._origin: Origin | None = None

    def resource(self, cls: type[Any], tree: Any, name: str = "") -> Any:
        """A resource from its mapping; `name` is for messages. Raises Misfit with all its faults."""
        self._holder = f"{cls.__name__.lower()} {name}" if name else ""
        self._is_quick = True
        try:
            return self.value(cls, tree)
        except (Misfit, KeyError):
            self._is_quick = False
            return self.value(cls, tree)

    def value(self, cls: type[Any], tree: Any, **more: Any) -> Any:
        """A value of a model class from its mapping, with further fields. Raises Misfit."""
        if type(tree) is not dict:
            from pystackdsl.compose.strangers import glued

            raise misfit(f"{shown(tree)} is not a mapping", expected="a mapping (KEY: VALUE)", help=glued(cls, tree))
        table = self._tables.get(cls) or self.table(cls)
        fields = table.blank.copy()
        if self._is_quick:
            readings = table.forms
            for name, item in tree.items():
                field, exact, form = readings[name]
                fields[field] = item if type(item) is exact else form(item)
        else:
            fields.update(self._fields(cls, table, tree))
        if more:
            fields.update(more)
        # What a constructor would hold is known, so none is asked.
        made = object.__new__(cls)
        object.__setattr__(made, "__dict__", fields)
        if table.is_resource:
            self._note(made)
        return made

    def _note(self, made: Resource) -> None:
        """Do what the constructor of a resource does beside: its origin, and the record of all that is made."""
        self._origin = self._origin or origin_here()
        made.__dict__["_origin"] = self._origin
        everything = recording.get()
        if everything is not None:
            everything.append(made)

    def gathering(self) -> Gathering:
        """What reads several parts: each in spite of the others, or, in the quick go, up to the first that fails."""
        return _STRAIGHT if self._is_quick else Gathering()

    def _fields(self, cls: type[Any], table: Table, tree: dict[str, Any]) -> dict[str, Any]:
        """What a mapping says, by field, read key by key: all its faults, its extension fields, what is dropped."""
        said: dict[str, Any] = {}
        extensions: dict[str, Any] = {}
        gathering = Gathering()
        for name, item in tree.items():
            if name in table.forms:
                field, exact, form = table.forms[name]
                said[field] = item if type(item) is exact else gathering.read(self.below, name, form, item)
            elif name[:2] == "x-" and "x" in table.blank:
                gathering.below(name, self._extension, cls, name, item)
                extensions[name] = item
            else:
                gathering.read(self.below, name, self._unknown, cls, name, item, tree)
        gathering.settle()
        return said | ({"x": FrozenDict(extensions)} if extensions else {})

    def _extension(self, cls: type[Any], name: str, item: Any) -> None:
        """Check an extension field; one that a later schema made a key is read as that by Docker already."""
        key = declared(cls)["x"][0]
        if key.minor > self.minor:
            raise too_old(name, key.since, self.minor)
        for later, hint in declared(cls).values():
            if later.name == name:
                Reader(later.minor, self.resolve).form(later, hint)[1](item)

    def _unknown(self, cls: type[Any], name: str, item: Any, around: dict[str, Any]) -> None:
        """A key that the class does not have: dropped with a warning where Docker drops it, else a fault."""
        later = next((key for key, _ in declared(cls).values() if key.name == name and not key.local), None)
        open_since = getattr(cls, "OPEN_SINCE", None)
        if open_since is not None and self.minor >= open_since:
            self.warn(f"Docker drops {name} here, a key that it does not know", at_key=True)
        elif later is not None:
            raise too_old(name, later.since, self.minor)
        else:
            from pystackdsl.compose.strangers import stranger

            raise stranger(cls, name, item, self.minor, self._holder, around)

    def warn(self, summary: str, *, help: str = "", at_key: bool = False, excerpt: Any = None) -> None:
        """Note what is dropped or odd about the value that is being read."""
        if self._is_quick:
            raise Misfit(())
        self.warnings.append(
            Diagnostic(severity=Severity.WARNING, summary=summary, help=help, at_key=at_key, excerpt=excerpt)
        )

    def below(self, step: str | int, read: Callable[..., Any], *arguments: Any) -> Any:
        """Read a part, whose faults and warnings then carry `step` in their paths."""
        if self._is_quick:
            return read(*arguments)
        count = len(self.warnings)
        try:
            return read(*arguments)
        except Misfit as fault:
            raise Misfit(fault.below(step)) from None
        finally:
            self.warnings[count:] = [warning.below((step,)) for warning in self.warnings[count:]]

    def once(self, form: Callable[["Reader", str], Any], text: str) -> Any:
        """What a short form comes to, read once for all that are spelled alike."""
        found = self.shared.get((form, text))
        if found is None:
            found = form(self, text)
            if self._is_quick:  # where it is not, there is something to tell each time
                self.shared[form, text] = found
        return found

    def each(self, tree: Any, form: Form, *, noun: str = "a list", may_pair: bool = False) -> tuple[Any, ...]:
        """A list whose items have a form. `may_pair` says that an item can be spelled `KEY:VALUE`."""
        if type(tree) is not list:
            raise misfit(
                f"{shown(tree)} is not {noun}",
                expected=noun,
                help=forms.as_list(tree) if may_pair or type(tree) is not dict else "",
            )
        if self._is_quick:
            return tuple([form(item) for item in tree])
        gathering = self.gathering()
        found = tuple([gathering.read(self.below, position, form, item) for position, item in enumerate(tree)])
        gathering.settle()
        return found

    def refer(self, kind: str, name: str) -> Resource:
        """The resource of a kind under a key. Raises Misfit for one that the text does not declare."""
        if OPEN in name:
            name = self.resolve(name)
        found = self.held.get(kind, {}).get(name)
        if found is not None:
            return found
        from pystackdsl.compose.strangers import declaration

        guess = nearest(name, self.held.get(kind, {}))
        help = f'did you mean "{guess}"?' if guess else declaration(kind, name)
        raise misfit(
            f'there is no {kind[:-1]} "{name}"', expected=f"a key of the top-level {kind}", help=help, rule=DEPLOY
        )

    def table(self, cls: type[Any]) -> Table:
        """How the mappings of a class are read: the keys that this schema version has."""
        blank = {field.name: None if field.default is attrs.NOTHING else field.default for field in attrs.fields(cls)}
        table = self._tables[cls] = Table(blank, is_resource=issubclass(cls, Resource))
        for field, (key, hint) in declared(cls).items():
            if not key.local and key.name != "x-*" and key.minor <= self.minor:
                exact, form = self.form(key, hint)
                table.forms[key.name] = (field, exact, _nullable(form) if (cls, field) in NULLABLE else form)
        return table

    def form(self, key: Key, hint: Any) -> tuple[type | None, Form]:
        """How the value of a key is read, by its shape, its converter or its annotation; and the exact type of values
        that need no reading.
        """
        from pystackdsl.compose.irregular import IRREGULAR

        if key.converter in IRREGULAR:
            read = IRREGULAR[key.converter]
            return None, lambda tree: read(self, tree)
        if key.converter in _CONVERTED:
            return None, _CONVERTED[key.converter]
        if key.number:
            return None, _bytes
        if key.fraction:
            return None, lambda tree: self._cut(tree, signed=key.signed)
        if isinstance(hint, str):
            return None, self._later(hint)
        parts = parts_of(hint)
        if str in parts:
            return (str, forms.text) if key.grammar is None else (None, _graded(key.grammar))
        if int in parts:
            return None, forms.whole if key.signed else forms.count
        if bool in parts:
            return bool, forms.truth
        return None, forms.fraction if float in parts else self.hinted(parts[0])

    def _later(self, hint: str) -> Form:
        """The form of a class that is not imported before it is needed: that halves the start-up."""
        form: Form | None = None

        def read(tree: Any) -> Any:
            nonlocal form
            form = form or self.hinted(parts_of(resolved(hint))[0])
            return form(tree)

        return read

    def hinted(self, hint: Any) -> Form:
        """How a value of a type is read that is no plain scalar."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is tuple:
            inner = self.hinted(arguments[0])
            return lambda tree: self.each(tree, inner)
        if origin is FrozenDict:
            return lambda tree: FrozenDict(forms.mapping(tree))
        if origin is typing.Literal:
            return _choice(hint)
        if issubclass(hint, Resource):
            kind = next(kind for kind, cls in CLASSES.items() if issubclass(hint, cls))
            return lambda tree: self.refer(kind, forms.text(tree))
        if issubclass(hint, Value):
            return functools.partial(self.value, hint)
        return _parsed(hint)

    def _cut(self, tree: Any, *, signed: bool) -> Any:
        if type(tree) is float and not tree.is_integer():
            self.warn(f"Docker cuts {tree} off to {int(tree)}", help="write a whole number")
        return forms.number(tree, signed=signed)


_CONVERTED: Final[Mapping[Any, Form]] = {
    texts.as_strings: forms.texts,
    texts.as_string_list: forms.text_or_texts,
    texts.as_command: forms.command,
    texts.as_test: forms.shell_command,
    as_expose: forms.expose,
    texts.as_words: forms.loose_texts,
    texts.as_environment: entries.environment,
    texts.as_pairs: entries.pairs,
    texts.as_options: entries.options,
    texts.as_log_options: entries.log_options,
    texts.as_hosts: entries.hosts,
}
"""The form of a field, by the converter that takes what is read."""


def parts_of(hint: Any) -> list[Any]:
    """The types of a union but for None, or the one type that a hint is."""
    is_union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    return [part for part in typing.get_args(hint) if part is not types.NoneType] if is_union else [hint]


NULLABLE: Final = {(Service, "deploy"), (Service, "pid")}
"""The fields that may be empty, as if not said."""


def _nullable(form: Form) -> Form:
    return lambda tree: None if tree is None else form(tree)


def _parsed(cls: Any) -> Form:
    """Text that a value's class parses: durations, sizes, constraints. Docker leaves some of them to the deploy."""
    rule = SCHEMA if cls in (Duration, Bytes) else DEPLOY

    known: dict[str, Any] = {}

    def read(tree: Any) -> Any:
        if type(tree) is str and tree in known:
            return known[tree]
        if cls in (Duration, Bytes) and type(tree) in (int, float):
            raise _of_what(tree) if cls is Duration else forms.without_unit(tree)
        text = forms.text(tree)
        if OPEN in text:
            return Open(text)
        if not text and cls is Cpus:
            return None  # the same as not said
        try:
            known[text] = cls.parse(text)
            return known[text]
        except StackError as error:
            raise Misfit([attrs.evolve(finding, rule=rule) for finding in error.findings]) from None

    return read


def _of_what(number: Any) -> Misfit:
    summary, expected, help = Duration.mistaken(number) or ("", "", "")
    return misfit(summary, expected=expected, help=help)


def _bytes(tree: Any) -> Bytes:
    """A size as a whole number of bytes: here Docker takes no units."""
    if type(tree) is str and OPEN not in tree:
        try:
            number = Bytes.parse(tree).number
        except StackError:
            pass
        else:
            raise misfit(f"{shown(tree)} is not a whole number", expected="a number of bytes", help=f"write {number}")
    return Bytes(forms.count(tree))


def _graded(grammar: Callable[[str], object]) -> Form:
    """Text with a grammar that Docker asks for when it deploys; an empty one that does not fit says nothing."""

    def read(tree: Any) -> str | None:
        text = forms.text(tree)
        try:
            grammar(text)
        except StackError as error:
            if not text:
                return None
            if OPEN not in text:
                raise Misfit([attrs.evolve(finding, rule=DEPLOY) for finding in error.findings]) from None
        return text

    return read


_ANY_CASE: Final = frozenset({"tcp", "ingress", "vip", "rprivate"})
"""The first of the words that Docker or every Engine takes in capitals too."""


def _choice(hint: Any) -> Form:
    """One of some words; an empty text says nothing."""
    words = typing.get_args(hint)
    rule = SCHEMA if words == typing.get_args(Order) else DEPLOY

    def read(tree: Any) -> Any:
        text = forms.text(tree)
        if text in words:
            return text
        if OPEN in text:
            return Open(text)
        if not text and rule is DEPLOY:
            return None
        if words[0] in _ANY_CASE and text.lower() in words:
            return text.lower()
        raise Misfit([attrs.evolve(finding, rule=rule) for finding in faults(text, hint, ())])

    return read
