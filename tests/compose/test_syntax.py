"""What is said about text that is no YAML: the fault, its place under a caret, and the cure."""

from __future__ import annotations

import pytest

from pystackdsl.compose.document import read
from pystackdsl.diagnostics import Diagnostic, InvalidStack


def fault(text: str) -> Diagnostic:
    with pytest.raises(InvalidStack) as caught:
        read(text)
    return caught.value.findings[-1]


def marked(text: str, finding: Diagnostic) -> str:
    """The characters that the caret stands under."""
    span = finding.places[0].span
    line = text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


CASES = [
    # text, line, marked, summary, help
    ("a:\n  b: 1\n\tc: 1\n", 3, "\t", "a tab is used for indentation", "write 2 spaces in place of the tab"),
    ("a:\n  - b:\n\tc: 1\n", 3, "\t", "a tab is used for indentation", "write 6 spaces in place of the tab"),
    ("a: {b: @c, d: e}\n", 1, "@", "a value cannot begin with @", 'put it in quotes: "@c"'),
    ("a: [@c] # d\n", 1, "@", "a value cannot begin with @", 'put it in quotes: "@c"'),
    ("a: @c, {d} # e\n", 1, "@", "a value cannot begin with @", 'put it in quotes: "@c, {d}"'),
    ("a:\n\tb: 1\n", 2, "\t", "a tab is used for indentation", "write 2 spaces in place of the tab"),
    ("a:\n  b: 1\n\t\tc: 1\n", 3, "\t\t", "a tab is used for indentation", "replace each tab"),
    ("a: |\n\tfoo\n", 2, "\t", "a tab is used for indentation", "replace each tab"),
    ("a: |\n  \t# foo\n", 2, "\t", "a tab is used for indentation", "replace each tab"),
    ("a: [b:]\nc: |\n\td\n", 3, "\t", "a tab is used for indentation", "replace each tab"),
    ("a: echo b: c\n", 1, ":", "the value of a holds a colon and a space", 'a: "echo b: c"'),
    ("l:\n  - k: a: b\n", 2, ":", "the value of k holds a colon", 'k: "a: b"'),
    ("a: x\n  b: 1\n", 2, "b", "indented deeper than the key above", "indent both lines alike"),
    ("a:\n  image nginx\n  b: 1\n", 2, "image nginx", "the colon is missing", "write `image: nginx`"),
    ("a:\n  image\n  b: 1\n", 2, "image", "the colon is missing", "write `image:`"),
    ("a:\n  image:nginx\n  b: 1\n", 2, "image:nginx", "the space is missing behind image:", "`image: nginx`"),
    ("a:\n  b: 1\n  image:nginx\n", 3, "image:nginx", "the space is missing behind image:", "`image: nginx`"),
    ('a:\n  "foo" : 1\n  "bar"\n', 3, '"bar"', "the colon is missing", "colon behind the key"),
    ("a:\n  b: 1\n c: 2\n", 3, "c: 2", "indented by 1 space", "indent it by 2 spaces"),
    ("a:\n   b: 1\n  c: 2\n", 3, "c: 2", "indented by 2 spaces", "indent it by 3 spaces"),
    ("a:\n  - b: 1\n   c: 1\n", 3, "c: 1", "indented by 3 spaces", "indent it by 4 spaces"),
    ("a:\n  b:\n    c: 1\n   d:\n    e: 1\n", 4, "d:", "indented by 3 spaces", "indent it by 2 spaces"),
    ("a:\n  b: 1\n  - c\n", 3, "- c", "an item of a list stands among the keys", "indent it below the key"),
    ("a:\n  - b\n  c: 1\n", 3, "c: 1", "among the items of a list", "write `- c: 1`"),
    ("a: - b\n", 1, "- b", "a list cannot begin in the line of its key", "write `- b` below the key"),
    ('a: "b" c\n', 1, "c", "the quoted text ends before c", "quote inside"),
    ("a: 'it's'\n", 1, "s'", "the quoted text ends before s'", "write two quotes for one"),
    ('a:\n  - "x"y\n', 2, "y", "the quoted text ends before y", "quotes"),
    ('a: "foo\nb: 1\n', 1, '"foo', 'the quote " is never closed', 'write " at the end'),
    ("a: 'x\n---\nb: 1\n", 1, "'x", "the quote ' is never closed", "write ' at the end"),
    ("a: [1, 2\nb: 1\n", 1, "[", "the bracket [ is not closed", "write ]"),
    ("a: {x: 1 y: 2}\n", 1, "{", "the bracket { is not closed, or a comma is missing", "commas"),
    ('{\n  "a": {\n}\n', 1, "{", "the bracket { is not closed", "write }"),
    ("a: [1, 2\n", 1, "[", "the bracket [ is not closed", "write ]"),
    ("a: {b: {c: ${N:-5}}}\n", 1, "${N:-5}", "a variable between brackets", 'put it in quotes: "${N:-5}"'),
    ("a: [B=x, PW=${P:?a b} # c\n]\n", 1, "PW=${P:?a b}", "a variable between", 'in quotes: "PW=${P:?a b}"'),
    ("a: [\n  http://${H}:${P:-1}/x,\n]\n", 2, "http://${H}:${P:-1}/x", "a variable", '"http://${H}:${P:-1}/x"'),
    ("a: {b: ${N:-${M}}, c: d}\n", 1, "${N:-${M}}", "a variable between brackets", '"${N:-${M}}"'),
    ("a: {${K}: d}\n", 1, "${K}", "a variable between brackets", '"${K}"'),
    ('a: [${K:-"x"}]\n', 1, '${K:-"x"}', "a variable between brackets", """'${K:-"x"}'"""),
    ("x: &base {a: b}\ny:\n  <<: *bse\n", 3, "*bse", "no anchor &bse", "did you mean *base?"),
    ("y:\n  <<: *other\n", 2, "*other", "no anchor &other", "define it above:  x-other: &other"),
    ("y:\n  <<: [*other]\n", 2, "*other", "no anchor &other", "define it above:  x-other: &other"),
    ("a: [\n", 1, "[", "the text ends behind the bracket [", "closing bracket"),
    ("a: [1, 2]]\n", 1, "]", "] stands behind the end of a value", "take it away"),
    ("a: [1, , 2]\n", 1, ",", "a value is missing before ,", "take the , away"),
    ("a: }\n", 1, "}", "a value is missing before }", "take the } away"),
    ("a: {: b}\n", 1, ":", "a key is missing before the colon", "write the key"),
    ("a:\n  b: 1\n  : c\n", 3, ":", "a key is missing before the colon", "write the key"),
    ("a: *.example.com\n", 1, "*.example.com", "read as an alias", '"*.example.com"'),
    ("a: &.x\n", 1, "&.x", "read as an anchor", '"&.x"'),
    ("a: @foo\n", 1, "@", "a value cannot begin with @", '"@foo"'),
    ("a: `foo`\n", 1, "`", "a value cannot begin with `", '"`foo`"'),
    ("a: %foo\n", 1, "%", "a value cannot begin with %", '"%foo"'),
    ("a: !{x}\n", 1, "!{x}", "read as a tag", '"!{x}"'),
    ("a: !foo!bar x\n", 1, "!foo!bar x", "read as a tag", "quotes"),
    ("a: >=1.0\n", 1, ">=1.0", "read as the head of a text", '">=1.0"'),
    ("a: |0\n  x\n", 1, "|0", "read as the head of a text", "quotes"),
    ("a: ? b\n", 1, "?", "a question mark and a space begin a key", '"? b"'),
    ('a: "C:\\data"\n', 1, "\\d", "\\d means nothing between double quotes", "single quotes"),
    ('a: "\\xzz"\n', 1, "\\xzz", "\\xzz means nothing", "two backslashes"),
    ('a: "\\ud800"\n', 1, "\\ud800", "\\ud800 means nothing", "two backslashes"),
    ("%YAML 1.2\n---\na: 1\n", 1, "%YAML 1.2", "no YAML of this version", "take the line away"),
    ("%FOO bar\n---\na: 1\n", 1, "%FOO bar", "a line that begins with %", "take the line away"),
    ("%TAG ! x\n", 1, "%TAG ! x", "a line that begins with %", "take the line away"),
    ("a: \x07\n", 1, "\x07", "U+0007, which YAML forbids", '"\\u0007"'),
    ("é: [x\n", 1, "[", "the bracket [ is not closed", "write ]"),
    ("a: '🐎' b\n", 1, "b", "the quoted text ends before b", "quotes"),
]


@pytest.mark.parametrize(("text", "line", "under", "summary", "help"), CASES)
def test_a_fault_is_named_and_placed(text, line, under, summary, help):
    finding = fault(text)
    assert summary in finding.summary
    assert help in finding.help
    assert finding.expected
    assert (finding.places[0].span.line, marked(text, finding)) == (line, under)


@pytest.mark.parametrize("text", [case[0] for case in CASES])
def test_docker_refuses_it_too(judge, text):
    assert not judge.accepts(text)[0]


def test_a_second_place_is_told():
    finding = fault("a: [1, 2\nb: 1\n")
    assert [(place.span.line, place.note) for place in finding.places] == [(1, ""), (2, "here at the latest")]


def test_a_long_value_is_cut_in_the_cure():
    assert len(fault("a: @" + "x" * 1000 + "\n").help) < 100
