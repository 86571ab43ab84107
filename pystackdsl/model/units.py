"""Quantities: durations, sizes, CPU shares and file modes, each a frozen value around the Engine's own integer.

Equality is by number, `str()` is the Compose spelling, `parse` its inverse. The `as_…` functions are the converters
of the fields that hold them: they convert what they know and pass anything else on, for the type check to refuse.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from pystackdsl.model.frozen import Frozen
from pystackdsl.model.variable import OPEN, Open, OpenValue

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["Bytes", "Cpus", "Duration", "FileMode", "as_bytes", "as_cpus", "as_duration", "as_file_mode", "lenient"]

Q = TypeVar("Q")


class Quantity(Frozen):
    """A number with a unit. Frozen, ordered and equal by number."""

    __slots__ = ("number",)
    number: int
    expected: ClassVar[str] = "a quantity"

    def __init__(self, number: int) -> None:
        object.__setattr__(self, "number", number)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return (self.number,)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Quantity) and other.number == self.number

    def __lt__(self, other: Self) -> bool:
        return self.number < other.number

    def __le__(self, other: Self) -> bool:
        return self.number <= other.number

    def __hash__(self) -> int:
        return hash(self.number)


class Duration(Quantity):
    """A time span in whole nanoseconds.

    duration = ["+" | "-"] ( "0" | ( decimal unit )+ )        unit = ns | us | µs | ms | s | m | h
    """

    __slots__ = ()
    expected = 'a duration with its unit, such as "5s", "1m30s" or "500ms"'

    UNITS: ClassVar[dict[str, int]] = {
        "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1,
    }  # fmt: skip

    @property
    def nanoseconds(self) -> int:
        """The Engine's number."""
        return self.number

    @property
    def seconds(self) -> float:
        """The span in seconds."""
        return self.number / 1e9

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration as Docker does. Raises InvalidText."""
        return _parse_duration(text)

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A number without a unit is the common mistake."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value} of what? a duration needs a unit", cls.expected, f'for {value} seconds write "{value}s"'
        return None

    def __str__(self) -> str:
        rest = abs(self.number)
        text = "-" if self.number < 0 else ""
        for unit in ("h", "m"):
            count, rest = divmod(rest, self.UNITS[unit])
            text += f"{count}{unit}" if count else ""
        if rest >= self.UNITS["s"]:
            return text + f"{_decimal(rest, 9)}s"
        if rest:
            unit = next(unit for unit in ("ms", "us", "ns") if rest >= self.UNITS[unit])
            return text + f"{_decimal(rest, {'ms': 6, 'us': 3, 'ns': 0}[unit])}{unit}"
        return text or "0s"


def _decimal(number: int, places: int) -> str:
    whole, part = divmod(number, 10**places)
    return f"{whole}.{part:0{places}d}".rstrip("0") if part else str(whole)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII), re.compile(
        r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)( ?)(?:([kmgtp])i?b?|b)?", re.ASCII | re.IGNORECASE
    )


@lru_cache(1024)
def _parse_duration(text: str) -> Duration:
    rest = text[1:] if text[:1] in ("+", "-") else text
    sign = -1 if text[:1] == "-" else 1
    if rest == "0":
        return Duration(0)
    total, at, pattern = 0, 0, _patterns()[0]
    while at < len(rest):
        match = pattern.match(rest, at)
        if match is None or not (match[1] or match[2]):
            break
        unit = Duration.UNITS[match[3].replace("µ", "u").replace("μ", "u")]
        total += int(match[1] or 0) * unit
        if match[2]:
            total += int(match[2]) * unit // 10 ** len(match[2])
        at = match.end()
    offset = len(text) - len(rest)
    if not rest or at < len(rest) or total >= 1 << 63:
        raise _misspelt(Duration, text, "a duration", (at + offset, len(text)), _duration_cure(text))
    return Duration(sign * total)


def _duration_cure(text: str) -> str:
    number = text.strip()
    if number.replace(".", "", 1).isdigit():
        return f'for {number} seconds write "{number}s"'
    if match := re.fullmatch(r"([0-9.]+) ?d(?:ays?)?", number):
        return f'Docker has no days: write "{float(match[1]) * 24:g}h"'
    words = re.fullmatch(r"([0-9.]+) *(seconds?|secs?|minutes?|mins?|hours?|hrs?|S|M|H)", number)
    return f'write "{words[1]}{words[2][0].lower()}"' if words else ""


def _misspelt(cls: type[Quantity], text: str, noun: str, span: tuple[int, int] | None, help: str) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    return InvalidText.of(text, noun, expected=cls.expected, help=help, span=span)


class Bytes(Quantity):
    """A size in bytes.

    bytes = decimal [ " " ] [ ( k | m | g | t | p ) [ "i" ] [ "b" ] | "b" ]      any case, always powers of 1024
    """

    __slots__ = ()
    expected = 'a size such as "512M", "1g" or a number of bytes'

    @classmethod
    def parse(cls, text: str) -> "Bytes":
        """Read a size as Docker does. Raises InvalidText."""
        return _parse_bytes(text)

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A float is no number of bytes."""
        if isinstance(value, float):
            return f"{value} is not a whole number of bytes", cls.expected, 'write a text with its unit, such as "1.5g"'
        return None

    def __str__(self) -> str:
        number, suffix = self.number, ""
        for suffix_above in "KMGTP":
            if not number or number % 1024:
                break
            number, suffix = number // 1024, suffix_above
        return f"{number}{suffix}"


