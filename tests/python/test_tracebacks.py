"""Errors of the user's own making are told as a short traceback of the user's own frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pystackdsl.diagnostics import InvalidStack
from pystackdsl.python import load
from pystackdsl.python.tracebacks import is_theirs


def notes(finding: Any) -> list[str]:
    return [place.note for place in finding.places]


def test_an_error_at_the_top_level(folder: Any) -> None:
    finding = folder.fault("web = Service(image={}['nginx'])\n")
    assert finding.summary == "KeyError: 'nginx'"
    assert folder.marked(finding) == [("stack.py", 1, "{}['nginx']")]
    assert notes(finding) == [""]


def test_the_user_s_frames_innermost_first(folder: Any) -> None:
    folder.write("factory.py", "class Maker:\n    def make(self):\n        raise ValueError('no luck')\n")
    finding = folder.fault("from factory import Maker\ndef web():\n    return Maker().make()\nweb = web()\n")
    assert finding.summary == "ValueError: no luck"
    assert folder.marked(finding) == [
        ("factory.py", 3, "ValueError('no luck')"),
        ("stack.py", 3, "Maker().make()"),
        ("stack.py", 4, "web()"),
    ]
    assert notes(finding) == ["in Maker.make()", "", ""]


def test_frames_of_libraries_are_left_out(folder: Any) -> None:
    finding = folder.fault("import json\ndef read():\n    return json.loads('{')\nweb = Service(image=read())\n")
    assert finding.summary.startswith("json.decoder.JSONDecodeError: ")
    assert [place[1] for place in folder.marked(finding)] == [3, 4]


def test_an_error_while_a_module_is_imported(folder: Any) -> None:
    folder.write("factory.py", "x = 1 / 0\n")
    finding = folder.fault("import factory\n")
    assert finding.summary == "ZeroDivisionError: division by zero"
    assert folder.marked(finding) == [("factory.py", 1, "1 / 0"), ("stack.py", 1, "import factory")]


def test_an_error_in_the_function_of_the_stack(folder: Any) -> None:
    finding = folder.fault("def shop() -> Stack:\n    raise LookupError\n")
    assert finding.summary == "LookupError"
    assert folder.marked(finding) == [("stack.py", 2, "raise LookupError")]


def test_a_missing_environment_variable(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOWHERE", raising=False)
    finding = folder.fault("import os\nweb = Service(image=os.environ['NOWHERE'])\n")
    assert finding.summary == "KeyError: 'NOWHERE'"
    assert 'var("NOWHERE")' in finding.help


def test_endless_recursion_is_short(folder: Any) -> None:
    finding = folder.fault("def f():\n    g()\ndef g():\n    f()\nf()\n")
    assert finding.summary.startswith("RecursionError: ")
    assert len(finding.places) == 3
    assert "times" in notes(finding)[0]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("import sys\nsys.exit(3)\n", "the file ended the program: SystemExit(3)"),
        ("import sys\nsys.exit()\n", "the file ended the program: SystemExit()"),
        ("x = 1\nraise SystemExit('enough')\n", "the file ended the program: SystemExit('enough')"),
    ],
)
def test_a_file_that_ends_the_program(folder: Any, text: str, summary: str) -> None:
    finding = folder.fault(text)
    assert finding.summary == summary
    assert folder.marked(finding)[0][1] == 2


def test_causes_and_notes(folder: Any) -> None:
    text = "try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError('no a') from e\n"
    assert folder.fault(text).summary == "RuntimeError: no a (because of KeyError: 'a')"
    text = "error = ValueError('x')\nerror.add_note('look there')\nraise error\n"
    assert folder.fault(text).help == "look there"


def test_an_error_whose_text_fails(folder: Any) -> None:
    text = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd\n"
    assert folder.fault(text).summary == "stack.Odd: (its text cannot be had)"


@pytest.mark.parametrize(
    ("text", "summary", "marked"),
    [
        (
            "web = Service(\n    image='a'\n    tty=True,\n)\n",
            "invalid syntax. Perhaps you forgot a comma?",
            (2, "'a'"),
        ),
        (
            "web = Service(image='é', 3 = 4)\n",
            'expression cannot contain assignment, perhaps you meant "=="?',
            (1, "3 ="),
        ),
        ("web = Service(\n", "'(' was never closed", (1, "(")),
        ("def web():\nreturn\n", "expected an indented block after function definition on line 2", (2, "return")),
        ("web = 'a\n", "unterminated string literal (detected at line 2)", (1, "'")),
    ],
)
def test_a_file_that_is_no_python(folder: Any, text: str, summary: str, marked: tuple[int, str]) -> None:
    finding = folder.fault(text)
    assert finding.summary == f"this is not Python: {summary}"
    assert folder.marked(finding)[0][1:] == marked


def test_a_module_that_is_no_python_names_its_importer(folder: Any) -> None:
    folder.write("factory.py", "x = (\n")
    finding = folder.fault("import factory\n")
    assert [place[:2] for place in folder.marked(finding)] == [("factory.py", 1), ("stack.py", 1)]


def test_bytes_that_are_no_text(folder: Any) -> None:
    for data in (b"x = '\xff'\n", b"x = 1\0\n"):
        (folder.path / "stack.py").write_bytes(data)
        with pytest.raises(InvalidStack) as caught:
            load(folder.path / "stack.py")
        assert len(caught.value.findings) == 1


def test_an_error_in_a_text() -> None:
    with pytest.raises(InvalidStack) as caught:
        load("x = 1\nweb = {}['a']\n")
    (place,) = caught.value.findings[0].places
    assert (str(place.span.file), place.span.line, place.span.text) == ("<stack>", 2, "web = {}['a']")
    with pytest.raises(InvalidStack) as caught:
        load("x = (\n")
    (place,) = caught.value.findings[0].places
    assert (str(place.span.file), place.span.line, place.span.text) == ("<stack>", 1, "x = (")


def test_findings_of_a_stack_that_a_file_loads_keep_their_places(folder: Any) -> None:
    inner = folder.write("inner.py", "web = Service(ports=['80:x'])\n")
    finding = folder.fault(f"from pystackdsl.python import load\ninner = load({str(inner)!r})\n")
    assert folder.marked(finding) == [("inner.py", 1, "'80:x'")]


def test_whose_a_file_is() -> None:
    import json

    assert is_theirs("/srv/stack.py")
    assert not is_theirs(json.__file__)
    assert not is_theirs("/srv/venv/lib/python3.12/site-packages/a/b.py")
    assert is_theirs(str(Path(__file__)))
