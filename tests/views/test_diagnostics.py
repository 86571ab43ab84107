"""What a finding looks like: the whole text, as a person sees it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pystackdsl.diagnostics import Diagnostic, KeyPath, Place, Severity, Span
from pystackdsl.views.cells import width_of
from pystackdsl.views.diagnostics import folded, render, tally
from pystackdsl.views.excerpt import line_of


def text(drawn: str) -> str:
    """A triple-quoted text without its first line break and indentation."""
    return dedent(drawn).removeprefix("\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(file: Path, line: str, number: int = 1) -> Path:
    file.write_text("\n" * (number - 1) + line + "\n")
    return file


def span(file: Path, line: int, part: str) -> Span:
    """The span of the first `part` in a line of a file."""
    column = file.read_text().splitlines()[line - 1].index(part) + 1
    return Span(file, line, column, line, column + len(part))


def test_a_mistake_in_a_value(folder: Path) -> None:
    file = written(folder / "stack.py", '    ports=["80:eighty"],', 14)
    finding = Diagnostic(
        summary='"80:eighty" is not a port mapping',
        places=(Place(span(file, 14, '"80:eighty"')),),
        expected="[PUBLISHED:]TARGET[/tcp|udp|sctp], numbers or ranges of equal length",
        help='to publish container port 8000 on 80 write "80:8000"',
    )
    assert render([finding]) == text("""
        error: "80:eighty" is not a port mapping
          --> stack.py:14:12
           |
        14 |     ports=["80:eighty"],
           |            ^^^^^^^^^^^
           = expected  [PUBLISHED:]TARGET[/tcp|udp|sctp], numbers or ranges of equal length
           = help      to publish container port 8000 on 80 write "80:8000"
    """)


def test_the_caret_stands_under_the_faulty_part_of_a_text(folder: Path) -> None:
    file = written(folder / "stack.py", 'ports=["80:eighty"]')
    finding = Diagnostic(summary="no", places=(Place(span(file, 1, '"80:eighty"')),), excerpt=("80:eighty", 3, 9))
    assert render([finding]).splitlines()[3:] == [' 1 | ports=["80:eighty"]', "   |            ^^^^^^"]


def test_several_places(folder: Path) -> None:
    file = written(folder / "stack.py", "admin = Service(ports=[8080])", 120)
    other = written(folder / "factory.py", "    return Service(image=image)", 8)
    finding = Diagnostic(
        summary="services api and admin both publish port 8080/tcp",
        places=(
            Place(span(file, 120, "8080")),
            Place(Span(file, 12, 5), note="api published it first"),
            Place(span(other, 8, "return")),
            Place(Span(folder / "gone.py", 1, 1)),
        ),
    )
    assert render([finding]) == text("""
        error: services api and admin both publish port 8080/tcp
           --> stack.py:120:24
            |
        120 | admin = Service(ports=[8080])
            |                        ^^^^
           --> stack.py:12:5    api published it first
           --> factory.py:8:5   return Service(image=image)
           --> gone.py:1:1
    """)


def test_a_note_stands_beside_the_carets_or_below(folder: Path) -> None:
    file = written(folder / "stack.py", "web = Service()")
    finding = Diagnostic(summary="no", places=(Place(span(file, 1, "Service()"), note="made here"),))
    assert render([finding]).splitlines()[-1] == "   |       ^^^^^^^^^ made here"
    long = Diagnostic(summary="no", places=(Place(span(file, 1, "Service()"), note="made " * 20),))
    assert render([long], width=60).splitlines()[-4:-2] == [
        "   |       ^^^^^^^^^",
        "   = note      made made made made made made made made made",
    ]


def test_the_path_tells_where_no_place_is_known() -> None:
    finding = Diagnostic(
        summary='"80:eighty" is not a port mapping',
        severity=Severity.WARNING,
        path=KeyPath("services", "web", "ports", 0),
        excerpt=("80:eighty", 3, 9),
    )
    assert render([finding]) == text("""
        warning: services.web.ports[0]: "80:eighty" is not a port mapping
           |
           | 80:eighty
           |    ^^^^^^
    """)


def test_source_text_that_no_file_holds(folder: Path) -> None:
    finding = Diagnostic(summary="no", places=(Place(Span(None, 3, 3, 3, 6, text="a: b c")),))
    assert render([finding]).splitlines() == [
        "error: no",
        "  --> standard input:3:3",
        "   |",
        " 3 | a: b c",
        "   |   ^^^",
    ]


def test_a_place_outside_the_working_folder_keeps_its_whole_path(tmp_path: Path, folder: Path) -> None:
    inside, outside = folder / "a" / "stack.py", folder.parent / f"{folder.name}-beside.py"
    drawn = render([Diagnostic(summary="no", places=(Place(Span(file, 1)),)) for file in (inside, outside)])
    assert "--> a/stack.py:1:1\n" in drawn
    assert f"--> {outside}:1:1\n" in drawn


def test_a_span_over_several_lines_is_marked_to_the_end_of_its_first(folder: Path) -> None:
    file = written(folder / "stack.py", "web = Service(  \n    image=3,\n)")
    finding = Diagnostic(summary="no", places=(Place(Span(file, 1, 7, 3, 2)),))
    assert render([finding]).splitlines()[3:] == [" 1 | web = Service(", "   |       ^^^^^^^^"]


@pytest.mark.parametrize(
    ("line", "part", "before", "carets"),
    [
        ("\tx = 80", "80", "    x = ", 2),
        ("x\t= 80", "80", "x    = ", 2),
        ('x = "日本", 80', "80", 'x = "日本", ', 2),
        ('x = "日本"', '"日本"', "x = ", 6),
        ('x = "e\u0301", 80', "80", 'x = "e\u0301", ', 2),
        ('x = "\x1b", 80', "80", 'x = "\\x1b", ', 2),
    ],
)
def test_carets_stand_under_what_is_seen(folder: Path, line: str, part: str, before: str, carets: int) -> None:
    file = folder / "stack.py"
    file.write_bytes(line.encode())
    column = line.index(part) + 1
    finding = Diagnostic(summary="no", places=(Place(Span(file, 1, column, 1, column + len(part))),))
    assert render([finding]).splitlines()[3:] == [
        f" 1 | {before}{part}",
        f"   | {' ' * width_of(before)}{'^' * carets}",
    ]


@pytest.mark.parametrize("part", ["start", "middle", "end"])
def test_a_long_line_is_cut_around_what_is_meant(folder: Path, part: str) -> None:
    line = "start" + " word" * 30 + " middle" + " word" * 30 + " end"
    file = written(folder / "stack.py", line)
    drawn = render([Diagnostic(summary="no", places=(Place(span(file, 1, part)),))], width=60).splitlines()
    assert max(map(width_of, drawn)) <= 60
    at = drawn[4].index("^")
    assert drawn[3][at : at + len(part)] == part
    assert drawn[4].strip("| ") == "^" * len(part)
    assert ("…" in drawn[3][:8], drawn[3].endswith("…")) == (part != "start", part != "end")


@given(st.text(max_size=300), st.integers(1, 320), st.integers(1, 320), st.integers(30, 120), st.booleans())
@example(line="x" * 56, start=58, end=1, width=61, colour=False)
def test_any_line_and_any_span_are_drawn(line: str, start: int, end: int, width: int, colour: bool) -> None:
    place = Place(Span(None, 7, start, 7, end, text=line), note="a note")
    finding = Diagnostic(summary=line, places=(place, place), expected=line, help=line, excerpt=(line, 0, 1))
    drawn = render([finding], width=width, colour=colour)
    drawn.encode()
    if not colour:
        limit = max(width, len("  --> standard input:7:320") + 35)
        assert all(width_of(row) <= limit for row in drawn.splitlines())


@pytest.mark.parametrize(
    "line",
    [
        'pw = Secret(content="hunter2")',
        'pw = Secret(content = f"hunter2 {x}", name="pw")',
        "    content='hunter2',",
        '    content="hun" + "hunter2",',
        '    content=b"hunter2",',
        '    content="""hunter2',
        "    values={'password': 'hunter2'},",
        'Service(secrets=[Secret("hunter2").at("x")])',
        'Secret(**{"content": "hunter2"})',
        'Secret(content=str("hunter2"))',
        'Secret(content="\\"hunter2")',
        'Secret(contents="hunter2")',
        'Secret(name="pw", text=["hunter2"])',
        "Secret(content=0xhunter2)",
        'pw = evolve(secret, contents="hunter2")',
        'pw = S(contents="hunter2")',
        'pw = S(Contents_="hunter2", name="pw")',
    ],
)
@pytest.mark.parametrize("others", [(), (Place(Span(None, 1)),)])
def test_content_of_secrets_is_not_shown(line: str, others: tuple[Place, ...]) -> None:
    place = Place(Span(None, 1, 1, 1, len(line), text=line))
    drawn = render([Diagnostic(summary="no", places=(*others, place))])
    assert "hunter2" not in drawn
    assert "…" in drawn


