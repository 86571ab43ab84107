"""Python literals for texts that come from anywhere: what they hold can neither run nor hide.

A text only enters a source file through here: as a string whose every odd character is escaped, or as a comment made
of visible characters on lines of its own.
"""

import keyword
import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from pystackdsl.model.variable import CLOSE, OPEN

__all__ = ["Part", "comment_lines", "docstring", "is_name", "literal", "string"]

Part = tuple[bool, str]
"""A part of a text: (False, text), or (True, the expression of what is filled in)."""

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string(text: str) -> str:
    """The literal of a text: double-quoted, unless single quotes need fewer escapes."""
    return _quoted(text, braces=False)


def docstring(text: str) -> str:
    """The docstring of a module, on one line."""
    inner = "".join(_letter(letter, '"') for letter in text.strip())
    return f'"""{inner}"""'


def literal(parts: Iterable[Part]) -> str:
    """The literal of a text: an f-string where something is filled in."""
    parts = list(parts)
    text = "".join(text for is_named, text in parts if not is_named)
    if not any(is_named for is_named, _ in parts):
        return string(text)
    quote = _quote(text)
    other = "'" if quote == '"' else '"'
    inside = "".join(
        f"{{{text.replace(quote, other)}}}" if is_named else _escaped(text, quote, braces=True)
        for is_named, text in parts
    )
    return f"f{quote}{inside}{quote}"


def is_name(text: str) -> bool:
    """Whether a text can be a name in Python, and looks like no other."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)


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
    """Lines of comment, each visible as it is; nothing in them ends the comment or speaks to a tool.

    A text that is no more than a line break is a blank line between comments.
    """
    lines: list[str] = []
    for text in texts:
        lines += [""] if text == "\n" else [_comment(_shown(line)) for line in text.splitlines() or [""]]
    return lines


def _comment(shown: str) -> str:
    """A comment; a row of hashes stays a row."""
    return f"#{shown}" if not shown or shown[0] == "#" else f"# {shown}"


def _shown(line: str) -> str:
    """A line of comment, what cannot be seen replaced; `type: bind` would be read by type checkers."""
    visible = line.replace(OPEN, "${").replace(CLOSE, "}").expandtabs(4)
    visible = "".join(letter if letter.isprintable() else "·" for letter in visible).rstrip()
    return _spoken_to_tools().sub(r"\1 :", visible)


@cache
def _spoken_to_tools() -> re.Pattern[str]:
    """What a type checker, a linter, an editor or Python itself would take for an instruction."""
    checkers = "type|mypy|pyright|pyre|ruff|flake8|isort|black|fmt|yapf|pylint|pragma"
    return re.compile(rf"(?i)((?:^|#)[#\s]*(?:{checkers})|(?:^|\s)(?:vim?|ex)|coding)([:=])")
