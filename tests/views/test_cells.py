"""How wide a text is on a terminal, what of it may be printed, and where it is folded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pystackdsl.model.variable import Variable
from pystackdsl.views.cells import fold, legible, width_of


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("port", 4), ("für", 3), ("日本", 4), ("e\u0301", 1), ("\uff46", 2), ("🚀", 2), ("a\u200bb", 2)],
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width_of(text) == cells


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("two\nlines", "two\nlines"),
        ("a\tb", "a    b"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb", "a\\x0d\nb"),
        ("abc\u202edcba\u202c", "abc\\u202edcba\\u202c"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0fff", "\\U000e0fff"),
        (f"tag {Variable('TAG', 'latest').token}", "tag ${TAG:-latest}"),
        ("at \ufdd20123456789abcdef\ufdd3", "at <path>"),
    ],
)
def test_nothing_printed_steers_the_terminal(text: str, shown: str) -> None:
    assert legible(text) == shown


@given(st.text())
def test_whatever_is_printed_is_printable(text: str) -> None:
    shown = legible(text)
    assert {"Cc", "Cs", "Cn", "Zl", "Zp"}.isdisjoint(unicodedata.category(char) for char in shown.replace("\n", ""))
    shown.encode()


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 20, ["one two three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one  two", 20, ["one  two"]),
        ("one\n  two", 20, ["one", "  two"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("run `a b c` now", 9, ["run", "`a b c`", "now"]),
        ("`a b c d e f`", 6, ["`a b", "c d e", "f`"]),
        ("日本語日本語", 5, ["日本", "語日", "本語"]),
    ],
)
def test_folding(text: str, width: int, lines: list[str]) -> None:
    assert fold(text, width) == lines


@given(st.text(), st.integers(2, 60))
def test_folded_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = fold(text, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(legible(text).split())
