"""HTTP over a socket of this machine, a daemon's or that of an ssh process: a call goes out, its answer comes in.

Made by `connection`. It has the few names of the docker SDK's client that `client` uses, and stands in for it where
there is no TLS: the SDK, and Python's own HTTP, take longer than the calls that most commands make.
"""

import select
import socket
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import BinaryIO, Final
from urllib.parse import urlencode

__all__ = ["Answer", "Dial", "SocketClient", "unix"]

Dial = Callable[[float | None], socket.socket]
"""Opens a socket whose other end is a daemon; takes at most so many seconds. Raises OSError."""

CHUNK: Final = 1 << 16
LINE: Final = 1 << 16
"""Bytes of a line of a head, at most."""


def unix(path: str) -> Dial:
    """Opens the Unix socket at a path."""

    def dial(timeout: float | None) -> socket.socket:
        opened = socket.socket(socket.AF_UNIX)
        try:
            opened.settimeout(timeout)
            opened.connect(path)
        except BaseException:
            opened.close()
            raise
        return opened

    return dial


class SocketClient:
    """Connections to a daemon, for several threads at once. Calls raise OSError."""

    base_url: Final = ""

    def __init__(self, dial: Dial, headers: Mapping[str, str]) -> None:
        self._dial = dial
        self.headers = {"Host": "docker", **headers}
        self._idle: list[_Connection] = []
        self._lock = Lock()

    def request(
        self,
        method: str,
        url: str,
        *,
        data: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        stream: bool = False,
    ) -> "Answer":
        """One call. Its answer is complete, unless it is to `stream`."""
        body = b"" if data is None else data.encode()
        head = _head(method, f"{url}?{urlencode(params)}" if params else url, self.headers | dict(headers or {}), body)
        connection = self._connection(timeout)
        try:
            connection.socket.sendall(head + body)
            answer = Answer(self, connection, has_body=method != "HEAD")
            if not stream:
                answer.content  # noqa: B018 - it is read
        except BaseException:
            connection.close()
            raise
        return answer

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _connection(self, timeout: float | None) -> "_Connection":
        """A connection that nobody uses: one from before, if the daemon has not ended it meanwhile."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return _Connection(self._dial(timeout))
            if connection.is_quiet():
                connection.socket.settimeout(timeout)
                return connection
            connection.close()

    def give_back(self, connection: "_Connection") -> None:
        """Take a connection whose call is over."""
        with self._lock:
            self._idle.append(connection)


def _head(method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """What goes before the body of a call."""
    length = {"Content-Length": str(len(body))} if body or method == "POST" else {}
    lines = [f"{name}: {value}" for name, value in {**headers, **length}.items()]
    if any("\n" in line or "\r" in line for line in lines):
        raise OSError("a header has a line break in it")
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode()


class _Connection:
    """One connection to a daemon."""

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self.reader: BinaryIO = opened.makefile("rb")

    def is_quiet(self) -> bool:
        """Whether the other side has neither ended the connection nor said what nobody asked for."""
        return not select.select([self.socket], [], [], 0)[0]

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def line(self) -> bytes:
        """The next line of a head, without its end."""
        line = self.reader.readline(LINE)
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the daemon ended the connection")
        return line.rstrip(b"\r\n")

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        data = self.reader.read(size)
        if len(data) < size:
            raise ConnectionResetError("the daemon ended the connection")
        return data


class Answer:
    """What a daemon answers, in the words of requests."""

    def __init__(self, client: SocketClient, connection: _Connection, *, has_body: bool) -> None:
        self._client = client
        self._connection: _Connection | None = connection
        self.status_code = 100
        while self.status_code < 200:
            self.status_code, self.headers = _read_head(connection)
        self._has_body = has_body and self.status_code not in (204, 304)
        self._content: bytes | None = None

    @property
    def content(self) -> bytes:
        """All that it says."""
        if self._content is None:
            self._content = b"".join(self.iter_content(None))
        return self._content

    @property
    def text(self) -> str:
        """The same as text."""
        return self.content.decode(errors="replace")

    def iter_content(self, size: int | None) -> Iterator[bytes]:
        """What it says, as it comes in; of no use a second time."""
        connection = self._connection
        if connection is None:
            return
        if self._has_body:
            yield from self._body(connection, size or CHUNK)
        self._connection = None
        if self._is_open_ended or self.headers.get("connection", "").lower() == "close":
            connection.close()
        else:
            self._client.give_back(connection)

    @property
    def _is_chunked(self) -> bool:
        return self.headers.get("transfer-encoding", "").lower() == "chunked"

    @property
    def _is_open_ended(self) -> bool:
        return self._has_body and not self._is_chunked and "content-length" not in self.headers

    def _body(self, connection: _Connection, size: int) -> Iterator[bytes]:
        if self._is_open_ended:
            while chunk := connection.reader.read(size):
                yield chunk
        elif not self._is_chunked:
            yield connection.exactly(_number(self.headers["content-length"], 10))
        else:
            while length := _number(connection.line().partition(b";")[0].decode("latin-1"), 16):
                yield connection.exactly(length)
                connection.line()
            while connection.line():  # what comes after the last chunk says nothing here
                pass

    def close(self) -> None:
        """Be done with it; what has not been read is not waited for."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _read_head(connection: _Connection) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer, names in small letters."""
    version, _, rest = connection.line().partition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise ConnectionError("this is no HTTP")
    status = _number(rest.partition(b" ")[0].decode("latin-1"), 10)
    headers = {}
    while line := connection.line():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return status, headers


def _number(text: str, base: int) -> int:
    try:
        number = int(text.strip(), base)
    except ValueError:
        number = -1
    if number < 0:
        raise ConnectionError("this is no HTTP")
    return number
