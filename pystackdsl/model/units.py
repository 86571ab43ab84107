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
    from fractions import Fraction

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
        return self.number < other.number if type(other) is type(self) else NotImplemented

    def __le__(self, other: Self) -> bool:
        return self.number <= other.number if type(other) is type(self) else NotImplemented

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
        return _duration_text(self.number)


@lru_cache(1024)
def _duration_text(number: int) -> str:
    """A duration in Compose's spelling, without parts that are zero."""
    rest = abs(number)
    text = "-" if number < 0 else ""
    for unit in ("h", "m"):
        count, rest = divmod(rest, Duration.UNITS[unit])
        text += f"{count}{unit}" if count else ""
    if rest >= Duration.UNITS["s"]:
        return text + f"{_decimal(rest, 9)}s"
    if rest:
        unit = next(unit for unit in ("ms", "us", "ns") if rest >= Duration.UNITS[unit])
        return text + f"{_decimal(rest, {'ms': 6, 'us': 3, 'ns': 0}[unit])}{unit}"
    return text or "0s"


def _decimal(number: int, places: int) -> str:
    whole, part = divmod(abs(number), 10**places)
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}".rstrip("0") if part else f"{sign}{whole}"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)


@lru_cache(1024)
def _parse_duration(text: str) -> Duration:
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return Duration(0)
    total, at, pattern = 0, 0, _pattern()
    while at < len(rest):
        match = pattern.match(rest, at)
        if match is None or not (match[1] or match[2]):
            break
        unit = Duration.UNITS[match[3].replace("µ", "u").replace("μ", "u")]
        total += int(match[1] or 0) * unit + (_part(match[2], unit) if match[2] else 0)
        at = match.end()
    most = (1 << 63) - (text[:1] != "-")
    if not rest or at < len(rest) or total > most:
        offset = len(text) - len(rest)
        raise _misspelt(Duration, text, "a duration", (at + offset, len(text)), _duration_cure(text))
    return Duration(-total if text[:1] == "-" else total)


def _part(digits: str, unit: int) -> int:
    """The digits behind a point in whole nanoseconds. Docker computes them as floats, and drops digits beyond 2⁶³."""
    number, scale = 0, 1.0
    for digit in digits:
        longer = number * 10 + int(digit)
        if number > ((1 << 63) - 1) // 10 or longer > 1 << 63:
            break
        number, scale = longer, scale * 10
    return int(number * (unit / scale))


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

    bytes = decimal [ " " ] [ ( k | m | g | t | p ) [ "b" | "ib" ] | "b" ]      any case, always powers of 1024

    Docker computes with floats, so a size above 2⁵³ that is no multiple of its unit is not exact.
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


@cache
def _size_pattern() -> re.Pattern[str]:
    run = "[0-9]+(?:_[0-9]+)*"
    number = rf"[+-]?(?:{run}(?:\.(?:{run})?)?|\.{run})(?:e[+-]?{run})?"
    return re.compile(rf"({number}) ?(?:([kmgtp])(?:i?b)?|b)?", re.ASCII | re.IGNORECASE)


@lru_cache(1024)
def _parse_bytes(text: str) -> Bytes:
    match = _size_pattern().fullmatch(text)
    size = float(match[1]) if match else -1.0
    if match is None or size < 0:
        words = re.fullmatch(r"\s*([0-9.]+)\s*([kmgtp])[a-z]*\s*", text, re.IGNORECASE)
        raise _misspelt(Bytes, text, "a size", None, f'write "{words[1]}{words[2].upper()}"' if words else "")
    size *= 1024.0 ** " kmgtp".index((match[2] or " ").lower())
    if size >= 1 << 63:
        raise _misspelt(Bytes, text, "a size that Docker can hold", None, "")
    return Bytes(int(size))


class Cpus(Quantity):
    """A share of CPUs in 10⁻⁹ CPU; the text is kept as it was spelled.

    cpus = decimal [ exponent ] | integer "/" integer

    Go's spellings of numbers are understood too: `0x10`, `1_000`, `1p-2`; a whole number is octal after a zero.
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
    whole, dot, part = text.partition(".")
    if dot and text.isascii() and whole.isdecimal() and part.isdecimal() and len(part) <= 9:
        number = int(whole + part) * 10 ** (9 - len(part))
    else:
        exact = _exact(text)
        if exact is None:
            comma = text.replace(",", ".")
            cure = f'write "{comma}"' if comma != text and _exact(comma) is not None else ""
            raise _misspelt(Cpus, text, "a number of CPUs", None, cure)
        billions = exact * 10**9
        if billions.denominator != 1:
            raise _misspelt(Cpus, text, "a number of CPUs that Docker can hold", None, "give at most nine decimals")
        number = int(billions)
    if abs(number) >= 1 << 63:
        raise _misspelt(Cpus, text, "a number of CPUs that Docker can hold", None, "")
    return Cpus(number, text)


_BASES: dict[str, tuple[int, str, str]] = {"x": (16, "0-9a-f", "p"), "o": (8, "0-7", "p"), "b": (2, "01", "p")}


def _exact(text: str) -> "Fraction | None":
    """The number that a text spells, as the Docker CLI reads CPUs (Go's big.Rat); None when it spells none."""
    from fractions import Fraction

    above, slash, below = text.lower().partition("/")
    if slash:
        top, bottom = _whole(above), _whole(below)
        return Fraction(top, bottom) if top is not None and bottom and below[0].isdigit() else None
    sign, rest = (-1, above[1:]) if above[:1] == "-" else (1, above.removeprefix("+"))
    base, digits, marks = _BASES.get(rest[1:2], (10, "0-9", "ep")) if rest[:1] == "0" else (10, "0-9", "ep")
    run = f"(?:[{digits}]+(?:_[{digits}]+)*)"
    prefix = "0._?" if base != 10 else ""
    match = re.fullmatch(rf"{prefix}({run}?)(?:\.({run}?))?(?:([{marks}])([+-]?[0-9]{{1,3}}))?", rest, re.ASCII)
    if match is None or not (match[1] or match[2]):
        return None
    part = (match[2] or "").replace("_", "")
    mantissa = Fraction(int(match[1].replace("_", "") + part, base), base ** len(part))
    return sign * mantissa * Fraction(10 if match[3] == "e" else 2) ** int(match[4] or 0)


def _whole(text: str) -> int | None:
    """A whole number as Go reads it: a leading zero makes it octal."""
    if not text.isascii() or text != text.strip():
        return None
    try:
        return int(re.sub("^([+-]?)0(?=[0-7_])", r"\g<1>0o", text), 0)
    except ValueError:
        return None


class FileMode(Quantity):
    """The permission bits of a mounted secret or config. In Python best written in octal: `0o440`."""

    __slots__ = ()
    expected = "a file mode such as 0o440"

    @classmethod
    def parse(cls, text: str) -> "FileMode":
        """Read octal digits, with or without `0o`. Raises InvalidText."""
        match = re.fullmatch("0o([0-7]{1,4})|0?([0-7]{3,4})", text)
        if match is None:
            raise _misspelt(FileMode, text, "a file mode", None, "")
        return FileMode(int(match[1] or match[2], 8))

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
