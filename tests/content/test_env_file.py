"""Env files as Docker reads them, and what is said about lines that it reads otherwise than people think."""

from __future__ import annotations

from pathlib import Path

import pytest

from pystackdsl.compose.document import read as read_yaml
from pystackdsl.content.env_file import parse, read, with_env_files
from pystackdsl.diagnostics import Severity

ENV = {"SET": "sval", "EMPTY": ""}
FILE = Path("a.env")
STACK = "services: {a: {image: x, env_file: a.env}}"

SOUND = [
    (b"", {}),
    (b"A=1\nB=2", {"A": "1", "B": "2"}),
    (b"A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    (b"\n  # comment\n\t A=1\n#B=2\n", {"A": "1"}),
    (b"\xc2\xa0A=1\n\v\fB=2\n", {"A": "1", "B": "2"}),
    (b"\x1cA=1\n", {"\x1cA": "1"}),
    (b"\xef\xbb\xbfA=1\n\xef\xbb\xbfB=2\n", {"A": "1", "\ufeffB": "2"}),
    (b"A=b=c\n", {"A": "b=c"}),
    (b"A=\n", {"A": ""}),
    (b"A=1\nA=2\n", {"A": "2"}),
    (b"SET\nEMPTY\r\n", {"SET": "sval", "EMPTY": ""}),
    (b"A=a\rb\n", {"A": "a\rb"}),
    (b"A.b-c=1\n", {"A.b-c": "1"}),
    (b"A=" + b"x" * 65533 + b"\n", {"A": "x" * 65533}),
    (b"A=a\0b\n", {"A": "a\0b"}),
]

SURPRISING = [
    (b'A="b"\n', {"A": '"b"'}, "the quotes belong to the value of A"),
    (b"A='b'\n", {"A": "'b'"}, "the quotes belong to the value of A"),
    (b"A=b # c\n", {"A": "b # c"}, "what follows # belongs to the value of A"),
    (b"A= b\n", {"A": " b"}, "the blanks around the value of A belong to it"),
    (b"A=b \n", {"A": "b "}, "the blanks around the value of A belong to it"),
    (b"A=${SET}\n", {"A": "${SET}"}, "variables are not put into the value of A"),
    (b"UNSET\n", {}, "UNSET has no ="),
    (b"A:1\n", {}, "this line has no ="),
]

FAULTY = [
    (b"A =1\n", 'the name "A " holds a blank', "write A=…"),
    (b"export A=1\n", 'the name "export A" holds a blank', "write A=…"),
    (b"A\tB=1\n", 'the name "A\tB" holds a blank', ""),
    (b"SET \n", "this line has blanks and no =", ""),
    (b"=x\n", "a name is missing before the =", ""),
    (b"A=\xff\n", "this line is not UTF-8", "save the file as UTF-8"),
    (b"#\xff\n", "this line is not UTF-8", "save the file as UTF-8"),
    (b"A=" + b"x" * 65534 + b"\n", "this line is too long", ""),
]


@pytest.mark.parametrize(("data", "values"), SOUND)
def test_what_a_file_says(data, values):
    found = parse(data, FILE, ENV)
    assert found.values == values
    assert found.findings == ()


@pytest.mark.parametrize(("data", "values", "said"), SURPRISING)
def test_what_surprises_is_told_in_a_warning(data, values, said):
    found = parse(b"# first\n" + data, FILE, ENV)
    assert found.values == values
    (finding,) = found.findings
    assert said in finding.summary
    assert finding.help
    assert finding.severity is Severity.WARNING
    assert finding.places[0].span.line == 2


@pytest.mark.parametrize(("data", "said", "help"), FAULTY)
def test_what_is_refused(data, said, help):
    found = parse(b"# first\n" + data + b"B=2\n", FILE, ENV)
    assert found.values == {"B": "2"}
    (finding,) = found.findings
    assert finding.summary == said
    assert help in finding.help
    assert finding.severity is Severity.ERROR
    assert (finding.places[0].span.file, finding.places[0].span.line) == (FILE, 2)


@pytest.mark.parametrize(("data", "values"), [*SOUND, *[case[:2] for case in SURPRISING]])
def test_docker_reads_the_same(judge, tmp_path, data, values):
    (tmp_path / "a.env").write_bytes(data)
    service = read_yaml(judge.config(STACK, cwd=tmp_path, env=ENV)).tree["services"]["a"]
    assert service.get("environment", {}) == values


@pytest.mark.parametrize("data", [case[0] for case in FAULTY])
def test_docker_refuses_the_same(judge, tmp_path, data):
    (tmp_path / "a.env").write_bytes(data)
    assert not judge.accepts(STACK, cwd=tmp_path, env=ENV)[0]


def test_all_faults_at_once():
    found = parse(b"=x\nA =1\n\xff\nB=2\n", FILE, ENV)
    assert [finding.places[0].span.line for finding in found.findings] == [1, 2, 3]


@pytest.mark.parametrize(
    "data",
    [b"TOKEN=hunter2 # x\n", b'TOKEN="hunter2"\n', b"TOKEN = hunter2\n", b"hunter2\n", b"hun ter2\n", b"=hunter2\n"],
)
def test_no_value_is_ever_told(data):
    found = parse(data, FILE, ENV)
    assert found.findings
    told = repr(found) + repr(found.findings) + str(found.findings)
    assert "ter2" not in told


def test_a_file_that_is_not_there(tmp_path):
    found = read(tmp_path / "none.env", ENV)
    assert found.values == {}
    assert "cannot be read: No such file" in found.findings[0].summary


def test_files_fill_an_environment_up(tmp_path):
    (tmp_path / "a.env").write_text("A=1\nB=1\nSET=file\nEMPTY=file\n")
    (tmp_path / "b.env").write_text("B=2\nC D\n")
    found = with_env_files([tmp_path / "a.env", tmp_path / "b.env"], ENV)
    assert found.values == {"A": "1", "B": "2", "SET": "sval", "EMPTY": ""}
    assert [finding.places[0].span.file for finding in found.findings] == [tmp_path / "b.env"]
