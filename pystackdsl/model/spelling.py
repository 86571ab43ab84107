"""How Compose spells typed objects: a generic reader of the keys that the model declares.

A value of the model comes in, a mapping of its keys, a list or a text goes out, one level at a time. What a class
spells in its own way it says itself (`to_compose`, `amend`, or the shape of a key). `compose.codec` writes Compose text
with it, `swarm.differences` compares two stacks in Compose words.
"""

from collections.abc import Callable
from typing import Any, Final

from pystackdsl.model.key import declared
from pystackdsl.model.names import Names
from pystackdsl.model.service import as_expose
from pystackdsl.model.texts import as_environment, as_hosts, as_pairs, as_string_list, as_strings, listed_pairs
from pystackdsl.model.value import FrozenDict, Value
from pystackdsl.model.variable import OPEN, Open

__all__ = ["expander"]

Opener = Callable[[Any], object]
Emit = Callable[[Any, Names], object]

_MOST_REMEMBERED: Final = 1000


def expander(names: Names) -> Opener:
    """A function that opens one typed object: a model value as a mapping of its keys, a quantity as its text."""
    openers: dict[type, Opener] = {Open: _text_of, FrozenDict: lambda value: _plain_keys(value, names)}

    def expand(value: Any) -> object:
        opener = openers.get(type(value))
        if opener is None:
            opener = openers[type(value)] = _opener(type(value), names)
        return opener(value)

    return expand


def _text_of(value: Open) -> str:
    return value.text


def _plain_keys(pairs: FrozenDict[str, Any], names: Names) -> dict[str, Any]:
    """A mapping whose keys may hold the paths of secrets and configs."""
    return dict(pairs) if "".join(pairs).isascii() else {names.plain(key): value for key, value in pairs.items()}


def _pairs(converter: Any) -> Emit:
    """A mapping, or a list of `KEY=VALUE` where a key is empty or holds a variable: Docker reads variables in values
    alone, and takes no empty key in a mapping.
    """

    def emit(pairs: FrozenDict[str, Any], _names: Names) -> object:
        joined = "".join(pairs)
        if "" not in pairs and "\n" not in joined and (joined.isascii() or OPEN not in joined):
            return dict(pairs) if joined.isascii() else pairs
        if OPEN not in joined and all(key.strip("\n") for key in pairs):
            return pairs
        return listed_pairs(pairs, converter)

    return emit


def _once(values: Any, _names: Names) -> object:
    """A list without what it repeats, which Docker takes of several merged files alone."""
    if len(values) < 2 or len(set(values)) == len(values):
        return values
    return list(dict.fromkeys(values))


_FORMS: Final[dict[Any, Emit]] = {
    **{converter: _pairs(converter) for converter in (as_pairs, as_environment)},
    **dict.fromkeys((as_strings, as_string_list, as_hosts, as_expose), _once),
}
"""How fields are written that have no form of their own, by their converter."""


def _opener(cls: type, names: Names) -> Opener:
    if hasattr(cls, "to_compose"):
        return lambda value: _opened(value.to_compose(names))
    if issubclass(cls, Value):
        opener = _fields_opener(cls, names)
        if hasattr(cls, "amend"):
            return lambda value: value.amend(opener(value), names)
        return opener
    if issubclass(cls, str):
        return str.__str__
    is_ours = cls.__module__.startswith("pystackdsl.") and not hasattr(cls, "rfc3339")
    return str if is_ours else _as_it_is


def _opened(value: object) -> object:
    return value.text if type(value) is Open else value


def _as_it_is(value: object) -> object:
    return value


def _fields_opener(cls: type, names: Names) -> Callable[[Any], dict[str, Any]]:
    plan: dict[str, tuple[str, Emit | None]] = {
        field: (key.name, (key.shape and key.shape.emit) or _FORMS.get(key.converter))
        for field, (key, _) in declared(cls).items()
        if not key.local
    }
    inline = plan.pop("x", None) is not None
    known: dict[tuple[type, ...], list[tuple[str, str, Emit | None]]] = {}

    def open_fields(value: Any) -> dict[str, Any]:
        values = value.__dict__
        kinds = tuple(map(type, values.values()))  # of one class, objects with values of the same types are alike
        found = known.get(kinds)
        if found is None:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            found = known[kinds] = [
                (plan[field][0], field, None if type(item) is Open else plan[field][1])
                for field, item in values.items()
                if item is not None and field in plan
            ]
        said = {name: values[field] if emit is None else emit(values[field], names) for name, field, emit in found}
        if inline and value.x is not None:
            said |= value.x
        return said

    return open_fields
