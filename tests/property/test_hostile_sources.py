"""Whatever a text holds, it enters Python as a literal or as a comment: nothing runs, nothing breaks out, nothing is lost.

Two ways in: a random stack with hostile comments, anchors and a hostile title; and YAML with hostile keys and values,
through the whole command.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import stacks
from property.test_source_round_trip import one_word, run
from property.texts import keys, texts
from python.source_law import strangers

from pystackdsl import Stack
from pystackdsl.cli.main import main
from pystackdsl.compose import text
from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.python.literals import comment_lines, literal, string
from pystackdsl.python.writer import write

HOSTILE = [
    *(
        '"""',
        "'''",
        '"',
        "'",
        "\\",
        "\\N{DIGIT ONE}",
        "{",
        "}",
        "{{}}",
        "{x!r}",
        "#",
        "\n",
        "\r",
        "\r\n",
        "\x0b",
        "\x0c",
    ),
    *(
        "\x85",
        "\u2028",
        "\u2029",
        "\0",
        "\x1b[2J",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ud800",
        "\udcff",
        "\ufdd5",
        "${",
        "$$",
    ),
    *(
        "\nimport os\n",
        '"""\nimport os\n"""',
        "'+exit()+'",
        "{exit()}",
        "# coding: utf-7",
        "+AG8-",
        "-*- coding: x -*-",
    ),
    *("type: ignore", "# type: int", "pyright: strict", "fmt: off", "__import__('os')", "é", "👍", "\u0301"),
]
hostile = st.lists(st.sampled_from(HOSTILE) | texts, max_size=5).map("".join)


@given(hostile)
def test_a_literal_is_the_text(value: str) -> None:
    for written in (string(value), literal([(False, value)])):
        assert ast.literal_eval(written) == value
        assert written.isprintable()
    written = literal([(False, value), (True, "x"), (False, value)])
    assert eval(written, {"x": "-"}) == f"{value}-{value}"


@given(st.lists(hostile, max_size=4))
def test_a_comment_is_a_comment(lines: list[str]) -> None:
    written = comment_lines(lines)
    source = "\n".join([*written, "x = 1"])
    kinds = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.NAME,
        tokenize.OP,
        tokenize.NUMBER,
        tokenize.ENDMARKER,
    }
    found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    assert {token.type for token in found} <= kinds
    assert [token.string for token in found if token.type == tokenize.NAME] == ["x"]
    assert all(line.isprintable() for line in written)
    # Neither Python nor a type checker takes any of it for an instruction.
    assert tokenize.detect_encoding(io.BytesIO(source.encode()).readline)[0] == "utf-8"
    assert ast.dump(ast.parse(source, type_comments=True)) == ast.dump(ast.parse("x = 1"))


@st.composite
def notes(draw: st.DrawFn, stack: Stack) -> SourceNotes:
    """Hostile comments and anchors, at places that the stack has and at others."""
    paths = [KeyPath(), KeyPath(-1), KeyPath("version"), KeyPath("elsewhere", 0)]
    for kind, key, resource in stack.resources():
        paths += [KeyPath(kind), KeyPath(kind, -1), KeyPath(kind, key), KeyPath(kind, key, -1)]
        for field, value in resource.__dict__.items():
            paths.append(KeyPath(kind, key, field))
            if isinstance(value, Mapping):
                paths += [KeyPath(kind, key, field, str(name)) for name in value]
            elif isinstance(value, tuple):
                paths += [KeyPath(kind, key, field, position) for position in range(len(value))]
    lines = st.lists(hostile | st.just("\n"), min_size=1, max_size=3)
    shared = draw(st.dictionaries(st.sampled_from(paths), hostile, max_size=3))
    return SourceNotes(comments=draw(st.dictionaries(st.sampled_from(paths), lines, max_size=8)), shared=shared)


