"""Command lines: a text is split into arguments as the Docker CLI splits it.

Blanks separate; '…' is literal; in "…" and outside of quotes a backslash makes the next character literal; a # at the
beginning of a word starts a comment that ends with the line.
"""

import re
from functools import cache

__all__ = ["split_command"]


def split_command(text: str) -> tuple[str, ...]:
    """The arguments of a command line. Raises InvalidText for a quote that is not closed, or nothing to escape."""
    words: list[str] = []
    word: str | None = None
    at = 0
    while at < len(text):
        if word is None and text[at] == "#":
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        match = _piece().match(text, at)
        if match is None:
            raise _misspelt(text, at)
        at = match.end()
        if match["blanks"]:
            words += [] if word is None else [word]
            word = None
        else:
            quoted = re.sub(r"\\(.)", r"\1", match["double"] or "", flags=re.DOTALL)
            word = (word or "") + quoted + (match["single"] or match["escaped"] or match["plain"] or "")
    return tuple(words) if word is None else (*words, word)


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(
        r"""(?P<blanks>[ \t\r\n]+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)|"""
        r"""(?P<plain>[^ \t\r\n'"\\]+)""",
        re.DOTALL,
    )


def _misspelt(text: str, at: int) -> ValueError:
    from pystackdsl.diagnostics import InvalidText

    quote = text[at]
    if quote == "\\":
        noun, help = "a command line: nothing stands behind the last backslash", r"write \\ for a backslash"
    else:
        noun, help = (
            f"a command line: its quote {quote} is not closed",
            f"close it, or write \\{quote} for the character",
        )
    return InvalidText.of(text, noun, expected="words as in a shell", help=help, span=(at, len(text)))
