"""Which texts are read line by line; that they are read as libyaml does, is a law in property/test_reading_yaml.py."""

from __future__ import annotations

import pytest

from pystackdsl.compose.lines import lines_of


def tree(text: str) -> object:
    found = lines_of(text.encode())
    return found and found.tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a:\nb:\n  - x\n  -\n    y: z\n", {"a": None, "b": ["x", {"y": "z"}]}),
        ("a:\n- b: 1\n  c: 2\n- d\ne: f", {"a": [{"b": 1, "c": 2}, "d"], "e": "f"}),
        ("# c\n\n---\n  a: ~ # c\n  # c\n", {"a": None}),
        ("a: ['b', \"c, d\", -e, 5]", {"a": ["b", "c, d", "-e", 5]}),
        ("a: {b: c, d: 1}\n\"e f\": 'g'", {"a": {"b": "c", "d": 1}, "e f": "g"}),
        ("a: b:c#d :e\nf: ${G:-h}", {"a": "b:c#d :e", "f": "${G:-h}"}),
        ("\ufeffa: é", {"a": "é"}),
    ],
)
def test_what_is_read(text, value):
    assert tree(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("a: &b c", "a: *b", "a: !!str b", "a: |\n  b", "a: >-\n  b", "a: 'b''c'", 'a: "b\\n"', "<<: {a: b}"),
        *("a: b\n  c", "a: 'b\n  c'", "a: [b,\n  c]", "a: b\n  - c", "- - a", "a: [[b]]", "a: {b: [c]}", "? a"),
        *(
            "a: b\r\n",
            "a:\tb",
            "a: \u2028",
            "a: \x01",
            "a: \ufdd0",
            "a: b\n---\nc: d",
            "a: b\n...",
            "%YAML 1.1\n---\na: b",
        ),
        *("a: 1\na: 2", "a: {b: 1, b: 2}", "1: a", "true: a", "a: .inf", "a: 2001-01-01", "a: b: c", "a: @b", "a: -"),
        *("", "- a", "a", "5", "[]", "  a: b\nc: d", "a:\n  b: c\n d: e", "a: b\n  c: d", "a:b", "a: [b?c]", "a: [04]"),
    ],
)
def test_what_is_left_to_libyaml(text):
    assert tree(text) is None


def test_bytes_that_are_no_text():
    assert lines_of(b"a: \xff") is None


def test_numbers_that_docker_respells():
    found = lines_of(b"a:\n  - m: 0400\n  - 1.50\n")
    assert found
    assert found.respelled == {("a", 0, "m"): "0400", ("a", 1): "1.50"}
