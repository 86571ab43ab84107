"""A line of source text with carets under the part that is meant, cut to a width, secrets hidden.

A Span comes in; the two lines to print go out. Called by `views.diagnostics`.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from pystackdsl.diagnostics import Span
from pystackdsl.views.cells import drawn, width_of

__all__ = ["Line", "excerpt", "line_alone", "line_of", "word_alone"]

HIDDEN: Final = "…"
REACH: Final = 4
"""So many characters a cell are looked at on both sides of what is meant: a line may be all of a file."""
_OPENING: Final = ("(", "[", "{")
_TOKENS: Final = re.compile(
    r"""(?P<text>[rbuf]{0,2}(?:"{3}(?P<in1>(?:\\.|(?!"{3}).)*)(?:"{3}|\Z)|'{3}(?P<in2>(?:\\.|(?!'{3}).)*)(?:'{3}|\Z)"""
    r"""|"(?P<in3>(?:\\.|[^"\\\n])*)(?:"|$)|'(?P<in4>(?:\\.|[^'\\\n])*)(?:'|$)))"""
    r"|(?P<comment>\#[^\n]*)|(?P<call>\w+)\s*\(|(?P<keyword>[^\W\d]\w*)\s*=(?!=)|(?P<mark>[](){}[,\n])"
    r"|(?P<number>\d[\w.]*)|\w+",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)

Stretch = tuple[int, int]


class Line(NamedTuple):
    """A line of source text, and the stretches of it, in characters from 0, that may be a secret's content."""

    text: str
    secret: Sequence[Stretch]

    def stripped(self) -> "Line":
        """The line without the blanks around it."""
        indent = len(self.text) - len(self.text.lstrip())
        return Line(self.text.strip(), [(max(start - indent, 0), max(end - indent, 0)) for start, end in self.secret])


def line_of(span: Span) -> Line | None:
    """The source line that a span begins in: its own text, or read from its file. None when it cannot be had."""
    if span.text is not None or span.file is None:
        return None if span.text is None else line_alone(span.text)
    lines = _lines(span.file)
    return lines[span.line - 1] if 0 < span.line <= len(lines) else None


def line_alone(text: str) -> Line:
    """A line without those around it, of Python or of YAML."""
    return Line(text, _merged(_secret_stretches(text), _looking(text, is_python=False), _looking(text, is_python=True)))


def word_alone(text: str, start: int, word: str) -> tuple[Line, tuple[int, int]]:
    """A line of which nothing is shown but one word, looked for from `start` on, and where that then stands.

    It is for lines with a secret that cannot be told from the rest of them.
    """
    indent = len(text) - len(text.lstrip())
    at = text.find(word, start) if word else -1
    if at < 0:
        return Line(text[:indent] + HIDDEN, ()), (indent, indent + 1)
    before = text[:at] if not text[:at].strip(" \t-\"'") else text[:indent] + HIDDEN
    return Line(before + word + HIDDEN, ()), (len(before), len(before) + len(word))


def _lines(file: Path) -> Sequence[Line]:
    """The lines of a file as Python and YAML count them; none when it cannot be read."""
    try:
        state = file.stat()
        return _lines_at(file, state.st_mtime_ns, state.st_size)
    except OSError:
        return ()


@lru_cache(maxsize=32)
def _lines_at(file: Path, _changed: int, _size: int) -> Sequence[Line]:
    """The lines of a file as long as its time and size stay the same. Raises OSError."""
    text = _decoded(file, file.read_bytes())
    is_python = file.suffix == ".py"
    secret = _merged(_secret_stretches(text) if is_python else [], _looking(text, is_python=is_python))
    found, start, at = [], 0, 0
    for line in text.split("\n"):
        end, inside = start + len(line), start + len(line) - len(line.lstrip())
        while at < len(secret) and secret[at][1] <= start:
            at += 1
        cut, following = [], at
        while following < len(secret) and secret[following][0] < end:
            first, last = secret[following]
            cut.append(((first if first >= start else min(inside, last)) - start, min(last, end) - start))
            following += 1
        found.append(Line(line, cut))
        start = end + 1
    return found


