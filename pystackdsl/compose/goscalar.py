"""What one YAML scalar means to the Docker CLI: its text and tag come in, a Python value goes out.

`compose.document` calls this for every scalar that could be more than text; the codec calls `go_text` where Docker
turns any value into text, and `compose.interpolate` the casts. Docker's reader takes `yes`, `on` and `22:22` as text,
`010` and `0o10` as octal, and an unquoted date as a point in time.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Any

from pystackdsl.model import gotext
from pystackdsl.model.frozen import Frozen

__all__ = [
    "NUMBER_STARTS",
    "WORDS",
    "Timestamp",
    "go_float",
    "go_int",
    "go_text",
    "is_merge_tag",
    "is_text_key",
    "plain_value",
    "tagged_value",
]

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
"""The plain scalars that are words for something else; the empty one is null."""

NUMBER_STARTS = frozenset("+-.0123456789")
"""What every number and date begins with."""

_CORE = "tag:yaml.org,2002:"
_INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**64)
_NO_NUMBERS = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}


class Timestamp(Frozen):
    """A point in time, which is what Docker makes of an unquoted date: `2001-12-14t21:59:43.10-05:00`.

    `offset` is in minutes east of UTC. Docker writes it as text in a form of its own (`str()`), and as `rfc3339`
    where a tree is written out again.
    """

    __slots__ = ("year", "month", "day", "hour", "minute", "second", "nanosecond", "offset")  # noqa: RUF023 - in order
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    offset: int

    def __init__(
        self,
        year: int,
        month: int,
        day: int,
        hour: int = 0,
        minute: int = 0,
        second: int = 0,
        *,
        nanosecond: int = 0,
        offset: int = 0,
    ) -> None:
        self._set(year, month, day, hour, minute, second, nanosecond, offset)

    def __reduce__(self) -> tuple[Any, ...]:
        return _timestamp_of, self._parts

    def __str__(self) -> str:
        zone = f"{self._sign}{abs(self.offset) // 60:02}{abs(self.offset) % 60:02}"
        return f"{self._date} {self._time} {zone} {zone if self.offset else 'UTC'}"

    @property
    def rfc3339(self) -> str:
        """The spelling on the internet: `2001-12-14T21:59:43.1-05:00`."""
        zone = f"{self._sign}{abs(self.offset) // 60:02}:{abs(self.offset) % 60:02}" if self.offset else "Z"
        return f"{self._date}T{self._time}{zone}"

    @property
    def _sign(self) -> str:
        return "-" if self.offset < 0 else "+"

    @property
    def _date(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def _time(self) -> str:
        fraction = f".{self.nanosecond:09}".rstrip("0").rstrip(".")
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{fraction}"


def plain_value(text: str) -> str | int | float | bool | Timestamp | None:
    """The value of an unquoted scalar without a tag."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < 19:
        return int(text)
    return _resolve(text, timestamps=True)[1]  # type: ignore[no-any-return]


def tagged_value(tag: str, text: str, *, plain: bool) -> str | int | float | bool | Timestamp | None:
    """The value of a scalar with a tag (`!!str`, in full `tag:yaml.org,2002:str`). Unknown tags are ignored.

    Raises InvalidText where the text is not what its tag says. Binary content that is no UTF-8 keeps its bytes as
    surrogate escapes.
    """
    if tag == "!":
        return plain_value(text) if plain else text
    kind = tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""
    if kind == "binary":
        return _binary(text)
    if kind not in {"int", "float", "bool", "null", "timestamp"}:
        return text
    from pystackdsl.diagnostics import InvalidText

    found, value = _resolve(text, timestamps=kind == "timestamp")
    if found == kind:
        return value  # type: ignore[no-any-return]
    if found == "int" and kind == "float" and value in _INT64:
        return float(value)
    raise InvalidText.of(
        text,
        f"what its tag !!{kind} says",
        expected={
            "int": "a whole number, such as 8, 0x1F or 0o17",
            "float": "a number, such as 0.5 or 1e3",
            "bool": "true or false",
            "null": "null, ~ or nothing",
            "timestamp": "a date, such as 2001-12-14 or 2001-12-14T21:59:43Z",
        }[kind],
        help="take the tag away, or correct the value",
    )


def is_text_key(tag: str | None, text: str, *, plain: bool) -> bool:
    """Whether a scalar with this tag, as a key, is text to Docker, which takes no other keys."""
    if tag is None or tag == "!":
        return not plain or type(plain_value(text)) is str
    return tag == _CORE + "str"


def is_merge_tag(tag: str | None, *, plain: bool) -> bool:
    """Whether `<<` with this tag is a merge key; one in quotes is a key like any other."""
    return tag == _CORE + "merge" or (plain and tag in (None, "!"))


