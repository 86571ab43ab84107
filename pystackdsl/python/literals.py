"""Python literals for texts that come from anywhere: what they hold can neither run nor hide.

A text only enters a source file through here: as a string whose every odd character is escaped, or as a comment made
of visible characters on lines of its own.
"""

from collections.abc import Iterable
from typing import Final

from pystackdsl.model.variable import CLOSE, OPEN

__all__ = ["comment_lines", "f_string", "string"]

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string(text: str) -> str:
    """The literal of a text: double-quoted, unless single quotes need fewer escapes."""
    return _quoted(text, braces=False)


def f_string(parts: Iterable[tuple[bool, str]]) -> str:
    """An f-string of texts and names: (False, text) or (True, name)."""
    parts = list(parts)
    quote = _quote("".join(text for is_name, text in parts if not is_name))
    other = "'" if quote == '"' else '"'
    inside = "".join(
        f"{{{text.replace(quote, other)}}}" if is_name else _escaped(text, quote, braces=True)
        for is_name, text in parts
    )
    return f"f{quote}{inside}{quote}"


def _quoted(text: str, *, braces: bool) -> str:
    quote = _quote(text)
    return f"{quote}{_escaped(text, quote, braces=braces)}{quote}"


def _quote(text: str) -> str:
    return "'" if '"' in text and text.count("'") < text.count('"') else '"'


def _escaped(text: str, quote: str, *, braces: bool) -> str:
    found = "".join(_letter(letter, quote) for letter in text)
    return found.replace("{", "{{").replace("}", "}}") if braces else found


def _letter(letter: str, quote: str) -> str:
    if letter in _ESCAPES or letter == quote:
        return _ESCAPES.get(letter, f"\\{letter}")
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def comment_lines(texts: Iterable[str]) -> list[str]:
    """Lines of comment, each visible as it is; nothing in them ends the comment."""
    lines = []
    for text in texts:
        for line in text.splitlines() or [""]:
            shown = "".join(letter if letter.isprintable() else "·" for letter in line.expandtabs(4)).strip()
            shown = shown.replace(OPEN, "${").replace(CLOSE, "}")
            lines.append(f"# {shown}" if shown else "#")
    return lines