@given(st.data(), stacks(), hostile)
def test_comments_anchors_and_titles_change_nothing(data: st.DataObject, stack: Stack, title: str) -> None:
    said = data.draw(notes(stack))
    source = write(stack, said, title=title)
    assert strangers(source) == [], source
    assert one_word(run(source).resolved()) == one_word(stack.resolved()), source
    assert ast.dump(ast.parse(source)) == ast.dump(ast.parse(source, type_comments=True))


@given(st.data(), stacks())
def test_no_comment_is_lost_and_none_is_written_twice(data: st.DataObject, stack: Stack) -> None:
    said = data.draw(notes(stack))
    numbered = {
        path: [line if line == "\n" else f"comment {number}.{at}" for at, line in enumerate(lines)]
        for number, (path, lines) in enumerate(said.comments.items())
    }
    source = write(stack, SourceNotes(comments=numbered))
    written = sorted(line.strip() for line in source.splitlines() if line.strip().startswith("# comment "))
    assert written == sorted(f"# {line}" for lines in numbered.values() for line in lines if line != "\n")


values = hostile.filter(
    lambda value: not any(0xD800 <= ord(letter) <= 0xDFFF or 0xFDD0 <= ord(letter) <= 0xFDEF for letter in value)
)
free_keys = values.filter(lambda key: key.strip("\n") != "" and "=" not in key) | keys
literals = values.map(lambda value: value.replace("$", "$$"))
services = st.fixed_dictionaries(
    {"image": st.just("a:1")},
    optional={
        "command": st.lists(literals, max_size=3),
        "environment": st.dictionaries(free_keys, literals, max_size=3),
        "labels": st.dictionaries(free_keys, literals, max_size=3),
        "hostname": literals,
        "working_dir": literals,
        "logging": st.fixed_dictionaries(
            {"driver": literals, "options": st.dictionaries(free_keys, literals, max_size=2)}
        ),
        "x-note": st.recursive(
            literals,
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(free_keys, inner, max_size=2),
            max_leaves=4,
        ),
    },
)
names = st.sampled_from(
    ["web", "class", "None", "Service", "evolve", "compose", "int", "a-b", "1", "print", "self", "services"]
)
trees = st.fixed_dictionaries(
    {"services": st.dictionaries(names, services, min_size=1, max_size=3)},
    optional={
        "networks": st.dictionaries(names, st.just({}), max_size=2),
        "x-all": st.dictionaries(free_keys, literals, max_size=2),
    },
)


@given(trees, st.lists(hostile, max_size=3))
def test_hostile_yaml_is_imported_or_refused(tree: dict[str, Any], comments: list[str]) -> None:
    shown = [line for comment in comments for line in comment.split("\n")]
    head = "".join(
        f"# {line}\n" for line in shown if not set(line) & set("\r\x85\u2028\u2029\ufeff") and line.isprintable()
    )
    source = head + text.write(tree)
    status, out, err = imported(source)
    assert status in (0, 1), err
    assert "itself failed" not in err, err
    if status == 0:
        assert strangers(out) == []
        out.encode()
    else:
        assert "does not build the same stack" not in err, (source, err)
        assert out == ""


def imported(source: str) -> tuple[int, str, str]:
    """What the import of a text from standard input comes to."""
    streams = sys.stdin, sys.stdout, sys.stderr
    data = io.TextIOWrapper(io.BytesIO(source.encode()))
    sys.stdin, sys.stdout, sys.stderr = data, io.StringIO(), io.StringIO()
    try:
        status = main(["import", "-"])
        return status, sys.stdout.getvalue(), sys.stderr.getvalue()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams


def test_the_law_notices_what_is_not_allowed() -> None:
    good = '"""A."""\n\nfrom pystackdsl import Service, node\n\na = Service(image="x")\n'
    assert strangers(good) == []
    for bad in (
        "import os",
        "a = exit()",
        "a = [x for x in y]",
        "a = lambda: 0",
        "print(1)",
        "a.b = 1",
        "a = a.image",
        "a = 1 + 1",
    ):
        assert strangers(good + bad), bad
    with pytest.raises(SyntaxError):
        strangers("a = (")
