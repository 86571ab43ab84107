"""Compose text from trees: mappings, lists and scalars come in, block-style YAML or JSON goes out.

The codec calls this with the tree of a stack, whose nodes may still be typed objects: `expand` opens them one by one
while the text is written, so no plain copy of a whole stack is ever made. Nothing is interpolated here: a `$` is
written as it stands. The same tree gives the same text on every run and every Python version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pystackdsl.compose.plain import Expand, Spell, checked_key, not_a_mapping, opened, plain_tree, too_deep
from pystackdsl.compose.scalar import escaped, float_text, is_visible, plain_or_quoted, quoted

__all__ = ["write", "write_json"]

_LONGEST_SIMPLE_KEY = 250
"""Readers look for the colon of a key within 1024 characters or bytes; a character has up to four bytes."""
_MOST_REMEMBERED = 20_000
"""Spellings kept per level, so that memory does not grow with the number of different texts."""

_ON_ONE_LINE: dict[type, Callable[[Any], str]] = {
    str: plain_or_quoted,
    int: int.__repr__,
    bool: {True: "true", False: "false"}.__getitem__,
    float: float_text,
    type(None): {None: "null"}.__getitem__,
    dict: lambda _empty: "{}",
    list: lambda _empty: "[]",
    tuple: lambda _empty: "[]",
}


def write(tree: object, expand: Expand | None = None, spell: Spell | None = None) -> str:
    """The YAML text of a mapping, with a line break at its end and no `---`.

    `tree` is made of mappings with text keys, lists, tuples, text, numbers, booleans, None and points in time (what
    has `rfc3339`). Anything else, `tree` itself included, is handed to `expand`, which returns one of these; what that
    holds may be unknown again. `spell`
    gives the Compose spelling of each text that is a value; keys stay as they are.

    Raises InvalidText for text that UTF-8 cannot write and InvalidType for what is no such value, with all findings
    of the tree and their key paths.
    """
    writer = _Writer(expand, spell)
    try:
        root = opened(tree, expand)
        if type(root) is not dict:
            raise not_a_mapping(root)
        writer.mapping(root.items(), 0)
    except RecursionError:
        raise too_deep() from None
    except (ValueError, TypeError) as first:
        from pystackdsl.diagnostics import StackError

        try:
            plain_tree(tree, expand, spell)  # finds every fault, with its path
        except StackError as every:
            raise every from None
        raise first from None
    return writer.text() if root else "{}\n"


def write_json(tree: object, expand: Expand | None = None, spell: Spell | None = None) -> str:
    """The JSON text of a mapping: what `write` takes, in the same order, with the same errors.

    A float that JSON cannot write (infinite, or not a number) is InvalidType as well. YAML readers take the text too.
    """
    import json

    try:
        text = json.dumps(plain_tree(tree, expand, spell, finite=True), ensure_ascii=False, allow_nan=False, indent=2)
    except RecursionError:
        raise too_deep() from None
    if not is_visible(text):
        text = "\n".join(map(escaped, text.split("\n")))
    return f"{text}\n"


class _Keys(dict[str, str]):
    """The beginning of a line by its key, with the line break before it and `tail` after it."""

    __slots__ = ("pad", "tail")

    def __init__(self, pad: str, tail: str) -> None:
        self.pad = pad
        self.tail = tail

    def __missing__(self, key: str) -> str:
        spelled = plain_or_quoted(checked_key(key))
        if len(spelled) <= _LONGEST_SIMPLE_KEY:
            line = f"{self.pad}{spelled}{self.tail}"
        else:
            line = f"{self.pad}? {spelled}{self.pad}{self.tail}"
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[key] = line
        return line


class _Texts(dict[str, str]):
    """The spelling of a text by the text; the lines of a literal block begin with `pad`."""

    __slots__ = ("pad", "spell")

    def __init__(self, pad: str, spell: Spell | None) -> None:
        self.pad = pad
        self.spell = spell

    def __missing__(self, text: str) -> str:
        value = text if self.spell is None else self.spell(text)
        spelled = _several_lines(value, self.pad) if "\n" in value else plain_or_quoted(value)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[text] = spelled
        return spelled


class _Level:
    """What the lines of one depth begin with; keys and dashes of one depth stand in one column."""

    __slots__ = ("dash", "keys", "opening_keys", "pad", "texts")

    def __init__(self, depth: int, spell: Spell | None) -> None:
        self.pad = "\n" + "  " * depth
        self.dash = f"{self.pad}- "
        self.keys = _Keys(self.pad, ": ")
        self.opening_keys = _Keys(self.pad, ":")
        self.texts = _Texts(f"{self.pad}  ", spell)


class _Writer:
    """One run of `write`: the pieces of its text so far, most of them shared ones; a line begins with its break."""

    __slots__ = ("expand", "levels", "pieces", "spell")

    def __init__(self, expand: Expand | None, spell: Spell | None) -> None:
        self.expand: Expand = expand or _unopened
        self.spell = spell
        self.levels: list[_Level] = []
        self.pieces: list[str] = []

    def text(self) -> str:
        self.pieces[0] = self.pieces[0].removeprefix("\n")
        self.pieces.append("\n")
        return "".join(self.pieces)

    def level(self, depth: int) -> _Level:
        while depth >= len(self.levels):
            self.levels.append(_Level(len(self.levels), self.spell))
        return self.levels[depth]

    def mapping(self, pairs: Iterable[tuple[str, Any]], depth: int) -> None:
        level = self.levels[depth] if depth < len(self.levels) else self.level(depth)
        keys, texts, add, expand = level.keys, level.texts, self.pieces.append, self.expand
        for key, value in pairs:
            node, kind = value, type(value)
            if kind is not str and kind not in _ON_ONE_LINE:
                node = expand(value)
                if type(node) not in _ON_ONE_LINE:
                    node = opened(node, None)
                kind = type(node)
            if kind is str:
                add(keys[key])
                add(texts[node])
            elif kind is dict and node:
                add(level.opening_keys[key])
                self.mapping(node.items(), depth + 1)
            elif (kind is list or kind is tuple) and node:
                add(level.opening_keys[key])
                self.sequence(node, depth + 1)
            else:
                add(keys[key])
                add(_one_line(node))

    def sequence(self, items: Iterable[Any], depth: int) -> None:
        level = self.levels[depth] if depth < len(self.levels) else self.level(depth)
        dash, texts, pieces, expand = level.dash, level.texts, self.pieces, self.expand
        for item in items:
            node, kind = item, type(item)
            if kind is not str and kind not in _ON_ONE_LINE:
                node = expand(item)
                if type(node) not in _ON_ONE_LINE:
                    node = opened(node, None)
                kind = type(node)
            if kind is str:
                pieces.append(dash)
                pieces.append(texts[node])
                continue
            first = len(pieces)
            if kind is dict and node:
                self.mapping(node.items(), depth + 1)
                pieces[first] = dash + pieces[first][len(dash) :]
            elif (kind is list or kind is tuple) and node:
                self.sequence(node, depth + 1)
                pieces[first] = dash + pieces[first][len(dash) :]
            else:
                pieces.append(dash)
                pieces.append(_one_line(node))


def _unopened(value: Any) -> object:
    return value


def _one_line(node: Any) -> str:
    """The spelling of what needs no lines of its own; a point in time stands without quotes."""
    spelled = _ON_ONE_LINE.get(type(node))
    return spelled(node) if spelled else str(node.rfc3339)


def _several_lines(text: str, pad: str) -> str:
    """A text with line breaks: a literal block, or double-quoted where a block would not show or keep all of it."""
    if not text.strip(" \t\n") or not is_visible(text):
        return quoted(text)
    body = text.removesuffix("\n")
    indent = "2" if text[0] in " \t\n" else ""
    chomp = "-" if len(body) == len(text) else "+" if body.endswith("\n") else ""
    lines = "".join([f"{pad}{line}" if line else "\n" for line in body.split("\n")])
    return f"|{indent}{chomp}{lines}"