@pytest.mark.parametrize(
    "source",
    [
        'pw = Secret(\n    content="""first\nhunter2""", file=3)\n',
        "pw = Secret(\n    content='''first\n\n  hunter2\n''',\n)\n",
        "pw = Secret(  # don't\n    'hunter2',\n)\n",
        'pw = Secret(\n    contents="hunter2",\n)\n',
        'pw = Secret(\n    values={\n        "a": [\n            "hunter2",\n        ],\n    },\n)\n',
        'pw = Secret(\n    content="one \\\nhunter2",\n)\n',
    ],
)
def test_content_of_secrets_that_spans_lines_is_not_shown(folder: Path, source: str) -> None:
    file = folder / "stack.py"
    file.write_text(source)
    line = next(i for i, text in enumerate(source.split("\n"), 1) if "hunter2" in text)
    main, other = Place(Span(file, line)), Place(Span(file, 1))
    for places in ((main,), (other, main)):
        drawn = render([Diagnostic(summary="no", places=places)])
        assert "hunter2" not in drawn
        assert "…" in drawn


def test_a_file_that_changed_is_read_again(folder: Path) -> None:
    for word in ("first", "other", "longer one"):
        file = written(folder / "stack.py", word)
        assert word in render([Diagnostic(summary="no", places=(Place(Span(file, 1)),))])


