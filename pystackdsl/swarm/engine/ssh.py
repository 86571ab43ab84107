"""A daemon reached through the system's own `ssh`, as the Docker CLI does: each connection is one ssh process that
relays to the daemon's socket there.
"""

import re
import shlex
import socket
import subprocess
from typing import Any

import urllib3.connection
import urllib3.connectionpool
from docker.transport.basehttpadapter import BaseHTTPAdapter

from pystackdsl.swarm.errors import EngineError

__all__ = ["SshAdapter", "command", "trial"]


def command(host: str) -> list[str]:
    """The command that relays to the daemon of `ssh://[user@]host[:port][/socket]`. Raises EngineError."""
    user, name, port, path = _parts(host)
    words = ["ssh", *(["-l", user] if user else []), *(["-p", port] if port else [])]
    words += ["-o", "ConnectTimeout=30", "-T", "--", name.strip("[]"), "docker"]
    if path and path != "/":
        words.append(shlex.quote(f"--host=unix://{path}"))
    return [*words, "system", "dial-stdio"]


def trial(host: str) -> str:
    """What somebody types to see why `command` fails."""
    user, name, port, _ = _parts(host)
    return f"ssh {f'-p {port} ' if port else ''}{f'{user}@' if user else ''}{name.strip('[]')} docker version"


def _parts(host: str) -> tuple[str | None, str, str | None, str | None]:
    match = re.fullmatch(r"ssh://(?:([^@/:]+)@)?(\[[^]]+\]|[^:/@?#]+)(?::([0-9]+))?(/[^?#]*)?", host)
    if match is None or match[2].startswith("-") or (match[1] or "").startswith("-"):
        raise EngineError(f'"{host}" is no ssh address', help="write ssh://user@host, with :port where it is not 22")
    return match[1], match[2], match[3], match[4]


class SshAdapter(BaseHTTPAdapter):
    """The transport of requests over ssh processes."""

    def __init__(self, host: str, timeout: int) -> None:
        self._pool = _Pool(command(host), timeout)
        super().__init__()

    def get_connection(self, url: Any, proxies: Any = None) -> Any:  # noqa: ARG002 - of the base
        """The one pool there is."""
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> Any:  # noqa: ARG002 - of the base
        """The path alone: the host is the ssh command's business."""
        return request.path_url

    def close(self) -> None:
        """End the ssh processes."""
        self._pool.close()
        super().close()


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    def __init__(self, words: list[str], timeout: int) -> None:
        super().__init__("localhost", timeout=timeout, maxsize=4)
        self._words = words

    def _new_conn(self) -> Any:
        return _Connection(self._words, self.timeout.read_timeout)


class _Connection(urllib3.connection.HTTPConnection):
    def __init__(self, words: list[str], timeout: Any) -> None:
        super().__init__("localhost", timeout=timeout)
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def connect(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                self._words, stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True
            )  # Ctrl-C is for this process, which ends the other
        ours.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
        self.sock = ours

    def close(self) -> None:
        super().close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None
