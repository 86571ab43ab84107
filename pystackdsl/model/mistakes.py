"""Words for a value of the wrong type: what was found, what was expected, and the cure for what people often mean.

Called by `typecheck` once a fault is certain. A class that knows its own common mistakes has a classmethod
`mistaken(value)` that gives `(summary, expected, help)` or None.
"""

import collections.abc
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pystackdsl.diagnostics import Diagnostic, KeyPath, nearest
from pystackdsl.model.variable import CLOSE, OPEN

__all__ = ["WRONG_TYPE", "open_key", "shown", "wrong_key", "wrong_type"]

WRONG_TYPE = "has the wrong type"
"""The end of a summary that says nothing of the place; a mistake that is known speaks for itself."""

_LONGEST = 90

_NOUNS: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    bytes: "bytes",
    Any: "anything",
}


def wrong_type(value: Any, parts: Sequence[Any], at: KeyPath) -> Diagnostic:
    """The finding for `value`, which has none of the types `parts`."""
    for part in parts:
        told = _told_by(part, value)
        if told is not None:
            summary, expected, help = (words.replace(OPEN, "${").replace(CLOSE, "}") for words in told)
            excerpt = (value, 0, len(value)) if isinstance(value, str) and not expected.startswith("a Python") else None
            return Diagnostic(
                summary=summary,
                expected=expected,
                help=help,
                path=at,
                excerpt=None if excerpt is None else excerpt if _is_text(part) else None,
            )
    choices = [word for part in parts if typing.get_origin(part) is typing.Literal for word in typing.get_args(part)]
    if choices and isinstance(value, str):
        guess = nearest(value, choices)
        return Diagnostic(
            summary=f'"{value}" is not a known value',
            expected=_either(f'"{choice}"' for choice in choices),
            help=f'did you mean "{guess}"?' if guess else "",
            path=at,
            excerpt=(value, 0, len(value)),
        )
    if isinstance(value, Mapping):
        for cls in filter(_has_keys, parts):
            summary = f"a mapping is not {_noun(cls)}"
            return Diagnostic(summary=summary, expected=_noun(cls), help=f"write {_written(cls, value)}", path=at)
    return Diagnostic(
        summary=f"{shown(value)} {WRONG_TYPE}",
        expected=_either(map(_noun, parts)),
        help=_cure(value, parts),
        path=at,
    )


def wrong_key(name: object, path: Iterable[str | int]) -> Diagnostic:
    """The finding for a mapping's key that is no text."""
    return Diagnostic(
        summary=f"the key {shown(name)} is not text",
        expected="text as every key",
        help=f'write "{name}"',
        path=KeyPath(*path),
    )


def open_key(name: str, path: Iterable[str | int]) -> Diagnostic:
    """The finding for a mapping's key that is left open."""
    return Diagnostic(
        summary=f"{shown(name)} stands as a key, and its value is not known yet",
        expected="plain text as every key: Docker fills in values only",
        help="make it a parameter of a function that returns the Stack and give it with --set",
        path=KeyPath(*path),
    )


def shown(value: object) -> str:
    """A short form of a value for a message."""
    text = repr(value).replace(repr(OPEN)[1:-1], "${").replace(repr(CLOSE)[1:-1], "}")
    return text if len(text) <= 60 else text[:57] + "…"


def _told_by(part: Any, value: Any) -> tuple[str, str, str] | None:
    for candidate in (part, *typing.get_args(part)):
        told = getattr(candidate, "mistaken", None)
        if told is not None:
            found = told(value)
            if found is not None:
                return found  # type: ignore[no-any-return]
    return None


def _is_text(part: Any) -> bool:
    return hasattr(part, "parse")


def _has_keys(part: Any) -> bool:
    from pystackdsl.model.value import Value

    return isinstance(part, type) and issubclass(part, Value)


def _written(cls: type, value: Mapping[Any, Any]) -> str:
    """The object that a mapping means, as Python spells it: `Deploy(restart=…)` for `{"restart_policy": …}`."""
    from pystackdsl.model.key import keys_of

    fields = {key.name: (field, key.secret, hint) for field, (key, hint) in keys_of(cls).items()}
    given = []
    for name, item in value.items():
        field, secret, hint = fields.get(name, ("", True, None))
        if not field:
            return f"{cls.__name__}(…)"
        given.append(f"{field}={'…' if secret else _said(item, hint)}")
    text = f"{cls.__name__}({', '.join(given)})"
    return (
        text
        if len(text) <= _LONGEST
        else f"{cls.__name__}({', '.join(each.partition('=')[0] + '=…' for each in given)})"
    )


def _said(item: Any, hint: Any) -> str:
    inner = next(filter(_has_keys, (hint, *typing.get_args(hint))), None)
    if isinstance(item, Mapping) and inner is not None:
        return _written(inner, item)
    listed = [part for part in typing.get_args(hint) if typing.get_origin(part) is tuple]
    if isinstance(item, list) and listed:
        return f"[{', '.join(_said(each, listed[0]) for each in item)}]"
    return f'"{item}"' if isinstance(item, str) and '"' not in item and item.isprintable() else repr(item)


def _cure(value: Any, parts: Sequence[Any]) -> str:
    listed = any(typing.get_origin(part) is tuple for part in parts)
    if listed and isinstance(value, str):
        return f"put it in a list: [{shown(value)}]"
    if listed and isinstance(value, collections.abc.Mapping):
        return "write a list here"
    if isinstance(value, bool) and str in parts:
        return f'write "{str(value).lower()}" or "{int(value)}", whichever the program reads'
    if isinstance(value, int | float) and str in parts:
        return f'write "{value}"'
    if isinstance(value, str) and int in parts and value.strip().lstrip("+-").isdigit():
        return f"write {value.strip()} without quotes"
    if isinstance(value, str) and bool in parts:
        return "write True or False without quotes"
    return "" if not listed or value is None or isinstance(value, tuple | list) else "put it in a list: […]"


def _noun(part: Any) -> str:
    origin, arguments = typing.get_origin(part), typing.get_args(part)
    if origin is typing.Literal:
        return _either(f'"{word}"' for word in arguments)
    if origin is tuple:
        return f"a list, each item {_noun(arguments[0])}"
    if origin is not None and hasattr(origin, "keys"):
        return f"a dict, each value {_noun(arguments[1])}"
    if origin is not None:
        return _either(_noun(part) for part in arguments if part is not type(None))
    if part in _NOUNS:
        return _NOUNS[part]
    return getattr(part, "expected", None) or f"{_article(part.__name__)} {part.__name__}"


def _article(word: str) -> str:
    return "an" if word[:1] in "AEIOU" else "a"


def _either(words: Iterable[str]) -> str:
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} or {last}" if most else last
