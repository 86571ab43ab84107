"""The functions of Go templates that Docker has, and how Go prints values. Every fault is a FunctionError."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final
from urllib.parse import quote_plus

__all__ = ["FUNCTIONS", "HEADER_FUNCTIONS", "Function", "FunctionError", "printed", "truth"]

Function = Callable[..., Any]
_VERB: Final = re.compile(r"%(?P<flags>[-+ #0]*)(?P<width>[0-9]*)(?P<point>\.[0-9]*)?(?P<verb>.)", re.DOTALL)
WIDEST: Final = 10_000
"""The most that a text may be padded to."""


class FunctionError(Exception):
    """A function cannot do what it is asked."""


def truth(value: Any) -> bool:
    """Whether Go takes a value for true: what is empty, zero or nil is not."""
    return bool(value)


def printed(value: Any) -> str:
    """A value as Go prints it."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e21 else f"{value:e}"
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{printed(key)}:{printed(item)}" for key, item in sorted(value.items())) + "]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(printed, value)) + "]"
    return str(value)


def _checked(name: str, *types: type | tuple[type, ...]) -> Callable[[Function], Function]:
    """Makes sure that a function gets as many arguments as it takes, of the right types."""

    def wrap(function: Function) -> Function:
        def called(*arguments: Any) -> Any:
            if len(arguments) != len(types):
                raise FunctionError(f"it takes {len(types)} arguments, not {len(arguments)}")
            for value, type in zip(arguments, types, strict=True):
                if not isinstance(value, type) or (type is int and isinstance(value, bool)):
                    raise FunctionError(f"it cannot take {printed(value)!r}")
            return function(*arguments)

        called.__name__ = name
        return called

    return wrap


@_checked("split", str, str)
def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else list(text)


@_checked("join", (list, tuple), str)
def _join(parts: Sequence[Any], separator: str) -> str:
    return separator.join(map(printed, parts))


@_checked("title", str)
def _title(text: str) -> str:
    return re.sub(r"(?<![\w])\w", lambda match: match[0].upper(), text)


@_checked("pad", str, int, int)
def _pad(text: str, before: int, after: int) -> str:
    if not 0 <= before <= WIDEST or not 0 <= after <= WIDEST:
        raise FunctionError(f"it pads with 0 to {WIDEST:,} blanks")
    return " " * before + text + " " * after if text else text


@_checked("truncate", str, int)
def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise FunctionError("a length is not negative")
    return text.encode()[:length].decode(errors="replace")


