"""The text that `docker stack config` writes of a tree: its quotes, its line breaks, its order of keys.

`pystackdsl config` writes with this, so that a diff against Docker's own output is empty: a text that begins with a
line break loses that, as there. What Docker itself could not read back as it was meant is double-quoted here: lines
that begin with a tab, and U+2028 and U+2029.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pystackdsl.compose.goscalar import WORDS, plain_value
from pystackdsl.compose.plain import plain_tree, too_deep
from pystackdsl.diagnostics import KeyPath
from pystackdsl.model.gotext import go_text

__all__ = ["in_order", "shortened", "write"]

_QUOTED_WORDS: Final = frozenset(WORDS).union(
    *(("y", "Y", "yes", "Yes", "YES"), ("on", "On", "ON"), ("n", "N", "no", "No", "NO"), ("off", "Off", "OFF")),
    (".nan", ".NaN", ".NAN"),
    *((f"{sign}.inf", f"{sign}.Inf", f"{sign}.INF") for sign in ("", "+", "-")),
)
"""The words that stand for something else, or did in YAML 1.1."""
_LONGEST_SIMPLE_KEY: Final = 128
"""Bytes; a longer key stands behind a `?`, and so does one with a line break."""
_BREAKS: Final = frozenset("\n\r\x85\u2028\u2029")
_ESCAPES: Final = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def write(tree: Mapping[str, Any]) -> str:
    """The YAML text of a plain tree. Raises InvalidText or InvalidType as `text.write` does."""
    plain = plain_tree(tree, None)
    try:
        return "".join(f"{line}\n" for line in _mapping(plain, "")) or "{}\n"
    except RecursionError:
        raise too_deep() from None


def shortened(tree: Any, path: KeyPath = KeyPath()) -> Iterator[KeyPath]:
    """The places of the texts that lose the line break with which they begin."""
    if isinstance(tree, str):
        if tree[:1] == "\n" and next(_text(tree, ""))[0] == "|":
            yield path
    elif isinstance(tree, (dict, list)):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from shortened(value, path / key)


def in_order(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping in the order that Docker gives to keys of the user's own: `a2` before `a10`, marks before letters."""
    return {key: tree[key] for key in sorted(tree, key=functools.cmp_to_key(_compared))}


def _compared(one: str, other: str) -> int:
    return -1 if _comes_first(one, other) else 1


def _comes_first(one: str, other: str) -> bool:
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return len(one) < len(other)
    a, b = one[same], other[same]
    if a.isalpha() and b.isalpha():
        return a < b
    if a.isalpha() or b.isalpha():
        after_digit = same > 0 and one[same - 1].isdecimal()
        return a.isalpha() if after_digit else b.isalpha()
    return _number(one, same, other) < _number(other, same, one)


def _number(text: str, start: int, other: str) -> tuple[int, int, str]:
    """What a text has from a place on, in numbers: the value of its digits, how many they are, and its character.

    Behind other digits than zeros a zero counts, so that `10` comes after `9` and `100` after `10`.
    """
    value = 0
    if "0" in (text[start], other[start]):
        before = re.search(r"\d*\Z", text[:start])
        value = int(bool(before and before[0].strip("0")))
    end = start
    while end < len(text) and text[end].isdecimal():
        value = value * 10 + ord(text[end]) - ord("0")
        end += 1
    return (value + 2**63) % 2**64 - 2**63, end, text[start]  # Docker counts in 64 bits


def _mapping(tree: Mapping[str, Any], pad: str) -> Iterator[str]:
    """The lines of a mapping."""
    for key, value in tree.items():
        if _BREAKS.intersection(key) or len(key.encode()) > _LONGEST_SIMPLE_KEY:
            yield from _led(f"{pad}? ", key, pad)
            yield from _led(f"{pad}: ", value, pad)
            continue
        lead = f"{pad}{_one_line(key)}:"
        if isinstance(value, (dict, list)) and value:
            yield lead
            yield from _lines(value, f"{pad}  ")
        else:
            yield from _led(f"{lead} ", value, pad)


def _sequence(items: Iterable[Any], pad: str) -> Iterator[str]:
    for item in items:
        yield from _led(f"{pad}- ", item, pad)


def _led(lead: str, value: Any, pad: str) -> Iterator[str]:
    """The lines of a value, the first one behind what leads to it."""
    lines = _lines(value, f"{pad}  " if isinstance(value, (dict, list)) else pad)
    yield lead + next(lines).lstrip(" ")
    yield from lines


def _lines(value: Any, pad: str) -> Iterator[str]:
    """The lines of a value; those of a mapping or a sequence all begin with `pad`."""
    if isinstance(value, dict) and value:
        yield from _mapping(value, pad)
    elif isinstance(value, list) and value:
        yield from _sequence(value, pad)
    elif isinstance(value, str):
        yield from _text(value, f"{pad}  ")
    elif isinstance(value, (dict, list)):
        yield "{}" if isinstance(value, dict) else "[]"
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, (int, float)):
        yield {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text := go_text(value), text)
    else:
        yield value.rfc3339


def _text(text: str, pad: str) -> Iterator[str]:
    """The lines of a text, of which a literal block has several."""
    if "\n" not in text or text[-1] == " " or " \n" in text or text.lstrip("\n")[:1] == "\t":
        yield _one_line(text)
        return
    if _unprintable().search(text):
        yield _one_line(text)
        return
    chomp = "-" if text[-1] != "\n" else "+" if text == "\n" or text[-2] == "\n" else ""
    indent = "2" if text[0] in " \n" else ""
    yield f"|{indent}{chomp}"
    body = text.removeprefix("\n")
    yield from (line and pad + line for line in body.removesuffix("\n").split("\n") if body)


def _one_line(text: str) -> str:
    """The spelling of a text on one line: plain, or in single quotes where syntax needs it, or in double quotes."""
    if "\n" in text or "\t" in text or _unprintable().search(text) or _is_more_than_text(text):
        return _double_quoted(text)
    if _needs_quotes().search(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _is_more_than_text(text: str) -> bool:
    """Whether a text would be read as something else without quotes."""
    return text in _QUOTED_WORDS or not isinstance(plain_value(text), str) or bool(_base_60().match(text))


def _double_quoted(text: str) -> str:
    unseen = _escaped() if text[:1] != "\ufeff" else re.compile(".", re.DOTALL)  # so does Docker, then
    return '"' + unseen.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    code, short = ord(match[0]), _ESCAPES.get(match[0])
    if short:
        return f"\\{short}"
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


_UNPRINTABLE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff\U00010000-\U0010ffff"


@functools.cache
def _unprintable() -> re.Pattern[str]:
    """What cannot stand in a literal block or in single quotes."""
    return re.compile(f"[{_UNPRINTABLE}]")


@functools.cache
def _escaped() -> re.Pattern[str]:
    return re.compile(f'[{_UNPRINTABLE}\t\n"\\\\]')


@functools.cache
def _needs_quotes() -> re.Pattern[str]:
    """What begins, ends or contains a mark of YAML."""
    return re.compile(r"""\A(---|\.\.\.|[#,\[\]{}&*!|>'"%@`]|[?:-]([ ]|\Z)|[ ])|:([ ]|\Z)|[ ]#|[ ]\Z""")


@functools.cache
def _base_60() -> re.Pattern[str]:
    return re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z")
