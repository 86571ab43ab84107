"""A daemon that is none: a socket that answers the Docker CLI, and us, with the lists that a test gives it.

    with answering({"services": [...], "tasks": [...]}, folder) as daemon:
        judge.ask(daemon.host, "stack", "ls")

It filters nothing, and knows an object by its ID.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any

Lists = Mapping[str, Sequence[Mapping[str, Any]]]


class Daemon(ThreadingMixIn, UnixStreamServer):
    """The socket. `lists` may be changed while it answers; `calls` are the lines of what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, lists: Lists) -> None:
        self.lists = lists
        self.calls: list[str] = []
        super().__init__(str(path), _Handler)

    @property
    def host(self) -> str:
        return f"unix://{self.server_address!s}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Daemon

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def do_HEAD(self) -> None:
        self.answer(200, "OK")

    def do_GET(self) -> None:
        path = re.sub(r"^/v[0-9.]+(?=/)", "", self.path).partition("?")[0].strip("/")
        self.server.calls.append(f"GET /{path}")
        kind, _, name = path.partition("/")
        if kind == "_ping":
            self.answer(200, "OK")
        elif kind == "info":
            self.answer(200, {"Swarm": {"ControlAvailable": True, "LocalNodeState": "active"}})
        elif not name and kind in self.server.lists:
            self.answer(200, self.server.lists[kind])
        else:
            found = next(
                (each for each in self.server.lists.get(kind, ()) if name in (each.get("ID"), each.get("Id"))), None
            )
            self.answer(*((200, found) if found else (404, {"message": f"{kind} {name} not found"})))

    def answer(self, status: int, body: Any) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response_only(status)
        for name, value in (("Api-Version", "1.41"), ("Ostype", "linux"), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the client went away
            super().handle()


@contextlib.contextmanager
def answering(lists: Lists, folder: Path) -> Iterator[Daemon]:
    """A daemon whose socket is in `folder`, which is to have a short path."""
    with Daemon(folder / "fake.sock", lists) as daemon:
        thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield daemon
        finally:
            daemon.shutdown()
            thread.join()
