"""Words for a value of the wrong type: what was found, what was expected, and the cure for what people often mean.

Called by `typecheck` once a fault is certain. A class that knows its own common mistakes has a classmethod
`mistaken(value)` that gives `(summary, expected, help)` or None.
"""

import collections.abc
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pystackdsl.diagnostics import Diagnostic, KeyPath, nearest

__all__ = ["shown", "wrong_key", "wrong_type"]

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
            summary, expected, help = told
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
    return Diagnostic(
        summary=f"{shown(value)} has the wrong type",
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


def shown(value: object) -> str:
    """A short form of a value for a message."""
    text = repr(value)
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
    return ""


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
