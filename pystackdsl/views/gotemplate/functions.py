"""The functions that a template may call: Go's own and those of the Docker CLI. Called by `evaluation`.

Each takes the values it is given and returns one; CallError tells why it cannot.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pystackdsl.views.gojson import Row, json
from pystackdsl.views.gotemplate.fault import SIZE
from pystackdsl.views.gotemplate.literals import as_bytes, as_text
from pystackdsl.views.gotemplate.printf import kind_of, printf, spelled

__all__ = ["FUNCTIONS", "HEADER_FUNCTIONS", "LAZY", "CallError", "Function", "is_true"]


class CallError(Exception):
    """A function cannot be called so."""


class Function(NamedTuple):
    """What a function takes, as types, the last of them any number of times if `repeats`; and what it does."""

    call: Callable[..., Any]
    takes: tuple[type, ...]
    repeats: bool = False


def is_true(value: Any) -> bool:
    """Whether `if` takes a value for true: it is neither zero nor empty."""
    return isinstance(value, Row) or bool(value)


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else [*text]


def _join(texts: Sequence[str], separator: str) -> str:
    if sum(map(len, texts)) + len(separator) * len(texts) > SIZE:
        raise CallError("the text becomes too long")
    return separator.join(texts)


def _each(convert: Callable[[str], str]) -> Callable[[str], str]:
    """A conversion of single characters: a `ß` has no upper case that is one."""

    def converted(text: str) -> str:
        return "".join(new if len(new := convert(char)) == 1 else char for char in text)

    return converted


_to_title: Final = _each(str.title)


def _title(text: str) -> str:
    """Each word with a capital."""
    return "".join(
        char if index and not _separates(text[index - 1]) else _to_title(char) for index, char in enumerate(text)
    )


def _separates(char: str) -> bool:
    return not (char.isalnum() or char == "_") if char.isascii() else char.isspace()


def _pad(text: str, before: int, after: int) -> str:
    if not text:
        return text
    if before < 0 or after < 0:
        raise CallError("the number of blanks is negative")
    if before + after > SIZE:
        raise CallError("the text becomes too long")
    return " " * before + text + " " * after


def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise CallError("the length is negative")
    return as_text(as_bytes(text)[:length])


def _len(value: Any) -> int:
    if isinstance(value, str):
        return len(as_bytes(value))
    if isinstance(value, Sequence | Mapping) and not isinstance(value, Row):
        return len(value)
    raise CallError(f"{_named(value)} has no length")


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, str):
            value = as_bytes(value)[_at(key, len(as_bytes(value)))]
        elif isinstance(value, Mapping) and not isinstance(value, Row):
            value = value.get(key, "")
        elif isinstance(value, Sequence):
            value = value[_at(key, len(value))]
        else:
            raise CallError(f"{_named(value)} holds nothing to index")
    return value


def _at(key: Any, length: int) -> int:
    if type(key) is not int:
        raise CallError(f"an index is a number, not {_named(key)}")
    if not 0 <= key < length:
        raise CallError(f"there is no element {key}: the first is 0, and there are {length}")
    return key


def _slice(value: Any, *ends: Any) -> Any:
    if not isinstance(value, str | list) or len(ends) > 2:
        raise CallError(f"{_named(value)} cannot be sliced" if len(ends) <= 2 else "slice takes at most two ends")
    data = as_bytes(value) if isinstance(value, str) else value
    start, end = (*(_at(each, len(data) + 1) for each in ends), *(0, len(data))[len(ends) :])
    if start > end:
        raise CallError(f"the slice begins at {start}, after its end at {end}")
    found = data[start:end]
    return as_text(found) if isinstance(found, bytes) else found


def _print(*values: Any) -> str:
    out = ""
    _printable(values)
    for before, value in zip((None, *values), values, strict=False):
        is_apart = out and not isinstance(before, str) and not isinstance(value, str)
        out += f" {spelled(value)}" if is_apart else spelled(value)
    return out


def _println(*values: Any) -> str:
    _printable(values)
    return " ".join(map(spelled, values)) + "\n"


def _printf(format: str, *values: Any) -> str:
    _printable(values)
    return printf(format, values)


def _printable(values: Sequence[Any]) -> None:
    if any(isinstance(value, Row) for value in values):
        raise CallError("the row itself cannot be printed")


def _html(*values: Any) -> str:
    marks = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\0": "\N{REPLACEMENT CHARACTER}"}
    return "".join(marks.get(char, char) for char in _print(*values))


def _js(*values: Any) -> str:
    marks = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}
    return "".join(marks.get(char, char if char >= " " else f"\\u{ord(char):04X}") for char in _print(*values))


def _urlquery(*values: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(as_bytes(_print(*values)))


def _eq(first: Any, *others: Any) -> bool:
    if not others:
        raise CallError("there is nothing to compare with")
    return any(_same(first, other) for other in others)


def _same(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return first is second
    if type(first) is not type(second):
        raise CallError(f"{_named(first)} cannot be compared with {_named(second)}")
    if not isinstance(first, str | int | float):
        raise CallError(f"{_named(first)} cannot be compared")
    return bool(first == second)


def _lt(first: Any, second: Any) -> bool:
    if type(first) is not type(second) or not isinstance(first, str | int | float) or isinstance(first, bool):
        raise CallError(f"{_named(first)} and {_named(second)} have no order")
    if isinstance(first, str):
        return as_bytes(first) < as_bytes(second)
    return bool(first < second)


def _named(value: Any) -> str:
    """A value as messages call it."""
    names = {"string": "a text", "bool": "a truth value", "int": "a number", "float64": "a fraction"}
    if isinstance(value, Row):
        return "the row"
    return names.get(kind_of(value), "nothing" if value is None else "a list" if isinstance(value, list) else "a map")


LAZY: Final = ("and", "or")
"""Functions that look at their values only as far as they must."""

FUNCTIONS: Final[Mapping[str, Function]] = {
    "and": Function(lambda *values: values[-1], (object,), repeats=True),
    "eq": Function(_eq, (object, object), repeats=True),
    "ge": Function(lambda first, second: not _lt(first, second), (object, object)),
    "gt": Function(lambda first, second: _lt(second, first), (object, object)),
    "html": Function(_html, (object,), repeats=True),
    "index": Function(_index, (object, object), repeats=True),
    "join": Function(_join, (list, str)),
    "js": Function(_js, (object,), repeats=True),
    "json": Function(json, (object,)),
    "le": Function(lambda first, second: not _lt(second, first), (object, object)),
    "len": Function(_len, (object,)),
    "lower": Function(_each(str.lower), (str,)),
    "lt": Function(_lt, (object, object)),
    "ne": Function(lambda first, second: not _same(first, second), (object, object)),
    "not": Function(lambda value: not is_true(value), (object,)),
    "or": Function(lambda *values: values[-1], (object,), repeats=True),
    "pad": Function(_pad, (str, int, int)),
    "print": Function(_print, (object,), repeats=True),
    "printf": Function(_printf, (str, object), repeats=True),
    "println": Function(_println, (object,), repeats=True),
    "slice": Function(_slice, (object, object), repeats=True),
    "split": Function(_split, (str, str)),
    "title": Function(_title, (str,)),
    "truncate": Function(_truncate, (str, int)),
    "upper": Function(_each(str.upper), (str,)),
    "urlquery": Function(_urlquery, (object,), repeats=True),
}

HEADER_FUNCTIONS: Final[Mapping[str, Function]] = {
    **FUNCTIONS,
    **{name: Function(str, (str,)) for name in ("json", "title", "lower", "upper")},
    "truncate": Function(lambda text, length: text, (str, int)),  # noqa: ARG005 - a header stays whole
}
"""The functions as they are where the headings of a table are made."""