def go_text(value: object) -> str:
    """The text that Docker makes of any scalar where it needs text: `8` for 010, `1e+06`, `true`, `` for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return gotext.go_text(value)
    return str(value)


def go_int(text: str) -> int | None:
    """The number that Docker's cast to int makes of a text: decimal, 64 bits with sign. None where it fails."""
    if not _pattern(r"[+-]?[0-9]+").fullmatch(text):
        return None
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 19:
        return None
    value = -int(digits) if text[0] == "-" else int(digits)
    return value if value in _INT64 else None


def go_float(text: str) -> float | None:
    """The number that Docker's cast to float makes of a text, infinities included. None where it fails."""
    word = text.lower()
    if _pattern(r"[+-]?inf(inity)?|nan").fullmatch(word):
        return float(word)
    if "_" in text:
        digit = "0-9a-f" if "0x" in word else "0-9"
        prefixed = re.sub("^[+-]?0x_", "0x0", word)
        if _pattern(f"(?<![{digit}])_|_(?![{digit}])").search(prefixed):
            return None
        word = word.replace("_", "")
    if _pattern(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?").fullmatch(word):
        value = float(word)
        return None if math.isinf(value) else value
    if _pattern(r"[+-]?0x([0-9a-f]+(\.[0-9a-f]*)?|\.[0-9a-f]+)p[+-]?[0-9]+").fullmatch(word):
        try:
            return float.fromhex(word)
        except OverflowError:
            return None
    return None


def _resolve(text: str, *, timestamps: bool) -> tuple[str, Any]:
    """The kind and the value of an unquoted text."""
    if text in WORDS:
        return ("null" if WORDS[text] is None else "bool"), WORDS[text]
    if text in _NO_NUMBERS:
        return "float", _NO_NUMBERS[text]
    if text[0] not in NUMBER_STARTS:
        return "str", text
    if text[0] == ".":
        value = go_float(text)
        return ("str", text) if value is None else ("float", value)
    if timestamps and text[4:5] == "-":
        stamp = _timestamp(text)
        if stamp is not None:
            return "timestamp", stamp
    return _number(text)


def _number(text: str) -> tuple[str, Any]:
    if not _pattern("[-+._0-9a-fA-FxXoO]+").fullmatch(text):
        return "str", text
    bare = text.replace("_", "")
    value = _integer(bare)
    if value is not None:
        return "int", value
    if _pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?").fullmatch(bare):
        number = float(bare)
        return ("str", text) if math.isinf(number) else ("float", number)
    # Behind the lower-case prefix, Docker takes one more sign.
    odd = _pattern(r"0(b[+-][01]+|o[+-][0-7]+)").fullmatch(bare)
    if odd:
        number = int(bare[2:], 2 if bare[1] == "b" else 8)
        if number in _INT64:
            return "int", number
    return "str", text


def _integer(bare: str) -> int | None:
    match = _pattern(
        r"([+-]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
    ).fullmatch(bare)
    if match is None:
        return None
    base = str(match.lastgroup)
    digits = match[base]
    if base == "d" and len(digits) > 20:
        return None
    value = int(digits, {"x": 16, "b": 2, "o": 8, "d": 10}[base])
    if match[1] == "-":
        value = -value
    allowed = value in _INT64 or (not match[1] and value in _UINT64)
    return value if allowed else None


def _timestamp(text: str) -> Timestamp | None:
    match = _pattern(
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
        r"(?:(?:[Tt]| +)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?)?"
        r"(?:(?P<zone>Z)|(?P<sign>[+-])([0-9]{2}):([0-9]{2}))?"
    ).fullmatch(text)
    if match is None or bool(match["zone"] or match["sign"]) is not ("T" in text.upper()):
        return None
    year, month, day, hour, minute, second = (int(match[number] or 0) for number in range(1, 7))
    hours, minutes = int(match[10] or 0), int(match[11] or 0)
    if not (1 <= month <= 12 and 1 <= day <= _days(year, month) and hour < 24 and minute < 60 and second < 60):
        return None
    if hours > 24 or minutes > 60:
        return None
    offset = (hours * 60 + minutes) * (-1 if match["sign"] == "-" else 1)
    nanosecond = int((match[7] or "0")[:9].ljust(9, "0"))
    return Timestamp(year, month, day, hour, minute, second, nanosecond=nanosecond, offset=offset)


def _timestamp_of(*parts: int) -> Timestamp:
    """A timestamp from its parts in order; what pickle calls."""
    return Timestamp(*parts[:6], nanosecond=parts[6], offset=parts[7])


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _binary(text: str) -> str:
    import binascii

    from pystackdsl.diagnostics import Diagnostic, InvalidText

    bare = text.replace("\n", "").replace("\r", "")
    groups = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    if not _pattern(groups).fullmatch(bare):
        raise InvalidText(
            Diagnostic(
                summary="the value tagged !!binary is not base64",
                expected="letters, digits, + and / in groups of four, filled up with =",
                help="take the tag away if the value is meant as it stands",
            )
        )
    return binascii.a2b_base64(bare).decode("utf-8", "surrogateescape")


@functools.cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
