"""What containers write, out of the Engine's streams: cut anywhere, in pieces, of several tasks at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pystackdsl.swarm.engine.streams import LogLine, lines
from pystackdsl.swarm.errors import EngineError

TIME = "2026-01-31T12:00:00.000000001Z"


def said(text: str, *, task: str = "t1") -> bytes:
    """A message as the Engine has it."""
    return f"{TIME} com.docker.swarm.node.id=n,com.docker.swarm.task.id={task} {text}".encode()


def frame(number: int, message: bytes) -> bytes:
    return bytes([number, 0, 0, 0]) + len(message).to_bytes(4) + message


def shown(found: Iterable[LogLine]) -> list[tuple[str, str, str]]:
    return [(line.stream, line.task, line.text) for line in found]


WRITTEN = [
    frame(1, said("one\n")),
    frame(2, said("two = 2, and more\n")),
    frame(1, said("\n")),
    frame(1, said("first half, ", task="t1")),
    frame(1, said("of another task\n", task="t2")),
    frame(2, said("meanwhile\n", task="t1")),
    frame(1, said("second half\n", task="t1")),
    frame(1, said("no end", task="t2")),
]
LINES = [
    ("stdout", "t1", "one"),
    ("stderr", "t1", "two = 2, and more"),
    ("stdout", "t1", ""),
    ("stdout", "t2", "of another task"),
    ("stderr", "t1", "meanwhile"),
    ("stdout", "t1", "first half, second half"),
    ("stdout", "t2", "no end"),
]


@given(st.lists(st.integers(0, sum(map(len, WRITTEN))), max_size=8))
def test_frames_are_put_together_wherever_they_are_cut(cuts: list[int]) -> None:
    whole = b"".join(WRITTEN)
    ends = sorted({0, *cuts, len(whole)})
    chunks = [whole[start:end] for start, end in itertools.pairwise(ends)]
    assert shown(lines(chunks, tty=False)) == LINES


@given(st.lists(st.integers(0, 400), max_size=5))
def test_what_a_terminal_shows(cuts: list[int]) -> None:
    whole = said("one\r\n") + said("half ") + said("other\r\n", task="t2") + said("and half\r\n") + said("no end")
    ends = sorted({0, *(cut for cut in cuts if cut < len(whole)), len(whole)})
    chunks = [whole[start:end] for start, end in itertools.pairwise(ends)]
    assert shown(lines(chunks, tty=True)) == [
        ("stdout", "t1", "one"),
        ("stdout", "t2", "other"),
        ("stdout", "t1", "half and half"),
        ("stdout", "t1", "no end"),
    ]


def test_the_parts_of_a_line() -> None:
    (line,) = lines([frame(1, f"{TIME} a%3Db=c%2Cd,com.docker.swarm.task.id=t é = ü\n".encode())], tty=False)
    assert line == LogLine(TIME, "stdout", "é = ü", {"a=b": "c,d", "com.docker.swarm.task.id": "t"})


def test_a_message_without_the_task_is_all_text() -> None:
    assert shown(lines([frame(1, f"{TIME} a=b c\n".encode())], tty=False)) == [("stdout", "", "a=b c")]


def test_what_the_daemon_says_itself_ends_the_stream() -> None:
    reason = "some logs could not be retrieved for the following reasons: node n2 is not available"
    message = f"Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream. {reason}"
    found = lines([frame(1, said("one\n")), frame(3, message.encode())], tty=False)
    assert shown([next(found)]) == [("stdout", "t1", "one")]
    with pytest.raises(EngineError) as told:
        next(found)
    assert told.value.summary == "the daemon does not have all logs: node n2 is not available"


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert shown(lines([frame(1, said("a") + b"\xff\n")], tty=False)) == [("stdout", "t1", "a�")]
