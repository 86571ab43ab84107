"""Go's `printf`: a format and values come in, text goes out. Called by `functions`.

What does not fit is printed as Go prints it, never refused: `%!d(string=web)`, `%!s(MISSING)`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from pystackdsl.views.gotemplate.literals import as_bytes

__all__ = ["printf", "spelled"]

WIDEST: Final = 1_000_000
_VERB: Final = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>\*|[0-9]+)?(?:\.(?P<precision>\*|[0-9]*))?(?P<index>\[[^\]]*\])?(?P<verb>.)?",
    re.DOTALL,
)
_KINDS: Final = {str: "string", bool: "bool", int: "int", float: "float64", list: "[]string"}
_SHORT: Final = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v", 92: "\\\\"}


class Verb(NamedTuple):
    """One verb of a format: its letter, and how its value is laid out."""

    letter: str
    flags: str
    width: int | None
    precision: int | None

    def padded(self, text: str) -> str:
        """A text as wide as asked for."""
        missing = (self.width or 0) - len(text)
        if missing <= 0:
            return text
        if "-" in self.flags:
            return text + " " * missing
        return ("0" if "0" in self.flags else " ") * missing + text

    def signed(self, digits: str, sign: str) -> str:
        """A number, whose zeros go between sign and digits."""
        if "0" in self.flags and "-" not in self.flags and self.width is not None:
            return sign + digits.rjust(self.width - len(sign), "0")
        return self._replace(flags=self.flags.replace("0", "")).padded(sign + digits)


class _Values:
    """The values that a format is given, and which comes next."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.next = 0
        self.reordered = False

    def take(self) -> Any:
        """The next value. Raises IndexError."""
        value = self.values[self.next]
        self.next += 1
        return value

    def turn_to(self, written: str) -> bool:
        """Go on with the value that `[n]` names, if there is one."""
        self.reordered = True
        number = int(written[1:-1]) if written[1:-1].isdecimal() and len(written) < 9 else 0
        if not 0 < number <= len(self.values):
            return False
        self.next = number - 1
        return True


def printf(format: str, values: Sequence[Any]) -> str:
    """The text that Go's `fmt.Sprintf` makes."""
    rest = _Values(values)
    out: list[str] = []
    position = 0
    for found in _VERB.finditer(format):
        out.append(format[position : found.start()])
        position = found.end()
        out.append(_printed(found, rest))
        if any(_is_too_wide(found[each]) for each in ("width", "precision")):
            position = len(format)
            break
    out.append(format[position:])
    extra = values[rest.next :]
    if extra and not rest.reordered:
        out.append(f"%!(EXTRA {', '.join(f'{kind_of(each)}={spelled(each)}' for each in extra)})")
    return "".join(out)


def _is_too_wide(written: str | None) -> bool:
    """Whether it is a number that Go gives up on."""
    return written not in (None, "", "*") and (len(written) > 7 or int(written) > WIDEST)


def _printed(found: re.Match[str], rest: _Values) -> str:
    """What one verb of a format makes of the values that it is for."""
    letter, flags = found["verb"], found["flags"]
    if letter is None or any(_is_too_wide(found[each]) for each in ("width", "precision")):
        return "%!(NOVERB)"
    width, faults = _number(found["width"], rest, "WIDTH")
    precision, more = _number(found["precision"], rest, "PREC")
    if width is not None and width < 0:
        width, flags = -width, flags + "-"
    if precision is not None and precision < 0:
        precision, more = None, "%!(BADPREC)"
    if letter == "%":
        return f"{faults}{more}%"
    if found["index"] and not rest.turn_to(found["index"]):
        return f"{faults}{more}%!{letter}(BADINDEX)"
    if rest.next >= len(rest.values):
        return f"{faults}{more}%!{letter}(MISSING)"
    return faults + more + formatted(Verb(letter, flags, width, precision), rest.take())


def _number(written: str | None, rest: _Values, word: str) -> tuple[int | None, str]:
    """A width or precision, and what Go says of a bad one."""
    if written != "*":
        return (None if written is None else int(written or "0")), ""
    value = rest.take() if rest.next < len(rest.values) else None
    if type(value) is not int or abs(value) > WIDEST:
        return None, f"%!(BAD{word})"
    return value, ""


def kind_of(value: Any) -> str:
    """The Go type of a value."""
    return "<nil>" if value is None else _KINDS.get(type(value), "map[string]string")


def spelled(value: Any) -> str:
    """A value as `%v` prints it."""
    return formatted(Verb("v", "", None, None), value)