@pytest.mark.parametrize(
    ("name", "source", "shown"),
    [
        ("stack.py", "# -*- coding: latin-1 -*-\nx = 'caf\xe9 x'\n".encode("latin-1"), "x = 'café x'"),
        ("stack.py", b"# coding: nonsense\nx = 'caf\xe9 x'\n", "x = 'caf\N{REPLACEMENT CHARACTER} x'"),
        ("stack.py", "\N{BOM}\r\nx = 'café x'\r\n".encode(), "x = 'café x'"),
        ("stack.yml", "# coding: latin-1\nx: café x\n".encode(), "x: café x"),
    ],
)
def test_a_file_is_shown_in_its_own_coding(folder: Path, name: str, source: bytes, shown: str) -> None:
    (folder / name).write_bytes(source)
    drawn = render([Diagnostic(summary="no", places=(Place(Span(folder / name, 2)),))])
    assert shown in drawn


def test_the_lines_after_a_secret_are_shown(folder: Path) -> None:
    file = folder / "stack.py"
    file.write_text(
        'content = "a"\nvalues = y  # it\'s\npw = Secret(content="b")\nweb = Service(image="nginx", x={1: 2})\n'
    )
    for line, text in ((2, "values = y  # it's"), (4, 'web = Service(image="nginx", x={1: 2})')):
        assert text in render([Diagnostic(summary="no", places=(Place(Span(file, line)),))])


