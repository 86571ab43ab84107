"""The declaration of a key: what each reader of the model (Compose text, Engine objects, docs) knows of a field.

A field of a model class states its type as its annotation, its accepted spellings as its converter's signature, and
everything else as one `Key` under its metadata. Back ends read these declarations through `keys_of` and hold no
tables of their own.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Lifting, Lowering
    from pystackdsl.model.names import Names

__all__ = ["BY_CLASS", "Key", "Shape", "declared", "key", "keys_of", "resolved"]

_METADATA: Final = "pystackdsl.key"

Since = Literal["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
Cast = Literal["int", "float", "bool"]


class Shape:
    """How an irregular value is spelled, beside its fields. A field names a shape only where its type does not already
    tell the spelling.

    emit      `emit(value, names)` gives it in Compose, as a plain tree of mappings, lists and scalars
    number    whether that is always a number
    lower     `lower(value, lowering)` gives it in an Engine body; None leaves it out
    lift      `lift(tree, lifting)` is the inverse: it takes what it understands out of lists and objects, and raises
              ValueError for what no value says
    by_class  the key's class puts it into the body and takes it out, since it goes together with others
    """

    __slots__ = ("by_class", "emit", "lift", "lower", "name", "number")

    def __init__(
        self,
        name: str,
        emit: "Callable[[Any, Names], object] | None" = None,
        *,
        number: bool = False,
        lower: "Callable[[Any, Lowering], object] | None" = None,
        lift: "Callable[[Any, Lifting], object] | None" = None,
        by_class: bool = False,
    ) -> None:
        self.name = name
        self.emit = emit
        self.number = number
        self.lower = lower
        self.lift = lift
        self.by_class = by_class

    def __repr__(self) -> str:
        return f"<shape {self.name}>"


BY_CLASS: Final = Shape("by class", by_class=True)
"""A key that its class's `to_api` and `from_api` care for."""


class Key:
    """What one Compose key is, beyond its type.

    name     the key in Compose text; the field's own name but for `restart` (restart_policy) and `x` (x-*)
    api      its place in the Engine API, relative to its parent's object; `.` is the parent itself, None means that
             Swarm ignores the key
    since    the first Compose schema version that has it
    doc      one sentence for people
    default  what holds where it is not said: a value in Compose's spelling, or words for it
    shape    the irregular spelling, if it has one
    cast     what Docker casts an interpolated text to here; None where a `${…}` stays text
    grammar  raises InvalidText for a text that Docker would refuse
    instead  for a key that Swarm ignores: the Swarm way to the same end
    instead_in_yaml  the same as it is spelled in YAML, where `instead` spells it in Python
    zero     whether a stated zero value survives when files are merged (a pointer in Docker's own types)
    secret   whether the value must never be shown
    fraction whether Compose takes a number with a fraction, which Docker cuts off
    signed   whether Compose takes a negative number
    converter  the function that takes what users write, set with the name
    local    whether the field is ours alone and has no Compose key
    api_since  the first version of the Engine API that knows it, where that is above 1.41, the least we speak; or, by
             value, that of some values
    """

    __slots__ = (
        "api",
        "api_since",
        "cast",
        "converter",
        "default",
        "doc",
        "fraction",
        "grammar",
        "instead",
        "instead_in_yaml",
        "local",
        "name",
        "secret",
        "shape",
        "signed",
        "since",
        "zero",
    )
    cast: Cast | None

    def __init__(
        self,
        api: str | None,
        *,
        doc: str,
        default: str = "",
        since: Since = "3.0",
        name: str = "",
        shape: Shape | None = None,
        cast: Cast | None = None,
        grammar: Callable[[str], object] | None = None,
        instead: str = "",
        instead_in_yaml: str = "",
        zero: bool = False,
        secret: bool = False,
        local: bool = False,
        fraction: bool = False,
        signed: bool = False,
        api_since: "str | Mapping[str, str]" = "",
    ) -> None:
        self.api = api
        self.since = since
        self.doc = doc
        self.default = default
        self.name = name
        self.shape = shape
        self.cast = cast
        self.grammar = grammar
        self.instead = instead
        self.instead_in_yaml = instead_in_yaml
        self.zero = zero
        self.secret = secret
        self.local = local
        self.fraction = fraction
        self.signed = signed
        self.api_since = api_since
        self.converter: Any = None

    @property
    def number(self) -> bool:
        """Whether Compose spells the value as a number though its type is another."""
        return self.shape is not None and self.shape.number

    @property
    def minor(self) -> int:
        """The number after `3.` of the first schema version that has the key."""
        return int(self.since[2:])


def key(
    api: str | None,
    *,
    doc: str,
    default: str = "",
    since: Since = "3.0",
    name: str = "",
    shape: Shape | None = None,
    cast: Cast | None = None,
    grammar: Callable[[str], object] | None = None,
    instead: str = "",
    instead_in_yaml: str = "",
    zero: bool = False,
    secret: bool = False,
    local: bool = False,
    fraction: bool = False,
    signed: bool = False,
    api_since: str | Mapping[str, str] = "",
) -> Mapping[str, Key]:
    """Declare a Compose key as the metadata of an attrs field; the arguments are those of `Key`."""
    return {
        _METADATA: Key(
            api, doc=doc, default=default, since=since, name=name, shape=shape, cast=cast, grammar=grammar,
            instead=instead, instead_in_yaml=instead_in_yaml, zero=zero, secret=secret, local=local,
            fraction=fraction, signed=signed, api_since=api_since,
        )
    }  # fmt: skip


_DECLARED: Final[dict[type, dict[str, tuple[Key, Any]]]] = {}
_KEYS: Final[dict[type, dict[str, tuple[Key, Any]]]] = {}


def keys_of(cls: type) -> Mapping[str, tuple[Key, Any]]:
    """The keys of a model class in Compose order: field name → (its Key with the name filled in, its annotation)."""
    found = _KEYS.get(cls)
    if found is None:
        found = _KEYS[cls] = {name: (each, resolved(hint)) for name, (each, hint) in declared(cls).items()}
    return found


def declared(cls: type) -> Mapping[str, tuple[Key, Any]]:
    """What `keys_of` tells, but an annotation that names a class not yet imported stays text."""
    found = _DECLARED.get(cls)
    if found is None:
        found = _DECLARED[cls] = {}
        for field in attrs.fields(cls):
            key = field.metadata.get(_METADATA)
            if key is not None:
                key.name = key.name or field.name
                key.converter = field.converter
                found[field.name] = (key, field.type)
    return found


def resolved(hint: Any) -> Any:
    """An annotation, its classes imported if it is text. Classes are made when used: it halves the start-up."""
    return eval(hint, {}, _Language()) if isinstance(hint, str) else hint  # noqa: S307 - an annotation of the model


class _Language(dict[str, Any]):
    """The names of the language, imported when looked up."""

    def __missing__(self, name: str) -> Any:
        import builtins

        import pystackdsl
        from pystackdsl.model.value import FrozenDict

        if name == "Path":
            from pathlib import Path

            return Path
        return FrozenDict if name == "FrozenDict" else getattr(builtins, name, None) or getattr(pystackdsl, name)
