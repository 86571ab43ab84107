"""Go templates: what they print, and what is told of those that are none. `tests/engine` compares with Docker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pystackdsl.diagnostics import InvalidText
from pystackdsl.views.gotemplate import parse, render

ROW = {"Name": "web", "ID": "abc", "Empty": "", "Angle": "a<b"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Name}}", "web"),
        ("a{{- .Name -}} b", "awebb"),
        ("{{json .Angle}}", '"a<b"'),
        ("{{json .}}", '{"Angle":"a\\u003cb","Empty":"","ID":"abc","Name":"web"}'),
        ('{{if and (eq .Name "web") (ne .ID "x")}}yes{{else}}no{{end}}', "yes"),
        ("{{if .Empty}}a{{else if .Name}}b{{else}}c{{end}}", "b"),
        ('{{range $i, $e := split .Name ""}}{{if $i}},{{end}}{{$e}}{{else}}none{{end}}', "w,e,b"),
        ('{{range split .Name ""}}{{if eq . "e"}}{{break}}{{end}}{{.}}{{end}}', "w"),
        ('{{range split .Name ""}}{{if eq . "e"}}{{continue}}{{end}}{{.}}{{end}}', "wb"),
        ("{{with .Empty}}a{{else}}{{.Name}}{{end}}", "web"),
        ('{{$x := "1"}}{{if .Name}}{{$x = "2"}}{{end}}{{$x}}{{$.ID}}', "2abc"),
        ('{{.Name | printf "%s-%05d|%-5s" .ID 7 | print}}', "abc-00007|web  "),
        (
            '{{printf "%s-%05d|%-5s|%.1f|%q|%t|%%|%d" .ID 7 .Name 1.25 "a" true}}',
            'abc-00007|web  |1.2|"a"|true|%|%!d(MISSING)',
        ),
        ('{{print 1 2 "a" 3}}{{println .Name 1}}', "1 2a3web 1\n"),
        ("{{index (split .Name `e`) 1}}{{len .Name}}{{slice .Name 1 2}}", "b3e"),
        (
            '{{title "hello wide-world"}}{{pad .Name 1 2}}|{{truncate .Name 2}}{{lower "AB"}}',
            "Hello Wide-World web  |weab",
        ),
        ("{{/* nothing */ -}}  x", "x"),
        ("{{html .Angle}}{{js .Angle}}{{urlquery .Angle}}", "a&lt;ba\\u003Cba%3Cb"),
        ("{{true}}{{1.50}}{{'a'}}{{0x10}}", "true1.59716"),
        ("{{lt 1 2}}{{ge `b` `a`}}{{not .Empty}}", "truetruetrue"),
    ],
)
def test_what_is_printed(template: str, text: str) -> None:
    assert render(parse(template), ROW) == text


@pytest.mark.parametrize(
    ("template", "said", "span"),
    [
        ("{{.Nam}}", "there is no placeholder .Nam", (2, 6)),
        ("{{.Name", "this action is not closed", (0, 1)),
        ("a{{foo .Name}}", 'there is no function "foo"', (3, 6)),
        ("{{if .Name}}a", "{{if}} is never closed", (0, 1)),
        ("{{end}}", "{{end}} closes nothing", (0, 1)),
        ("{{.Name.Foo}}", "a text has no field .Foo", (2, 11)),
        ("{{define `x`}}{{end}}", "{{define}} is not understood here", (0, 1)),
        ("{{upper 1}}", "upper: it cannot take", (2, 7)),
        ("{{$x}}", "the variable $x is not set", (2, 4)),
        ("{{break}}", "{{break}} stands outside of a range", (0, 1)),
        ("{{range .Name}}{{end}}", "range cannot go through a text", (0, 1)),
        ("{{index .Name 9}}", "index: there is nothing at 9", (2, 7)),
        ("{{eq 1 `a`}}", "cannot be compared", (2, 4)),
        ("{{.Name .ID}}", "only functions take arguments", (8, 9)),
        ("{{}}", "this action is empty", (0, 1)),
        ("{{printf `%99999s` .Name}}", "it pads to", (2, 8)),
        ("{{" + "(" * 99 + "1" + ")" * 99 + "}}", "nested more than", None),
    ],
)
def test_what_is_told(template: str, said: str, span: tuple[int, int] | None) -> None:
    with pytest.raises(InvalidText) as told:
        render(parse(template), ROW)
    assert said in str(told.value)
    assert span is None or told.value.span == span


PIECES = [
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    ".",
    ".Name",
    "$x",
    ":=",
    "=",
    "|",
    "(",
    ")",
    ",",
    "if",
    "else",
    "end",
    "range",
]
PIECES += [
    "with",
    "break",
    "split",
    "printf",
    "json",
    "index",
    "len",
    "eq",
    '"a"',
    "`%d`",
    "1",
    "-2",
    "'c'",
    "nil",
    "true",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_is_a_template_or_told(text: str) -> None:
    try:
        assert isinstance(render(parse(text), ROW), str)
    except InvalidText as error:
        start, end = error.span
        assert 0 <= start <= end <= max(len(text), 1)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_any_action_is_understood_or_told(inside: str) -> None:
    test_any_text_is_a_template_or_told.hypothesis.inner_test("{{" + inside + "}}")
