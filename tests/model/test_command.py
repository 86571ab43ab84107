"""Command lines are split as the Docker CLI splits them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText
from pystackdsl.model.command import split_command

LINES = [
    "sleep 300",
    "",
    "  a  b\tc\nd\re  ",
    "sh -c 'echo \"a\" $HOME'",
    'sh -c "echo \'a\' \\"b\\" \\a \\\\"',
    "a\\ b \\'c\\' \\\"d",
    "a'b'\"c\"d",
    "'' \"\" a''",
    "a#b #c d",
    "a # 'b\nc # d",
    "#",
    "# a\nb",
    "'#' \"#\" \\#",
    "a 'b",
    'a "b',
    "a 'b\" c",
    "a\\",
    '"a\\',
    '"a\\"',
    "'a\\'",
    "é 日本\u00a0x\u2003y",
    "a\x0bb\x0cc",
    "a && b; c | d > e",
    "\\\n a",
    "'a\nb' \"c\nd\"",
]


def stack(command: str | tuple[str, ...]) -> str:
    return "services: {a: {image: a, command: %s}}" % json.dumps(command).replace("$", "$$")  # noqa: UP031 - braces


def agreed(judge: Judge, line: str) -> None:
    """Both refuse a line, or Docker reads the same from it and from the list of its words."""
    try:
        words = split_command(line)
    except InvalidText:
        assert not judge.read(stack(line)).accepted
    else:
        assert judge.same(stack(line), stack(words))


@pytest.mark.parametrize("line", LINES)
def test_lines_are_split_as_docker_splits_them(judge: Judge, line: str) -> None:
    agreed(judge, line)


@settings(max_examples=40, deadline=None)
@given(line=st.text("ab '\"\\#\n", max_size=12))
def test_random_lines_are_split_as_docker_splits_them(judge: Judge, line: str) -> None:
    agreed(judge, line)


@pytest.mark.parametrize(
    ("line", "summary", "span", "help"),
    [
        (
            "a 'b",
            "\"a 'b\" is not a command line: its quote ' is not closed",
            (2, 4),
            "close it, or write \\' for the character",
        ),
        (
            'a "b',
            '"a "b" is not a command line: its quote " is not closed',
            (2, 4),
            'close it, or write \\" for the character',
        ),
        (
            "a b\\",
            '"a b\\" is not a command line: nothing stands behind the last backslash',
            (3, 4),
            "write \\\\ for a backslash",
        ),
    ],
)
def test_what_is_open_is_told(line: str, summary: str, span: tuple[int, int], help: str) -> None:
    with pytest.raises(InvalidText) as error:
        split_command(line)
    assert (error.value.findings[0].summary, error.value.span, error.value.findings[0].help) == (summary, span, help)
