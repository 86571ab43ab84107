"""A socket that says what a test tells it to, an answer for each call: for clients of HTTP and broken daemons.

with speaking() as speaker:
    speaker.answers = [b"HTTP/1.1 200 OK\r\n…", None]      # None ends the connection
    ... speaker.path ...
    assert speaker.heard == [b"GET /x HTTP/1.1…"]
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path


class Speaker:
    """The socket at `path`; `connections` counts those that it took."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.answers: list[bytes | None] = []
        self.heard: list[bytes] = []
        self.connections = 0
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(path)
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        """What DOCKER_HOST takes."""
        return f"unix://{self.path}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                while self.answers and (heard := connection.recv(65536)):
                    self.heard.append(heard)
                    answer = self.answers.pop(0)
                    if answer is None:
                        break
                    connection.sendall(answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@contextlib.contextmanager
def speaking() -> Iterator[Speaker]:
    """A speaker, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="speak", dir="/tmp") as folder:
        speaker = Speaker(str(Path(folder, "s")))
        try:
            yield speaker
        finally:
            speaker.close()