def _decoded(file: Path, data: bytes) -> str:
    """The text of a file, in the coding that Python source itself names; a byte that is no text is replaced."""
    if file.suffix == ".py":
        from importlib.util import decode_source

        try:
            return decode_source(data).removeprefix("\N{BOM}")
        except (SyntaxError, UnicodeDecodeError):
            pass
    coding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and file.suffix != ".py" else "utf-8-sig"
    return data.decode(coding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def excerpt(line: Line, start: int, end: int | None, width: int) -> tuple[str, str]:
    """The line as it is printed, and the carets below it.

    `start` and `end` count characters from 0; no end is the end of the line.
    """
    size = len(line.text.rstrip())
    begin = min(start, size)
    low, high = max(begin - REACH * width, 0), min(begin + REACH * width, size)
    shown = _without_secrets(line, low, high)
    edges = [0, *accumulate(map(width_of, shown))]
    first = begin - low
    last = len(shown) if end is None else min(max(end - low, first), len(shown))
    if last == first and last < len(shown):
        last += 1
    left, right = _window(edges, first, last, width)
    text = ("…" if low + left else "") + "".join(shown[left:right]) + ("…" if low + right < size else "")
    margin = (1 if low + left else 0) - edges[left]
    carets = max(1, edges[min(last, right)] - edges[first])
    return text, " " * (edges[first] + margin) + "^" * carets


def _window(edges: list[int], first: int, last: int, width: int) -> tuple[int, int]:
    """The part of a line, in characters, that fits into `width` cells around the marked part."""
    size = len(edges) - 1
    if edges[size] + (first == size) <= width:  # a caret may stand behind the last character
        return 0, size
    room = max(10, width - 2)
    marked = edges[last] - edges[first]
    before = room // 4 if marked > room * 3 // 4 else max(room // 4, room - marked - room // 4)
    left = first
    while left and edges[first] - edges[left - 1] <= before:
        left -= 1
    right = left
    while right < size and edges[right + 1] - edges[left] <= room:
        right += 1
    while left and edges[right] - edges[left - 1] <= room:
        left -= 1
    return left, right


def _without_secrets(line: Line, low: int, high: int) -> list[str]:
    """What is printed for each character from one to another, where what may be a secret's content is one `…`."""
    text = line.text[low:high]
    shown = list(text) if text.isascii() and text.isprintable() else [drawn(char) for char in text]
    for start, end in line.secret:
        first, last = max(start, low) - low, min(end, high) - low
        if first < last:
            shown[first:last] = [HIDDEN, *[""] * (last - first - 1)]
    return shown


def _looking(text: str, *, is_python: bool) -> list[Stretch]:
    """Where something stands that looks secret by its name, or by itself."""
    from pystackdsl.model.secrecy import secret_stretches

    return secret_stretches(text, is_python=is_python)


def _merged(*groups: Sequence[Stretch]) -> list[Stretch]:
    """Stretches of several kinds in their order, those that overlap made one."""
    found: list[Stretch] = []
    for start, end in sorted(stretch for group in groups for stretch in group):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _secret_stretches(source: str) -> list[Stretch]:
    """Where the insides of texts, and the numbers, stand that may be the content of a secret.

    Such are all that a `Secret(…)` takes but under the keys known to be public, and what is given as `content=`, or a
    keyword much like it, or `values=` to anything but a `Config`: `evolve` and other names of `Secret` among them.
    """
    found = []
    filled = [("", "")]  # the call and the keyword of each open bracket, the outermost first
    for token in _TOKENS.finditer(source):
        inside = next((name for name in _INSIDES if token[name]), None)
        if inside is None:
            _follow(filled, token)
        elif any(_is_secret(*each) for each in filled):
            found.append(token.span(inside))
    return found


def _follow(filled: list[tuple[str, str]], token: re.Match[str]) -> None:
    """Bring up to date what is being filled, after a token that is no text and no number."""
    mark = token["mark"]
    if token["call"] or mark in _OPENING:
        filled.append((token["call"] or "", ""))
    elif token["keyword"]:
        filled[-1] = (filled[-1][0], token["keyword"])
    elif mark == "," or (mark == "\n" and len(filled) == 1):
        filled[-1] = (filled[-1][0], "")
    elif mark and mark != "\n":
        filled[-1:] = [] if len(filled) > 1 else [("", "")]


_INSIDES: Final = ("in1", "in2", "in3", "in4", "number")


def _is_secret(call: str, keyword: str) -> bool:
    """Whether what is given to a call under a keyword, or under none, may be a secret's content."""
    if call == "Secret":
        return keyword not in _public_keys()
    return call != "Config" and (keyword == "values" or "conten" in keyword.lower())


@cache
def _public_keys() -> frozenset[str]:
    """The keys of a secret that are no secret."""
    from pystackdsl.model.key import keys_of
    from pystackdsl.model.secret import Secret

    return frozenset(field for field, (key, _) in keys_of(Secret).items() if not key.secret)
