"""HTTP over a socket: answers in all the forms that HTTP has for them, broken ones, and connections used again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.speaker import Speaker, speaking

from pystackdsl.swarm.engine.wire import SocketClient, unix

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKS = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
)


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with speaking() as speaker:
        yield speaker


@pytest.fixture
def client(speaker: Speaker) -> Iterator[SocketClient]:
    client = SocketClient(unix(speaker.path), {})
    yield client
    client.close()
    speaker.answers = []


def asked(speaker: Speaker, answers: Sequence[bytes | None], method: str = "GET") -> tuple[int, bytes]:
    """What the client makes of the first answer; the others end its connection."""
    speaker.answers = [*answers]
    client = SocketClient(unix(speaker.path), {"X-Mine": "1"})
    try:
        answer = client.request(method, "/x", params={"a": "b c"}, timeout=5)
        return answer.status_code, answer.content
    finally:
        client.close()
        speaker.answers = []


@pytest.mark.parametrize(
    ("answer", "status", "content"),
    [
        (OK, 200, b"ok"),
        (CHUNKS, 200, b"abc0123456789"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.0 200\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 200, b"x"),
    ],
)
def test_answers(speaker: Speaker, answer: bytes, status: int, content: bytes) -> None:
    assert asked(speaker, [answer]) == (status, content)
    assert speaker.heard.pop() == b"GET /x?a=b+c HTTP/1.1\r\nHost: docker\r\nX-Mine: 1\r\n\r\n"


def test_an_answer_that_the_end_of_the_connection_ends(speaker: Speaker, client: SocketClient) -> None:
    speaker.answers = [b"HTTP/1.1 200 OK\r\n\r\nto the end"]
    assert client.request("GET", "/x", timeout=5).content == b"to the end"


def test_the_answer_to_head_has_no_body(speaker: Speaker) -> None:
    assert asked(speaker, [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], "HEAD") == (200, b"")


@pytest.mark.parametrize(
    "answer",
    [None, b"", b"HTTP/1.1", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n\r\n", OK[:-1], CHUNKS[:-20], CHUNKS[:-3],
     CHUNKS.replace(b"\r\n3\r\n", b"\r\nx\r\n"), OK.replace(b"2\r", b"-2\r"), OK.replace(b"2\r", b"z\r")],
)  # fmt: skip
def test_a_broken_answer_is_an_oserror(speaker: Speaker, answer: bytes | None) -> None:
    with pytest.raises(OSError):
        asked(speaker, [answer])


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: CHUNKS[:60] + tail))
def test_any_answer_is_an_answer_or_an_oserror(speaker: Speaker, answer: bytes) -> None:
    with contextlib.suppress(OSError):
        asked(speaker, [answer])


def test_nobody_there_is_an_oserror() -> None:
    with pytest.raises(FileNotFoundError):
        SocketClient(unix("/nowhere/at/all"), {}).request("GET", "/x")


def test_a_connection_is_used_again_unless_it_has_ended() -> None:
    with speaking() as speaker, contextlib.closing(SocketClient(unix(speaker.path), {})) as client:
        speaker.answers = [OK, CHUNKS, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"]
        assert [client.request("GET", "/x", timeout=5).status_code for _ in range(3)] == [200, 200, 500]
        assert speaker.connections == 1
        speaker.answers = [OK]  # it has ended: there was nothing more to say
        assert client.request("GET", "/x", timeout=5).content == b"ok"
        assert speaker.connections == 2


def test_a_body_is_sent_whole(speaker: Speaker, client: SocketClient) -> None:
    speaker.heard.clear()
    speaker.answers = [OK]
    client.request("POST", "/x", data='{"é": 1}', headers={"Content-Type": "application/json"})
    assert speaker.heard[0].endswith('Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"é": 1}'.encode())


def test_a_line_break_in_a_header_is_refused(client: SocketClient) -> None:
    with pytest.raises(OSError, match="line break"):
        client.request("GET", "/x", headers={"A": "b\r\nC: d"})


def test_a_stream_is_read_as_it_comes(speaker: Speaker, client: SocketClient) -> None:
    speaker.answers = [CHUNKS]
    answer = client.request("GET", "/x", stream=True, timeout=5)
    assert [*answer.iter_content(1 << 16)] == [b"abc", b"0123456789"]
    answer.close()
    speaker.answers = [CHUNKS]
    answer = client.request("GET", "/x", stream=True, timeout=5)
    assert next(answer.iter_content(None)) == b"abc"
    answer.close()


def test_an_answer_that_does_not_come_is_a_timeout(speaker: Speaker, client: SocketClient) -> None:
    speaker.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", None]
    with pytest.raises(TimeoutError):
        client.request("GET", "/x", timeout=0.05)