def _json(*values: Any) -> str:
    if len(values) != 1:
        raise FunctionError(f"it takes 1 argument, not {len(values)}")
    text = json.dumps(values[0], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if isinstance(values[0], Mapping):
        for sign in "<>&":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _len(*values: Any) -> int:
    if len(values) != 1 or not isinstance(values[0], str | list | tuple | Mapping):
        raise FunctionError("it takes one text or list")
    return len(values[0].encode()) if isinstance(values[0], str) else len(values[0])


def _index(*values: Any) -> Any:
    if not values:
        raise FunctionError("it takes a list and a position")
    return reduce(_item, values[1:], values[0])


def _item(held: Any, key: Any) -> Any:
    if isinstance(held, Mapping):
        return held.get(key)
    if isinstance(held, str | list | tuple) and type(key) is int:
        items = held.encode() if isinstance(held, str) else held
        if not 0 <= key < len(items):
            raise FunctionError(f"there is nothing at {key}: there are {len(items)}")
        return items[key]
    raise FunctionError(f"{printed(held)!r} has no items")


def _slice(*values: Any) -> Any:
    held, *bounds = values or (None,)
    if not isinstance(held, str | list | tuple) or len(bounds) > 2 or any(type(each) is not int for each in bounds):
        raise FunctionError("it takes a text or list, and where to begin and end")
    items = held.encode() if isinstance(held, str) else held
    start = bounds[0] if bounds else 0
    end = bounds[1] if len(bounds) > 1 else len(items)
    if not 0 <= start <= end <= len(items):
        raise FunctionError(f"{start} to {end} is not within {len(items)}")
    part = items[start:end]
    return part.decode(errors="replace") if isinstance(part, bytes) else part


def _print(*values: Any) -> str:
    text = ""
    for number, value in enumerate(values):
        blank = number and not isinstance(value, str) and not isinstance(values[number - 1], str)
        text += (" " if blank else "") + printed(value)
    return text


def _println(*values: Any) -> str:
    return " ".join(map(printed, values)) + "\n"


def _printf(*values: Any) -> str:
    if not values or not isinstance(values[0], str):
        raise FunctionError("it takes a format first")
    rest = list(values[1:])

    def one(match: re.Match[str]) -> str:
        if match["verb"] == "%":
            return "%"
        if not rest:
            return f"%!{match['verb']}(MISSING)"
        return _formatted(match, rest.pop(0))

    text = re.sub(_VERB, one, values[0])
    extra = ", ".join(f"{_type(value)}={printed(value)}" for value in rest)
    return text + (f"%!(EXTRA {extra})" if extra else "")


def _type(value: Any) -> str:
    return {str: "string", int: "int", bool: "bool", float: "float64"}.get(type(value), "[]string")


def _formatted(match: re.Match[str], value: Any) -> str:
    """One value of printf."""
    flags, width, verb = match["flags"], int(match["width"] or 0), match["verb"]
    digits = int(match["point"][1:] or 0) if match["point"] else None
    if max(width, digits or 0) > WIDEST:
        raise FunctionError(f"it pads to {WIDEST:,} characters at most")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if verb in "sv" and not (verb == "s" and (is_number or isinstance(value, bool))):
        text = printed(value)
        text = text[:digits] if digits is not None else text
    elif verb == "q" and isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
    elif verb == "t" and isinstance(value, bool):
        text = printed(value)
    elif verb in "dxXob" and is_number and isinstance(value, int):
        text = format(value, ("+" if "+" in flags else "") + verb)
    elif verb in "fFeEgG" and is_number and isinstance(value, float):
        text = format(value, f"{'+' if '+' in flags else ''}.{6 if digits is None else digits}{verb}")
    elif verb in "xX" and isinstance(value, str):
        text = value.encode().hex()
        text = text.upper() if verb == "X" else text
    else:
        return f"%!{verb}({_type(value)}={printed(value)})"
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and is_number:
        return text.zfill(width)
    return text.rjust(width)


def _eq(*values: Any) -> bool:
    if len(values) < 2:
        raise FunctionError("it compares two values or more")
    return any(_comparable(values[0], other) and values[0] == other for other in values[1:])


def _comparable(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return True
    if type(one) is not type(other) or isinstance(one, list | tuple | Mapping):
        raise FunctionError(f"{printed(one)!r} and {printed(other)!r} cannot be compared")
    return True


def _ordered(test: Callable[[Any, Any], bool]) -> Function:
    def compared(*values: Any) -> bool:
        if len(values) != 2:
            raise FunctionError(f"it compares 2 values, not {len(values)}")
        one, other = values
        if one is None or other is None or isinstance(one, bool) or not _comparable(one, other):
            raise FunctionError(f"{printed(one)!r} and {printed(other)!r} have no order")
        return test(one, other)

    return compared


def _ne(*values: Any) -> bool:
    if len(values) != 2:
        raise FunctionError(f"it compares 2 values, not {len(values)}")
    return not _eq(*values)


def _not(*values: Any) -> bool:
    if len(values) != 1:
        raise FunctionError(f"it takes 1 argument, not {len(values)}")
    return not truth(values[0])


def _html(*values: Any) -> str:
    text = _print(*values)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        text = text.replace(sign, name)
    return text


def _js(*values: Any) -> str:
    signs = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}
    return "".join(signs.get(sign, sign if sign >= " " else f"\\u{ord(sign):04X}") for sign in _print(*values))


def _urlquery(*values: Any) -> str:
    return quote_plus(_print(*values))


FUNCTIONS: Final[Mapping[str, Function]] = {
    "and": bool, "or": bool, "not": _not, "len": _len, "index": _index, "slice": _slice, "print": _print,
    "printf": _printf, "println": _println, "html": _html, "js": _js, "urlquery": _urlquery,
    "eq": _eq, "ne": _ne, "lt": _ordered(lambda a, b: a < b), "le": _ordered(lambda a, b: a <= b),
    "gt": _ordered(lambda a, b: a > b), "ge": _ordered(lambda a, b: a >= b),
    "json": _json, "split": _split, "join": _join, "title": _title,
    "lower": _checked("lower", str)(str.lower), "upper": _checked("upper", str)(str.upper),
    "pad": _pad, "truncate": _truncate,
}  # fmt: skip
"""By name. The first lines are Go's own, the last two Docker's."""


def _first(*values: Any) -> Any:
    return values[0] if values else ""


HEADER_FUNCTIONS: Final[Mapping[str, Function]] = {
    **FUNCTIONS,
    **dict.fromkeys(("json", "split", "join", "title", "lower", "upper", "truncate"), _first),
}
"""Those for a table's head: what would change a value leaves the column's title as it is."""
