"""The forms of plain values in Compose text as JSON Schema: what `forms` and `entries` read, said as a schema.

`schema` asks for the form of a field by its converter or its type. A text with a variable in it may stand wherever
text may, and wherever Docker casts it; what it comes to is not known before the stack is deployed.
"""

import typing
from collections.abc import Mapping
from typing import Any, Final

from pystackdsl.model import texts
from pystackdsl.model.deploy import Order
from pystackdsl.model.service import as_expose, as_service_names
from pystackdsl.model.units import Bytes, Duration

__all__ = [
    "ANYTHING",
    "CONVERTED",
    "EXTENSION",
    "NAME",
    "Schema",
    "choice",
    "either",
    "external",
    "listed",
    "mapped",
    "number",
    "or_variable",
    "quantity",
    "text",
]

Schema = dict[str, Any]

ANYTHING: Final[Schema] = {}
NAME: Final = "^[a-zA-Z0-9._-]+$"
EXTENSION: Final = "^x-"
_VARIABLE: Final = r"\$"


def text(pattern: str | None = None) -> Schema:
    """A text, of a pattern unless it holds a variable."""
    return {"type": "string"} if pattern is None else {"type": "string", "pattern": f"^(?:{pattern})$|{_VARIABLE}"}


def or_variable(schema: Schema, cast: object) -> Schema:
    """The same, or a text with a variable, where Docker casts one to the type that is wanted."""
    return schema if cast is None else {"anyOf": [schema, {"type": "string", "pattern": _VARIABLE}]}


def number(kind: str, *, signed: bool) -> Schema:
    """A number: `integer` or `number`, below 0 only where `signed`."""
    return {"type": kind} if signed else {"type": kind, "minimum": 0}


def listed(item: Schema, *, distinct: bool = False) -> Schema:
    """A list."""
    return {"type": "array", "items": item, **({"uniqueItems": True} if distinct else {})}


def either(*schemas: Schema) -> Schema:
    """One of several forms."""
    return {"anyOf": list(schemas)}


def mapped(item: Schema, names: str = NAME, *, strict: bool = True) -> Schema:
    """A mapping from names of the user's own; where it is not `strict`, other names have any value."""
    found: Schema = {"type": "object", "patternProperties": {names: item}}
    return {**found, "additionalProperties": False} if strict else found


def external(*, is_open: bool) -> Schema:
    """True or false, a variable for it, or from of old a mapping with the name."""
    inside: Schema = {"type": "object", "properties": {"name": text()}}
    return either(
        or_variable({"type": "boolean"}, "bool"), inside if is_open else {**inside, "additionalProperties": False}
    )


_VALUE: Final[Schema] = {"type": ["string", "number", "null"]}
_TEXTS: Final = listed(text(), distinct=True)
_PAIRS: Final = either(mapped(_VALUE, ".+"), _TEXTS)

CONVERTED: Final[Mapping[Any, Schema]] = {
    texts.as_strings: _TEXTS,
    texts.as_string_list: either(text(), _TEXTS),
    texts.as_command: either(text(), listed(text())),
    texts.as_test: either(text(), listed(text())),
    texts.as_words: listed(text()),
    texts.as_environment: _PAIRS,
    texts.as_pairs: _PAIRS,
    texts.as_options: mapped({"type": ["string", "number"]}, "^.+$", strict=False),
    texts.as_log_options: mapped(_VALUE, "^.+$", strict=False),
    texts.as_hosts: _PAIRS,
    as_expose: listed({"type": ["string", "number"]}, distinct=True),
    as_service_names: _TEXTS,
}
"""The schema of a field, by the converter that takes what is read."""

_DURATION: Final = "[+-]?(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)"
_RUN: Final = "[0-9]+(?:_[0-9]+)*"
_SIZE: Final = rf"[+]?(?:{_RUN}(?:\.(?:{_RUN})?)?|\.{_RUN})(?:[eE][+-]?{_RUN})? ?(?:[kKmMgGtTpP](?:[iI]?[bB])?|[bB])?"


def quantity(cls: type) -> Schema:
    """A duration or a size; Docker itself looks at other quantities only when it deploys."""
    patterns: Mapping[type, str] = {Duration: _DURATION, Bytes: _SIZE}
    return text(patterns.get(cls))


def choice(hint: Any) -> Schema:
    """One of some words. Docker checks those of an order alone: the others are what an editor offers."""
    words = list(typing.get_args(hint))
    if typing.get_args(hint) == typing.get_args(Order):
        return either({"enum": words}, {"type": "string", "pattern": _VARIABLE})
    return either({"enum": words}, text())