@lru_cache(1024)
def _parse_bytes(text: str) -> Bytes:
    match = _patterns()[1].fullmatch(text)
    if match is None:
        words = re.fullmatch(r"\s*([0-9.]+)\s*([kmgtp])[a-z]*\s*", text, re.IGNORECASE)
        help = f'write "{words[1]}{words[2].upper()}"' if words else ""
        raise _misspelt(Bytes, text, "a size", None, help)
    whole, _, part = match[1].partition(".")
    number = int(whole + part or 0) * 1024 ** " kmgtp".index((match[3] or " ").lower()) // 10 ** len(part)
    if number >= 1 << 63:
        raise _misspelt(Bytes, text, "a size that Docker can hold", None, "")
    return Bytes(number)


class Cpus(Quantity):
    """A share of CPUs in 10⁻⁹ CPU; the text is kept as it was spelled.

    cpus = decimal [ exponent ] | integer "/" integer
    """

    __slots__ = ("text",)
    text: str
    expected = 'a number of CPUs such as 0.5 or "0.50"'

    def __init__(self, number: int, text: str = "") -> None:
        super().__init__(number)
        object.__setattr__(self, "text", text or _decimal(number, 9))

    @classmethod
    def parse(cls, text: str) -> "Cpus":
        """Read a number of CPUs as Docker does. Raises InvalidText."""
        return _parse_cpus(text)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.number, self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Cpus({self.number}, {self.text!r})"


@lru_cache(1024)
def _parse_cpus(text: str) -> Cpus:
    plain = r"[+-]?([0-9]+/[0-9]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?)"
    if re.fullmatch(plain, text, re.ASCII) is None or re.search(r"/0+$", text):
        comma = text.replace(",", ".")
        cure = f'write "{comma}"' if comma != text and re.fullmatch(plain, comma, re.ASCII) else ""
        raise _misspelt(Cpus, text, "a number of CPUs", None, cure)
    whole, dot, part = text.partition(".")
    if dot and whole.isdecimal() and part.isdecimal() and len(part) <= 9:
        return Cpus(int(whole + part) * 10 ** (9 - len(part)), text)
    from fractions import Fraction

    number = Fraction(text) * 10**9
    if number.denominator != 1:
        raise _misspelt(Cpus, text, "a number of CPUs that Docker can hold", None, "give at most nine decimals")
    return Cpus(int(number), text)


class FileMode(Quantity):
    """The permission bits of a mounted secret or config. In Python best written in octal: `0o440`."""

    __slots__ = ()
    expected = "a file mode such as 0o440"

    @classmethod
    def parse(cls, text: str) -> "FileMode":
        """Read octal digits, with or without `0o`. Raises InvalidText."""
        match = re.fullmatch("(?:0o|0)?([0-7]{3,4})", text)
        if match is None:
            raise _misspelt(FileMode, text, "a file mode", None, "")
        return FileMode(int(match[1], 8))

    def to_compose(self, _names: object) -> int:
        """A plain number: readers disagree on octal spellings."""
        return self.number

    def __str__(self) -> str:
        return f"0o{self.number:o}"

    def __repr__(self) -> str:
        return f"FileMode({self})"


def lenient(cls: type[Q], text: str) -> Q:
    """Parse `text`; one that holds variables becomes an open value, and a misspelt one is passed on as it is."""
    if type(text) is OpenValue or OPEN in text:
        return cast("Q", Open(str(text)))
    try:
        return cls.parse(text)  # type: ignore[attr-defined,no-any-return]
    except ValueError:
        return cast("Q", text)


def as_duration(value: "str | timedelta | Duration | None") -> Duration | None:
    """Take `"1m30s"`, a timedelta or a Duration."""
    if isinstance(value, str):
        return lenient(Duration, value)
    if value is None or type(value) is Duration:
        return value
    from datetime import timedelta

    if isinstance(value, timedelta):
        return Duration((value.days * 86_400 + value.seconds) * 10**9 + value.microseconds * 1_000)
    return value


def as_bytes(value: str | int | Bytes | None) -> Bytes | None:
    """Take `"512M"`, a number of bytes or a Bytes."""
    if isinstance(value, str):
        return lenient(Bytes, value)
    return Bytes(value) if type(value) is int else cast("Bytes | None", value)


def as_cpus(value: str | float | Cpus | None) -> Cpus | None:
    """Take 0.5, `"0.50"` or a Cpus."""
    if type(value) in (int, float):
        value = repr(value)
    return lenient(Cpus, value) if isinstance(value, str) else cast("Cpus | None", value)


def as_file_mode(value: int | str | FileMode | None) -> FileMode | None:
    """Take 0o440, `"0440"` (octal digits) or a FileMode."""
    if isinstance(value, str):
        return lenient(FileMode, value)
    return FileMode(value) if type(value) is int else cast("FileMode | None", value)