@pytest.mark.parametrize(
    "line",
    [
        'Secret(file="./pw.txt")',
        'Config(content="hello", name="x")',
        'Config(values={"a": "b"})',
        'Secret(name="pw", external=True)',
        'Service(image="nginx")',
        'x = "contents"',
    ],
)
def test_other_texts_are_shown(line: str) -> None:
    assert line in render([Diagnostic(summary="no", places=(Place(Span(None, 1, text=line)),))])


def test_a_line_of_a_secrets_text_keeps_its_indentation(folder: Path) -> None:
    file = folder / "stack.yml"
    file.write_text("secrets:\n  s:\n    content: |\n      hunter2\n     x: y\n")
    drawn = render([Diagnostic(summary="no", places=(Place(span(file, 5, "x: y")),))])
    assert "5 |      …\n   |      ^\n" in drawn


def test_findings_are_sorted_by_place_and_told_once(folder: Path) -> None:
    def at(summary: str, file: str, line: int) -> Diagnostic:
        return Diagnostic(summary=summary, places=(Place(Span(folder / file, line)),))

    findings = [at("three", "b.py", 1), at("two", "a.py", 10), at("one", "a.py", 9), Diagnostic(summary="zero")]
    heads = [line for line in render([*findings, *findings]).splitlines() if line.startswith("error")]
    assert heads == ["error: zero", "error: one", "error: two", "error: three"]


def test_long_texts_are_folded_below_their_beginning() -> None:
    finding = Diagnostic(summary="word " * 20, expected="word " * 20, help="one\n  two")
    drawn = render([finding], width=60)
    assert drawn == text(f"""
        error: {"word " * 9}word
        {"word " * 9}word
           = expected  {"word " * 8}word
                       {"word " * 8}word
                       word word
           = help      one
                         two
    """)


def test_colour_only_where_it_is_wanted(folder: Path) -> None:
    file = written(folder / "stack.py", "web = Service()")
    finding = Diagnostic(summary="no", rule="PSD212", places=(Place(span(file, 1, "web")),), help="yes")
    plain, coloured = render([finding]), render([finding], colour=True)
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31merror PSD212:\x1b[0m")
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_no_findings_are_no_text() -> None:
    assert render([]) == ""
    assert tally([]) == ""


def test_a_tally() -> None:
    error, warning, info = (Diagnostic(summary="x", severity=severity) for severity in Severity)
    assert tally([error]) == "1 error"
    assert tally([warning, error, error]) == "2 errors, 1 warning"
    assert tally([info, info]) == "2 remarks"


def running(key: str) -> Diagnostic:
    return Diagnostic(
        summary=f"a task of service {key} may use all the memory of its node",
        severity=Severity.INFO,
        rule="PSD301",
        kind="no-memory-limit",
        path=KeyPath("services", key),
        stack="shop",
    )


def test_a_running_stack_is_named_in_place_of_a_line() -> None:
    found = [*map(running, ("api", "web")), attrs.evolve(running("api"), stack="blog")]
    assert render(folded(found)) == (
        "info PSD301 no-memory-limit: a task of service api may use all the memory of its node\n"
        "  --> blog: services.api\n"
        "\n"
        "info PSD301 no-memory-limit: a task of service api may use all the memory of its node\n"
        "  --> shop: services.api\n"
        "  --> shop: services.web   a task of service web may use all the memory of its node\n"
    )


def test_a_note_that_has_no_room_beside_its_place_stands_below() -> None:
    narrow = render(folded(map(running, ("api", "worker-of-the-shop"))), width=50)
    assert narrow.endswith(
        "  --> shop: services.api\n"
        "  --> shop: services.worker-of-the-shop\n"
        "        a task of service worker-of-the-shop may\n"
        "        use all the memory of its node\n"
    )


def test_a_file_with_many_secrets_is_shown(folder: Path) -> None:
    """Would take hours if each line were looked up among all secrets."""
    count = 60_000
    (folder / "many.yml").write_text("".join(f"- API_TOKEN=abc{number}\n" for number in range(count)))
    line = line_of(Span(file=folder / "many.yml", line=count, column=1))
    assert line is not None
    assert line.secret == [(len("- API_TOKEN="), len(line.text))]
