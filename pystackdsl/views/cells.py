"""Text as a terminal shows it: how many cells it takes, what of it is safe to print, where it is folded.

Text comes in from stacks, files and messages; lines that keep to a width go out. Every view that prints uses it.
"""

import re
import unicodedata

from pystackdsl.model.variable import CLOSE, OPEN

__all__ = ["drawn", "fold", "legible", "width_of"]

TAB = " " * 4
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_PATH = re.compile("\ufdd2[^\ufdd3]*\ufdd3")
_WORDS = re.compile(r"`[^`\n]*`\S*|\S+|\s+")


def drawn(char: str) -> str:
    """What is printed for one character: itself, or an escape where it would steer the terminal or hide."""
    if char == "\t":
        return TAB
    if char in _BIDI or unicodedata.category(char) in {"Cc", "Cs", "Cn", "Zl", "Zp"}:
        code = ord(char)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def legible(text: str) -> str:
    """A text fit to print: variables as `${NAME}`, line breaks kept, everything else that is no glyph escaped."""
    if text.isascii() and text.isprintable():
        return text
    text = _PATH.sub("<path>", text).replace(OPEN, "${").replace(CLOSE, "}")
    return "".join(char if char == "\n" else drawn(char) for char in text)


def width_of(text: str) -> int:
    """The number of terminal cells a printed text takes: none for combining marks, two for wide characters."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fold(text: str, width: int) -> list[str]:
    """The lines of a text, folded at spaces to `width` cells, but not between backticks if it can be."""
    lines: list[str] = []
    for paragraph in legible(text).split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            if width_of(line) + width_of(word) <= width:
                line += word
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = "" if word.isspace() else word
            while width_of(line) > width:
                head = _head(line, width)
                lines.append(head.rstrip())
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _head(word: str, width: int) -> str:
    """As much of an overlong word as fits, cut at a space inside it where there is one; at least one character."""
    taken = 0
    for index, char in enumerate(word):
        taken += _cells(char)
        if taken > width:
            space = word.rfind(" ", 0, index)
            return word[: space + 1 if space > 0 else max(1, index)]
    return word
