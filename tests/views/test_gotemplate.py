"""Go templates: the Docker CLI prints the same for the same row, and what is none is told with its place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig import ROOT
from rig.fake import Daemon, answering
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText
from pystackdsl.views.gotemplate import Row, Template

LABEL = "com.docker.stack.namespace"
ROW = Row(Name="web_a", Services="3")
TEMPLATES = (ROOT / "tests" / "views" / "templates.txt").read_text().splitlines()
"""Templates that print something, or that Docker refuses."""


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """A daemon with the stack of ROW."""
    services = [{"ID": str(number), "Spec": {"Name": "a", "Labels": {LABEL: "web_a"}}} for number in range(3)]
    with (
        tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder,
        answering({"services": services}, Path(folder)) as daemon,
    ):
        yield daemon


def ours(template: str) -> str | None:
    """What we print, None where we refuse."""
    try:
        return Template(template.strip(" ").replace(r"\t", "\t").replace(r"\n", "\n")).row(ROW) + "\n"
    except InvalidText:
        return None


MARK = " <|> "


def test_docker_prints_the_same(judge: Judge, daemon: Daemon) -> None:
    good = [each for each in TEMPLATES if ours(each) is not None]
    docker = judge.ask(daemon.host, "stack", "ls", "--format", MARK.join(good))
    assert docker.returncode == 0, docker.stderr
    said = docker.stdout.removesuffix("\n").split(MARK)
    assert dict(zip(good, [f"{each}\n" for each in said], strict=True)) == {each: ours(each) for each in good}
    assert len(good) > 60


def test_docker_refuses_the_same(judge: Judge, daemon: Daemon) -> None:
    bad = [each for each in TEMPLATES if ours(each) is None]
    with ThreadPoolExecutor(4) as pool:
        docker = [*pool.map(lambda each: judge.ask(daemon.host, "stack", "ls", "--format", each).returncode, bad)]
    assert dict(zip(bad, docker, strict=True)) == dict.fromkeys(bad, 1)
    assert len(bad) > 40


@pytest.mark.parametrize(
    ("template", "said", "span"),
    [
        ("{{.Nam}}", "there is no field .Nam", (2, 6)),
        ("{{.Name", "{{ is not closed", (0, 2)),
        ("{{.Name\n{{.ID}}", "{{ is not closed", (0, 8)),
        ("a{{uper .Name}}", "there is no function uper", (3, 7)),
        ("{{Name}}", "there is no function Name", (2, 6)),
        ("{{if .Name}}a", "{{if}} is not closed", (2, 4)),
        ("{{if}}a{{end}}", "if has no value", (2, 4)),
        ("{{end}}", "{{end}} stands alone", (2, 5)),
        ("{{if .Name}}{{else}}{{else}}{{end}}", "if has an else already", (22, 26)),
        ("{{.Name.Foo}}", "'web_a' has no field Foo", (2, 11)),
        ("{{define `x`}}{{end}}", "define is not supported", (2, 8)),
        ("{{upper 1}}", 'upper cannot take "1"', (2, 9)),
        ("{{upper}}", "upper takes 1 value, not 0", (2, 7)),
        ("{{$x}}", "there is no variable $x", (2, 4)),
        ("{{break}}", "break outside of a range", (2, 7)),
        ("{{range .Name}}{{end}}", 'range cannot go over "web_a"', (8, 13)),
        ("{{index .Name 9}}", "index: there is no element 9", (2, 15)),
        ("{{eq 1 `a`}}", "eq: a number cannot be compared with a text", (2, 10)),
        ("{{.Name .ID}}", "this is no function", (2, 7)),
        ("{{.Name | 3}}", "a value after a |", (10, 11)),
        ("{{.Name | }}", "nothing follows the |", (8, 9)),
        ("{{}}", "a value is missing", (2, 4)),
        ("{{(.Name}}", "( is not closed", (8, 10)),
        ("{{.Name)}}", ") without a (", (7, 8)),
        ("{{.Name;}}", "`;` cannot follow a name", (7, 8)),
        ("{{;}}", '";" has no meaning here', (2, 3)),
        ("{{/* a }}", "a comment is not closed", (2, 4)),
        ('{{"a}}', 'a text in " is not closed', (2, 6)),
        ('{{"\\d"}}', "has an escape that Go does not know", (2, 6)),
        ("{{'ab'}}", "'ab' is not one character", (2, 6)),
        ("{{1x}}", "1x is not a number", (2, 4)),
        ("{{99999999999999999999}}", "is too large a number", (2, 22)),
        ("{{nil}}", "nil is no value to print", (2, 5)),
        ("{{.}}", "the row itself cannot be printed", (2, 3)),
        ("{{pad .Name 9999999 0}}", "pad: the text becomes too long", (2, 21)),
        ("{{" + "(" * 99 + "1" + ")" * 99 + "}}", "nested more than", None),
        ("{{if 1}}" * 99 + "{{end}}" * 99, "nested more than", None),
        ("{{range 99999999}}{{end}}", "evaluates more than", None),
        ("{{range 99999}}{{range 99999}}x{{end}}{{end}}", "evaluates more than", None),
        ('{{$x := "ab"}}{{range 60}}{{$x = print $x $x}}{{end}}', "the text becomes too long", None),
        ('{{$x := printf "%9999s" ""}}{{range 9999}}{{$x}}{{end}}', "prints more than a mebibyte", None),
    ],
)
def test_what_is_told(template: str, said: str, span: tuple[int, int] | None) -> None:
    with pytest.raises(InvalidText) as told:
        Template(template).row(ROW)
    assert said in str(told.value)
    assert span is None or told.value.span == span


@pytest.mark.parametrize(
    ("template", "heading"),
    [
        ("{{.Name}}\t{{upper .Services}}", "NAME\tSERVICES"),
        ("{{truncate .Name 2}} {{json .Name}} {{title .Name}}", "NAME NAME NAME"),
        ("{{len .Name}} {{index (split .Name `-`) 0}}", "4 NAME"),
        ("a {{.Foo}} b", "a <no value> b"),
        ("a {{upper .Foo}} b", "a "),
        ("a {{json .}} b", "a "),
        ("{{if eq .Name `web_a`}}x{{else}}y{{end}}", "y"),
    ],
)
def test_headings_are_made_by_the_same_template(template: str, heading: str) -> None:
    assert Template(template).heading({"Name": "NAME", "Services": "SERVICES"}) == heading


WORDS = [
    "if",
    "else",
    "end",
    "range",
    "with",
    "break",
    "continue",
    "split",
    "printf",
    "json",
    "index",
    "len",
    "eq",
    "and",
    "or",
    "not",
    "slice",
    "print",
    "truncate",
]
PIECES = ["{{", "}}", "{{- ", " -}}", " ", ".", ".Name", "$x", ":=", "=", "|", "(", ")", ",", "$", '"a"', "`%d`", "1"]
PIECES += ["-2", "'c'", "nil", "true", "{{end}}", "{{if .Name}}", "{{range split .Name `e`}}", "`%*[1]d %q`", *WORDS]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_is_a_template_or_told(text: str) -> None:
    is_whole(text)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_any_action_is_understood_or_told(inside: str) -> None:
    is_whole("{{" + inside + "}}")


def is_whole(text: str) -> None:
    try:
        template = Template(text)
        assert isinstance(template.heading({"Name": "NAME"}), str)
        assert isinstance(template.row(ROW), str)
    except InvalidText as error:
        start, end = error.span
        assert 0 <= start < end <= max(len(text), 1)
