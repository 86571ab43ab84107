"""Literals of Go: how they are written comes in, their value goes out. Called by `syntax`.

A text is kept as Python's str in which a byte that is no UTF-8 is a lone surrogate, as Python's own streams have it.
"""

import re
from typing import TYPE_CHECKING, Final

from pystackdsl.views.gotemplate.fault import fault

if TYPE_CHECKING:
    from pystackdsl.views.gotemplate.lexer import Token

__all__ = ["LARGEST", "as_bytes", "as_text", "literal"]

LARGEST: Final = 2**63
_ESCAPE: Final = re.compile(rb"\\(?:([abfnrtv\\'\"])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3}))")
_SHORT: Final = dict(zip(b"abfnrtv\\'\"", b"\a\b\f\n\r\t\v\\'\"", strict=True))
_NUMBER: Final = re.compile(
    r"[+-]?(?:(?P<integer>0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
    r"|(?P<hex>0[xX](?:_?[0-9a-fA-F])*(?:\.[0-9a-fA-F_]*)?[pP][+-]?[0-9]+)"
    r"|(?P<float>(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?))"
)


def as_bytes(text: str) -> bytes:
    """A text as Go has it."""
    return text.encode(errors="surrogateescape")


def as_text(data: bytes) -> str:
    """Bytes of Go as a text."""
    return data.decode(errors="surrogateescape")


def literal(template: str, token: "Token") -> str | int | float | bool | None:
    """The value of a literal. Raises InvalidText."""
    written = token.text
    if token.kind == "word":
        return {"true": True, "false": False}.get(written)
    if token.kind == "number":
        return _number(template, token)
    if written[0] == "`":
        return written[1:-1].replace("\r", "")
    return _quoted(template, token)


def _quoted(template: str, token: "Token") -> str | int:
    """A text in double quotes, or the number of a character in single ones."""
    inner = as_bytes(token.text[1:-1])
    is_char = token.kind == "char"
    out, position, only = bytearray(), 0, None
    while position < len(inner):
        if inner[position] != 0x5C:
            end = inner.find(b"\\", position)
            out += inner[position : end if end >= 0 else len(inner)]
            position = end if end >= 0 else len(inner)
            continue
        found = _ESCAPE.match(inner, position)
        if found is None or found[1] == (b'"' if is_char else b"'"):
            raise _no_escape(template, token)
        value = _escaped(found)
        if value is None:
            raise _no_escape(template, token)
        is_byte = found[2] or found[5]
        only = value if position == 0 and found.end() == len(inner) else None
        out += bytes([value]) if is_byte else chr(value).encode()
        position = found.end()
    if not is_char:
        return as_text(bytes(out))
    if only is not None:
        return only
    text = as_text(bytes(out))
    if len(text) != 1:
        raise fault(template, token.at, f"{token.text} is not one character", help="a text stands in double quotes")
    return ord(text)


def _escaped(found: re.Match[bytes]) -> int | None:
    """The number of a character, or of a byte; None for what no character has."""
    short, byte, small, large, octal = found.groups()
    if short:
        return _SHORT[short[0]]
    value = int(byte or small or large or octal, 8 if octal else 16)
    if byte or octal:
        return value if value < 256 else None
    return None if 0xD800 <= value < 0xE000 or value > 0x10FFFF else value


def _no_escape(template: str, token: "Token") -> Exception:
    return fault(
        template,
        token.at,
        f"{token.text} has an escape that Go does not know",
        expected=r"one of \n \t \r \\ \" \xNN \uNNNN, or a text in backquotes, which has none",
    )


def _number(template: str, token: "Token") -> int | float:
    written = token.text
    found = _NUMBER.fullmatch(written)
    if found is None:
        raise fault(template, token.at, f"{written} is not a number")
    if found["integer"]:
        digits = found["integer"].replace("_", "")
        is_octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0"
        value = int(digits, 8 if is_octal else 0) * (-1 if written[0] == "-" else 1)
        if not -LARGEST <= value < LARGEST:
            raise fault(template, token.at, f"{written} is too large a number")
        return value
    number = float.fromhex(written.replace("_", "")) if found["hex"] else float(written.replace("_", ""))
    if number in (float("inf"), float("-inf")):
        raise fault(template, token.at, f"{written} is too large a number")
    return number
