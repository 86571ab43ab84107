"""The first call to a daemon: the version that is agreed on, and what is told of daemons that are none or too old."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from rig.speaker import speaking

from pystackdsl.swarm.engine import connect
from pystackdsl.swarm.errors import EngineError, Unreachable


def ping(*headers: str, status: str = "200 OK", body: str = "") -> bytes:
    """An answer to `HEAD /_ping`, or with a body to GET."""
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body]).encode()


@pytest.mark.parametrize(
    ("daemon", "fixed", "spoken"),
    [
        ("1.41", "", (1, 41)),
        ("1.44", "", (1, 44)),
        ("1.99", "", (1, 51)),
        ("1.48", "1.44", (1, 44)),
        ("2.0", "", (1, 51)),
    ],
)
def test_the_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, daemon: str, fixed: str, spoken: tuple[int, int]
) -> None:
    monkeypatch.setenv("DOCKER_API_VERSION", fixed)
    with speaking() as speaker:
        speaker.answers = [ping(f"Api-Version: {daemon}")]
        with contextlib.closing(connect(host=speaker.host, config=tmp_path)) as engine:
            assert engine.api == spoken
        assert len(speaker.heard) == 1


@pytest.mark.parametrize(
    ("answers", "fixed", "summary", "help"),
    [
        ([ping("Api-Version: 1.40")], "", "speaks API 1.40, which is too old", "upgrade it to Engine 20.10"),
        ([ping(status="404 No"), ping("Api-Version: 1.24", body="OK")], "", "speaks API 1.24", "upgrade"),
        ([ping("Api-Version: 1.41")], "1.99", "DOCKER_API_VERSION is 1.99, but", "leave it out"),
        ([], "1.20", "DOCKER_API_VERSION is 1.20", "set it to 1.41 or newer"),
        ([], "new", "DOCKER_API_VERSION is new", "set it to 1.41 or newer"),
        ([ping(status="502 Bad"), ping(status="502 Bad", body="?")], "", "something else with status 502", "address"),
        (
            [None, ping(status="400 Bad", body="Client sent an HTTP request to an HTTPS server.\n")],
            "",
            "no Docker daemon answers at unix://",
            "start it",
        ),
        (
            [ping(status="400 Bad"), ping(status="400 Bad", body="Client sent an HTTP request to an HTTPS server.\n")],
            "",
            "speaks TLS only",
            "DOCKER_TLS_VERIFY=1",
        ),
        ([b"SSH-2.0-OpenSSH\r\n"], "", "no Docker daemon answers at unix://", "name another"),
    ],
)
def test_what_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answers: list[bytes | None], fixed: str, summary: str, help: str
) -> None:
    monkeypatch.setenv("DOCKER_API_VERSION", fixed)
    with speaking() as speaker:
        speaker.answers = answers
        with pytest.raises(EngineError) as told:
            connect(host=speaker.host, config=tmp_path)
        assert summary in told.value.summary
        assert help in told.value.help


def test_a_call_that_never_left_is_not_said_to_have_been_sent(tmp_path: Path) -> None:
    with speaking() as speaker:
        speaker.answers = [ping("Api-Version: 1.41")]
        engine = connect(host=speaker.host, config=tmp_path)
    with pytest.raises(Unreachable) as unsent:
        engine.create("configs", {"Name": "a"})
    assert not unsent.value.sent
    engine.close()


def test_what_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_CUSTOM_HEADERS", 'X-Of=me,"X-List=a,b"')
    (tmp_path / "config.json").write_text('{"HttpHeaders": {"X-Team": "shop"}}')
    with speaking() as speaker:
        speaker.answers = [ping("Api-Version: 1.41"), ping(body='{"ID": "1"}')]
        with contextlib.closing(connect(host=speaker.host, config=tmp_path)) as engine:
            assert engine.create("configs", {"Name": "a"}, auth="e30=").id == "1"
    head, _, body = speaker.heard[1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1.41/configs/create HTTP/1.1\r\n")
    assert b"\r\nX-Team: shop\r\nX-Of: me\r\nX-List: a,b\r\n" in head
    assert b"\r\nX-Registry-Auth: e30=\r\n" in head
    assert body == b'{"Name": "a"}'
