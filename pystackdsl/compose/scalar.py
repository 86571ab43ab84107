"""How one scalar is spelled in YAML: a Python text or number comes in, its spelling on one line goes out.

`compose.text` calls this for every key and value. A text stays plain where every reader of YAML 1.1 and 1.2 takes it
as the text it is, and is double-quoted otherwise; what is double-quoted is a valid JSON string too.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.diagnostics import InvalidText

__all__ = ["check_encodable", "escaped", "float_text", "is_visible", "plain_or_quoted", "quoted"]

_INDICATORS = frozenset(" ,[]{}#&*!|>'\"%@`?:=<")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "~"})
_LONGEST_WORD = 5
_NUMBER_STARTS = frozenset("+-.0123456789eE")
_NUMBER_CHARACTERS = "+-.,:_0123456789abcdefABCDEFxXoOpP"
"""All that stands in numbers of any base, times, dates, and also in port pairs and addresses."""

_UNSEEN = (
    "\x00-\x1f\x7f-\xa0\xad"  # control characters, next line, no-break space, soft hyphen
    "\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f"  # odd spaces, direction marks, line separators
    "\ud800-\uf8ff\ufeff\ufff0-\ufffb\ufffe\uffff"  # surrogates, private use, byte order mark, no characters at all
)
_SHORT_ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def plain_or_quoted(text: str) -> str:
    """The spelling of a text on one line: plain where no reader could misread it, else double-quoted.

    Raises InvalidText for a text with half of a surrogate pair, which UTF-8 cannot write.
    """
    if (
        not text
        or text[0] in _INDICATORS
        or text[-1] in " :"
        or ": " in text
        or " #" in text
        or not _is_seen(text)
        or (len(text) <= _LONGEST_WORD and text.lower() in _WORDS)
        or (text[0] in _NUMBER_STARTS and _is_doubtful(text))
    ):
        return quoted(text)
    return text


def quoted(text: str) -> str:
    """The double-quoted spelling of a text, with escapes for what cannot be seen. Raises InvalidText as above."""
    check_encodable(text)
    inner = escaped(text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{inner}"'


def escaped(text: str) -> str:
    """The inside of a double-quoted text, with escapes for what cannot be seen, or is refused or changed by readers."""
    return text if _is_seen(text) else _unseen().sub(_escape, text)


def check_encodable(text: str) -> None:
    """Raise InvalidText for a text with half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _not_unicode(text, error.start) from None


def is_visible(text: str) -> bool:
    """Whether a text of several lines needs no escapes to be written, read and seen."""
    return _is_seen(text.replace("\n", "").replace("\t", ""))


def float_text(number: float) -> str:
    """The spelling of a float that every reader takes as that float: a point, a signed exponent, `.inf`, `.nan`."""
    text = repr(number)
    if "n" in text:  # inf, -inf, nan
        return text.replace("inf", ".inf").replace("nan", ".nan")
    if "e" in text and "." not in text:
        return text.replace("e", ".0e")
    return text


def _is_seen(text: str) -> bool:
    # What is printable depends on the Python version, but not for ASCII.
    return text.isprintable() if text.isascii() else not _unseen().search(text)


def _is_doubtful(text: str) -> bool:
    """Whether a text that starts like a number could be a number, a date or a mark of YAML."""
    if text.startswith(("- ", "---", "...")):
        return True
    bare = text.lstrip("+-._")
    if not text.strip(_NUMBER_CHARACTERS):
        bare_exponent = bare[:1] in "eE" and bare[1:].lstrip("+-").isdigit()  # `e1` is a number to some
        return not bare or bare[0].isdigit() or bare_exponent
    is_date = text[4:5] == "-" and text[:4].isdigit() and text[5:6].isdigit()
    return is_date or bare.lower() in {"inf", "nan"}


def _escape(match: re.Match[str]) -> str:
    return _SHORT_ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


@functools.cache
def _unseen() -> re.Pattern[str]:
    return re.compile(f"[{_UNSEEN}]")


def _not_unicode(text: str, position: int) -> InvalidText:
    before, shown = (part.encode("utf-8", "backslashreplace").decode() for part in (text[:position], text))
    from pystackdsl.diagnostics import Diagnostic, InvalidText

    finding = Diagnostic(
        summary=f'"{shown if len(shown) <= 80 else shown[:77] + "…"}" cannot be written as UTF-8',
        expected=f"whole Unicode characters; {text[position]!a} is half of a surrogate pair",
        help='decode the bytes it comes from with their real encoding, or with errors="replace"',
        excerpt=(shown, len(before), len(before) + len(r"\udc00")),
    )
    return InvalidText(finding, text, (position, position + 1))