def formatted(verb: Verb, value: Any) -> str:
    """A value as a verb prints it."""
    if verb.letter == "T":
        return verb.padded(kind_of(value))
    if isinstance(value, str):
        return _text(verb, value)
    if isinstance(value, bool):
        if verb.letter in "tv":
            return verb.padded("true" if value else "false")
        return _misfit(verb, value)
    if isinstance(value, int):
        return _integer(verb, value)
    if isinstance(value, float):
        return _float(verb, value)
    if isinstance(value, Mapping):
        inner = " ".join(f"{formatted(verb, key)}:{formatted(verb, each)}" for key, each in sorted(value.items()))
        return f"map[{inner}]"
    if isinstance(value, Sequence):
        return f"[{' '.join(formatted(verb, each) for each in value)}]"
    return verb.padded("<nil>") if verb.letter == "v" else f"%!{verb.letter}(<nil>)"


def _misfit(verb: Verb, value: Any) -> str:
    return f"%!{verb.letter}({kind_of(value)}={spelled(value)})"


def _text(verb: Verb, value: str) -> str:
    letter, precision = verb.letter, verb.precision
    if letter in "sv":
        if letter == "v" and "#" in verb.flags:
            return verb.padded(quoted(value))
        return verb.padded(value if precision is None else value[:precision])
    if letter == "q":
        value = value if precision is None else value[:precision]
        if "#" in verb.flags and "`" not in value and value.isprintable():
            return verb.padded(f"`{value}`")
        return verb.padded(quoted(value, ascii="+" in verb.flags))
    if letter in "xX":
        data = as_bytes(value)[: precision if precision is not None else None]
        digits = [f"{byte:02x}" if letter == "x" else f"{byte:02X}" for byte in data]
        mark = f"0{letter}" if "#" in verb.flags and digits else ""
        joined = f" {mark}".join(digits) if " " in verb.flags else "".join(digits)
        return verb.padded(mark + joined)
    return _misfit(verb, value)


def quoted(text: str, *, ascii: bool = False) -> str:
    """A text as a literal of Go."""
    out = []
    for char in text:
        code = ord(char)
        if char == '"' or code in _SHORT:
            out.append(_SHORT.get(code, '\\"'))
        elif 0xDC80 <= code <= 0xDCFF:
            out.append(f"\\x{code - 0xDC00:02x}")
        elif char.isprintable() and (code < 0x7F or not ascii):
            out.append(char)
        elif code < 0x20 or code == 0x7F:
            out.append(f"\\x{code:02x}")
        else:
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return f'"{"".join(out)}"'


def _integer(verb: Verb, value: int) -> str:
    letter = verb.letter
    if letter in "cqU":
        return _character(verb, value)
    bases = {"d": "d", "v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
    if letter not in bases:
        return _misfit(verb, value)
    digits = format(abs(value), bases[letter])
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0") if value or verb.precision else ""
        verb = verb._replace(flags=verb.flags.replace("0", ""))
        if not digits:
            return verb.padded("")
    sign = "-" if value < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    if letter == "O":
        sign += "0o"
    elif "#" in verb.flags and letter in "bxX":
        sign += f"0{letter}"
    elif "#" in verb.flags and letter == "o":
        digits = digits if digits.startswith("0") else f"0{digits}"
    return verb.signed(digits, sign)


def _character(verb: Verb, value: int) -> str:
    is_known = 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000
    char = chr(value) if is_known else "\N{REPLACEMENT CHARACTER}"
    if verb.letter == "U":
        text = f"U+{value % (1 << 64):04X}" + (f" '{char}'" if "#" in verb.flags and char.isprintable() else "")
        return verb._replace(flags=verb.flags.replace("0", "")).padded(text)
    if verb.letter == "c":
        return verb.padded(char)
    inner = quoted(char, ascii="+" in verb.flags)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return verb.padded(f"'{inner}'")


def _float(verb: Verb, value: float) -> str:
    letter, precision = verb.letter, verb.precision
    if letter in "vgG":
        digits = _shortest(abs(value)) if precision is None else f"{abs(value):.{max(precision, 1)}g}"
    elif letter in "eEfF":
        digits = f"{abs(value):.{6 if precision is None else precision}{letter}}"
    else:
        return _misfit(verb, value)
    digits = digits.upper() if letter in "EG" else digits
    sign = "-" if str(value)[0] == "-" else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    return verb.signed(digits, sign)


def _shortest(value: float) -> str:
    """The fewest digits that mean this number; with an exponent from a million on, and below a ten-thousandth."""
    power = int(f"{value:.17e}".partition("e")[2])
    digits = repr(value).partition("e")[0].replace(".", "").strip("0") or "0"
    if -4 <= power < 6 or not value:
        return f"{value:.{max(len(digits) - 1 - power, 0)}f}"
    tail = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{tail}e{power:+03d}"
