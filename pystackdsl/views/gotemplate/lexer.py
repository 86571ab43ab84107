"""The first stage of a Go template: text comes in, tokens go out. Called by `syntax`.

Outside of `{{ }}` there is one kind of token, the text as it is printed: blanks that a trim mark takes away are gone.
Inside, a blank is a token too, since `.A.B` and `.A .B` are not the same.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final, Literal, NamedTuple

from pystackdsl.views.gotemplate.fault import Stretch, fault

__all__ = ["Token", "tokens"]

Kind = Literal[
    "text", "open", "close", "blank", "field", "variable", "word", "number", "char", "string", "dot", "mark", "end"
]


class Token(NamedTuple):
    """A piece of a template: what it is, how it is written, where it stands."""

    kind: Kind
    text: str
    at: Stretch


BLANKS: Final = " \t\r\n"
_OPEN: Final = re.compile(r"\{\{(?:-(?=[ \t\r\n]))?")
_AFTER_COMMENT: Final = re.compile(r"(?:[ \t\r\n]-)?\}\}")
_CLOSE: Final = re.compile(r"[ \t\r\n]+-\}\}|\}\}")
_INSIDE: Final = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    |(?P<string>"(?:\\[^\n]|[^"\\\n])*"|`[^`]*`)
    |(?P<char>'(?:\\[^\n]|[^'\\\n])*')
    |(?P<number>[+-]?(?:\.?[0-9])(?:[eEpP][+-]|[\w.])*)
    |(?P<field>\.[^\W\d]\w*)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<mark>:=|=|\||\(|\)|,)""",
    re.VERBOSE,
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a template, with an `end` token at its end. Raises InvalidText."""
    position, trims = 0, False
    while True:
        start = text.find("{{", position)
        plain = text[position:] if start < 0 else text[position:start]
        opened = _OPEN.match(text, start) if start >= 0 else None
        if trims:
            plain = plain.lstrip(BLANKS)
        if opened and opened.group().endswith("-"):
            plain = plain.rstrip(BLANKS)
        if plain:
            yield Token("text", plain, (position, max(start, position)))
        if opened is None:
            yield Token("end", "", (len(text), len(text)))
            return
        position, trims = yield from _action(text, opened)


def _action(text: str, opened: re.Match[str]) -> Generator[Token, None, tuple[int, bool]]:
    """The tokens of one `{{ }}`; gives back where it ends, and whether blanks after it are taken away."""
    position = opened.end()
    after = position + opened.group().endswith("-")
    if text.startswith("/*", after):
        return _comment(text, after)
    yield Token("open", "{{", opened.span())
    while True:
        closed = _CLOSE.match(text, position)
        if closed:
            yield Token("close", "}}", closed.span())
            return closed.end(), closed.group() != "}}"
        found = _INSIDE.match(text, position)
        if found is None or found.lastgroup is None:
            raise _unreadable(text, opened.start(), position)
        _look_behind(text, found)
        yield Token(found.lastgroup, found.group(), found.span())  # type: ignore[arg-type]
        position = found.end()


def _comment(text: str, start: int) -> tuple[int, bool]:
    """Where a comment ends, and whether blanks after it are taken away."""
    end = text.find("*/", start + 2)
    closed = _AFTER_COMMENT.match(text, end + 2) if end >= 0 else None
    if closed is None:
        raise fault(text, (start, start + 2), "a comment is not closed", expected="*/}} at its end, with no blank")
    return closed.end(), closed.group() != "}}"


def _look_behind(text: str, found: re.Match[str]) -> None:
    """Refuse what would be one word with the name before it."""
    following = text[found.end() : found.end() + 1]
    if found.lastgroup not in {"field", "variable", "word"} or not following or following in " \t\r\n.,|:()":
        return
    if not text.startswith("}}", found.end()):
        at = (found.end(), found.end() + 1)
        raise fault(text, at, f"`{following}` cannot follow a name", help="put a blank between them")


def _unreadable(text: str, opened: int, position: int) -> Exception:
    """Why no token begins at a place."""
    here = text[position : position + 1]
    if not here:
        return fault(text, (opened, opened + 2), "{{ is not closed", expected="}} after it")
    if here in "\"'`":
        cure = "" if here == "`" else "a line break in a text: put it into backquotes"
        is_broken = "\n" in text[position:]
        return fault(text, (position, len(text)), f"a text in {here} is not closed", help=cure if is_broken else "")
    if text.startswith("{{", position):
        return fault(text, (opened, position), "{{ is not closed", expected="}} before the next {{")
    return fault(
        text,
        (position, position + 1),
        f'"{here}" has no meaning here',
        expected=f"{here} inside a text: {{{{`{here}`}}}}",
    )
