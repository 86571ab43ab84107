"""From a tree of Compose text to typed values: a generic reader of the keys that the model declares.

A mapping is read key by key: the field's shape tells how, or the converter it has, or its annotation. When anything
in a mapping does not fit, the mapping is read once more with every key on its own, so that all faults are told.
References are looked up in what the stack declares.
"""

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from pystackdsl.compose import forms
from pystackdsl.compose.misfit import DEPLOY, Misfit, misfit, shown, too_old
from pystackdsl.compose.strangers import stranger
from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity, StackError, nearest
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.stack import CLASSES
from pystackdsl.model.units import Duration
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import OPEN, Open

__all__ = ["Reader"]

Form = Callable[[Any], Any]
Table = dict[str, tuple[str, Form]]


class Reader:
    """Reads the values of one stack text of the schema version 3.`minor`.

    `held` are the resources that the text declares, by kind and key; `warnings` gathers what is dropped or odd.
    """

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self.held: Mapping[str, Mapping[str, Resource]] = {}
        self.warnings: list[Diagnostic] = []
        self._tables: dict[type, Table] = {}

    def value(self, cls: type[Any], tree: Any) -> Any:
        """A value of a model class from its mapping. Raises Misfit with all faults of the mapping."""
        if type(tree) is not dict:
            raise misfit(f"{shown(tree)} is not a mapping", expected="a mapping (KEY: VALUE)")
        table = self._tables.get(cls) or self.table(cls)
        said: dict[str, Any] = {}
        count = len(self.warnings)
        try:
            for name, item in tree.items():
                field, form = table[name]
                said[field] = form(item)
            if len(self.warnings) == count:
                return cls(**said)
        except (Misfit, KeyError, StackError):
            pass
        del self.warnings[count:]
        said = self.fields(cls, tree)
        try:
            return cls(**said)
        except StackError as error:
            raise Misfit([_renamed(cls, finding) for finding in error.findings]) from None

    def fields(self, cls: type[Any], tree: Any) -> dict[str, Any]:
        """What a mapping says, by field, read key by key: all its faults, its extension fields, what is dropped."""
        table = self._tables.get(cls) or self.table(cls)
        said: dict[str, Any] = {}
        extensions: dict[str, Any] = {}
        faults: list[Diagnostic] = []
        for name, item in forms.mapping(tree).items():
            try:
                if name in table:
                    field, form = table[name]
                    said[field] = self.below(name, form, item)
                elif name[:2] == "x-" and "x" in attrs.fields_dict(cls):
                    self._extension(cls, name)
                    extensions[name] = item
                else:
                    self.below(name, self._unknown, cls, name, item)
            except Misfit as fault:
                faults += fault.findings
        if faults:
            raise Misfit(faults)
        return said | ({"x": extensions} if extensions else {})

    def _extension(self, cls: type[Any], name: str) -> None:
        key = keys_of(cls)["x"][0]
        if key.minor > self.minor:
            raise Misfit(too_old(name, key.since, self.minor).below(name))

    def _unknown(self, cls: type[Any], name: str, item: Any) -> None:
        """A key that the class does not have: dropped with a warning where Docker drops it, else a fault."""
        open_since = getattr(cls, "OPEN_SINCE", None)
        if open_since is not None and self.minor >= open_since:
            self.warnings.append(Diagnostic(severity=Severity.WARNING, summary=f"Docker drops {name} here"))
            return
        later = next((key for key, _ in keys_of(cls).values() if key.name == name and not key.local), None)
        if later is not None:
            raise too_old(name, later.since, self.minor)
        raise stranger(cls, name, item, self.minor)

    def table(self, cls: type[Any]) -> Table:
        """Compose key → (field, form) for the keys of a class that this schema version has."""
        table = self._tables[cls] = {}
        for field, (key, hint) in keys_of(cls).items():
            if not key.local and key.name != "x-*" and key.minor <= self.minor:
                table[key.name] = (field, self.form(key, hint))
        return table

    def form(self, key: Key, hint: Any) -> Form:
        """How the value of a key is read: by its shape, its converter, or its annotation."""
        from pystackdsl.compose.irregular import IRREGULAR

        if key.converter in IRREGULAR:
            read = IRREGULAR[key.converter]
            return lambda tree: read(self, tree)
        if key.converter in forms.FORMS:
            return forms.FORMS[key.converter]
        if key.number:
            return forms.whole
        return forms.number if key.fraction else self.hinted(hint)

    def hinted(self, hint: Any) -> Form:
        """How a value of a type is read."""
        arguments = [part for part in typing.get_args(hint) if part is not types.NoneType]
        if typing.get_origin(hint) in (types.UnionType, typing.Union):
            if str in arguments:
                return forms.text
            return self.hinted(arguments[0])
        origin = typing.get_origin(hint)
        if origin is tuple:
            inner = self.hinted(arguments[0])
            return lambda tree: forms.each(tree, inner, distinct=False)
        if origin is FrozenDict:
            return self._held_form(arguments[1]) if arguments[1] is not Any else forms.mapping
        if origin is typing.Literal:
            return forms.text
        if issubclass(hint, Resource):
            kind = next(kind for kind, cls in CLASSES.items() if issubclass(hint, cls))
            return lambda tree: tree if OPEN in forms.text(tree) else self.refer(kind, tree)
        if issubclass(hint, Value):
            return lambda tree: self.value(hint, tree)
        return _SCALARS[hint] if hint in _SCALARS else _parsed(hint)

    def _held_form(self, cls: Any) -> Form:
        return lambda tree: {
            name: self.below(name, self.value, cls, item) for name, item in forms.mapping(tree).items()
        }

    def below(self, step: str | int, read: Callable[..., Any], *arguments: Any) -> Any:
        """Read a part, whose faults and warnings then carry `step` in their paths."""
        count = len(self.warnings)
        try:
            return read(*arguments)
        except Misfit as fault:
            raise Misfit(fault.below(step)) from None
        finally:
            self.warnings[count:] = [warning.below((step,)) for warning in self.warnings[count:]]

    def refer(self, kind: str, name: str) -> Resource:
        """The resource of a kind under a key. Raises Misfit for one that the text does not declare."""
        found = self.held.get(kind, {}).get(name)
        if found is not None:
            return found
        guess = nearest(name, self.held.get(kind, {}))
        help = f'did you mean "{guess}"?' if guess else f"declare it:  {kind}: {{{name}: {{}}}}"
        raise misfit(
            f"there is no {kind[:-1]} {name}", expected=f"a key of the top-level {kind}", help=help, rule=DEPLOY
        )


def _renamed(cls: type[Any], finding: Diagnostic) -> Diagnostic:
    """A constructor's finding, its path spelled in Compose's keys."""
    keys = keys_of(cls)
    first = keys[str(finding.path[0])][0].name if finding.path and finding.path[0] in keys else ""
    path = KeyPath(first, *finding.path[1:]) if first else finding.path
    return attrs.evolve(finding, path=path, rule=DEPLOY)


_SCALARS: Final[dict[Any, Form]] = {
    str: forms.text,
    int: forms.whole,
    float: forms.fraction,
    bool: forms.truth,
}


def _parsed(cls: Any) -> Form:
    """Text that a value's class parses: durations, sizes, constraints."""

    def read(tree: Any) -> Any:
        text = forms.text(tree)
        if OPEN in text:
            return Open(text)
        try:
            return cls.parse(text)
        except StackError as error:
            rule = "schema" if cls is Duration else DEPLOY
            raise Misfit([attrs.evolve(finding, rule=rule) for finding in error.findings]) from None

    return read
