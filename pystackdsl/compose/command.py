"""A command in one text, split into words as the Docker CLI does; `forms` checks and `canonical` prints with it."""

from typing import Final

from pystackdsl.compose.misfit import Misfit
from pystackdsl.diagnostics import Diagnostic

__all__ = ["split_command"]

_BLANKS: Final = " \t\r\n"


def split_command(text: str) -> list[str]:
    """The words of a command line. Raises Misfit for a quote or a backslash that is left open.

    A backslash takes the next character as it stands, but for single quotes; `#` begins a comment where a word could.
    """
    words, at = [], 0
    while at < len(text):
        if text[at] in _BLANKS:
            at += 1
        elif text[at] == "#":
            at = text.find("\n", at) % (len(text) + 1)
        else:
            word, at = _word(text, at)
            words.append(word)
    return words


def _word(text: str, at: int) -> tuple[str, int]:
    """The word that begins at an index, and the index after it."""
    letters: list[str] = []
    quote, opened = "", at
    while at < len(text):
        letter = text[at]
        at += 1
        if letter == "\\" and quote != "'":
            if at == len(text):
                raise _open(
                    text, at - 1, "this command ends with a backslash that escapes nothing", "a character after it"
                )
            letters.append(text[at])
            at += 1
        elif letter == quote:
            quote = ""
        elif not quote and letter in "\"'":
            quote, opened = letter, at - 1
        elif not quote and letter in _BLANKS:
            break
        else:
            letters.append(letter)
    if quote:
        raise _open(text, opened, f"this command has a quote ({quote}) without end", "a closing quote")
    return "".join(letters), at


def _open(text: str, at: int, summary: str, expected: str) -> Misfit:
    help = "write the command as a list, each word an item of its own"
    return Misfit(
        [Diagnostic(summary=summary, expected=expected, help=help, rule="schema", excerpt=(text, at, len(text)))]
    )
