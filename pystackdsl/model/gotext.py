"""Numbers as Docker turns them into text: an int or a float comes in, the characters that a container sees go out.

Both doors call this for what is a text in Docker and may be a number in the source (`environment`, `labels`, driver
options): the Compose reader for `A: 1.50`, the Python language for `environment={"A": 1.5}`.
"""

from __future__ import annotations

__all__ = ["float32", "go_text"]


def go_text(value: int | float) -> str:
    """The text of a number: `2` for 2 and for 2.0, `0.25`, `1e+06` for a million that is a float, `1e-05`.

    Floats have the fewest digits that read back as the same number, and an exponent below 0.0001 and from 1000000
    on. Not a number and the infinities are `NaN`, `+Inf` and `-Inf`, which Docker refuses to read.
    """
    if not isinstance(value, float):
        return str(int(value))
    shortest = repr(float(value))
    if shortest[-1] in "fn":
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[shortest]
    size = abs(value)
    if size == 0 or 0.0001 <= size < 1_000_000:
        return shortest.removesuffix(".0")
    sign = "-" if value < 0 else ""
    digits, exponent = _scientific(shortest.lstrip("-"))
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent:+03d}"


def _scientific(text: str) -> tuple[str, int]:
    """The significant digits of a positive number, and the exponent of the first of them."""
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = int(power or 0) + len(whole) - 1
    if whole == "0":
        exponent -= len(whole + fraction) - len(digits)
    return digits.rstrip("0"), exponent


def float32(number: float) -> float:
    """The number that Docker's 32 bits hold for this one, with as few digits as tell it from its neighbours."""
    import struct

    wanted = struct.pack("f", number)
    (held,) = struct.unpack("f", wanted)
    candidates = (float(f"{held:.{digits}g}") for digits in range(1, 10))
    return next(each for each in candidates if struct.pack("f", each) == wanted)
