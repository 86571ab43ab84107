"""A socket in front of an Engine that keeps what is called, answers slowly, and breaks off where a test wants it.

    with proxied(engine.socket, tmp_path / "p.sock") as proxy:
        proxy.fail(at=4, when="after")             # the fourth call is done, and nobody is told
        ... DOCKER_HOST=proxy.host ...
        assert [call.line for call in proxy.writes] == ["POST /services/create"]

Answers are passed on whole, so streams without an end (`follow`) are none for it.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn, UnixStreamServer
from typing import Any, Literal

import attrs

READING = ("GET", "HEAD")


@attrs.frozen
class Call:
    """One call: method, path without the version, body, and the status that was answered (None: none was)."""

    method: str
    path: str
    query: str
    body: bytes
    status: int | None

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@attrs.frozen
class Fault:
    """What happens to the calls that match: the `at`-th of them, `onwards` those after it too, or with `at=None` all.

    `before`: the connection breaks and the Engine never hears of it; `after`: the Engine does it, and the answer is
    lost; a number: that is the answer's status, and the Engine never hears of it.
    """

    at: int | None
    when: Literal["before", "after"] | int
    matching: str
    onwards: bool = False

    def meets(self, number: int) -> bool:
        """Whether it happens to the call that is the `number`-th to match."""
        return self.at is None or number == self.at or (self.onwards and number > self.at)


class Proxy:
    """A running proxy. `host` is what DOCKER_HOST takes; `delay` the seconds that each answer takes longer."""

    def __init__(self, upstream: Path, path: Path) -> None:
        self.upstream = upstream
        self.path = path
        self.delay = 0.0
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self._seen: dict[int, int] = {}
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        return f"unix://{self.path}"

    @property
    def writes(self) -> list[Call]:
        """The calls that may change something, in their order."""
        return [call for call in self.calls if call.method not in READING]

    def fail(
        self,
        *,
        at: int | None = None,
        when: Literal["before", "after"] | int,
        matching: str = ".*",
        onwards: bool = False,
    ) -> None:
        """Add a fault; `matching` is a pattern of the whole of `METHOD /path`."""
        self.faults.append(Fault(at, when, matching, onwards))

    def reset(self) -> None:
        """Forget all calls and faults, and the delay."""
        self.calls, self.faults, self._seen, self.delay = [], [], {}, 0.0

    def fault_of(self, line: str) -> Fault | None:
        """The fault that this call meets; it is counted."""
        with self._lock:
            found = None
            for number, fault in enumerate(self.faults):
                if re.fullmatch(fault.matching, line):
                    self._seen[number] = self._seen.get(number, 0) + 1
                    if found is None and fault.meets(self._seen[number]):
                        found = fault
            return found

    def note(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)


class _UnixServer(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64
    proxy: Proxy


class Server(ThreadingMixIn, TCPServer):
    """The same on a port of 127.0.0.1."""

    daemon_threads = True
    proxy: Proxy

    @classmethod
    @contextlib.contextmanager
    def listening(cls, proxy: Proxy, context: ssl.SSLContext | None = None) -> Iterator[Server]:
        """A proxy that listens; with a context it speaks TLS."""
        with cls(("127.0.0.1", 0), _Handler) as server:
            if context is not None:
                server.socket = context.wrap_socket(server.socket, server_side=True)
            server.proxy = proxy
            with _serving(server):
                yield server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _UnixServer | Server
    _upstream: http.client.HTTPConnection | None = None

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def relay(self) -> None:
        proxy = self.server.proxy
        target, _, query = self.path.partition("?")
        path = re.sub(r"^/v[0-9.]+(?=/)", "", target)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = proxy.fault_of(f"{self.command} {path}")
        time.sleep(proxy.delay)
        if fault is not None and fault.when != "after":
            status = fault.when if isinstance(fault.when, int) else None
            proxy.note(Call(self.command, path, query, body, status))
            if status is None:
                self.close_connection = True
            else:
                self.answer(status, b'{"message":"a fault of the test"}', {})
            return
        status, data, headers = self.forwarded(body)
        proxy.note(Call(self.command, path, query, body, None if fault else status))
        if fault is not None:
            self.close_connection = True
            return
        self.answer(status, data, headers)

    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = relay

    def forwarded(self, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection("docker", timeout=120)
            self._upstream.sock = socket.socket(socket.AF_UNIX)
            self._upstream.sock.connect(str(self.server.proxy.upstream))
        self._upstream.request(self.command, self.path, body or None, dict(self.headers.items()))
        answer = self._upstream.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())

    def answer(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def finish(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the client went away
            super().handle()


@contextlib.contextmanager
def _serving(server: _UnixServer | Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def proxied(upstream: Path, path: Path) -> Iterator[Proxy]:
    """A proxy at `path`, which is to be short, in front of the Engine at `upstream`."""
    proxy = Proxy(upstream, path)
    with _UnixServer(str(path), _Handler) as server:
        server.proxy = proxy
        with _serving(server):
            yield proxy
