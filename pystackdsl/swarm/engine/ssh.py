"""A daemon reached through the system's own `ssh`, as the Docker CLI does: each connection is one ssh process that
relays to the daemon's socket there. An address comes in, what opens such connections goes out to `wire`.
"""

import re
import shlex
import socket
import subprocess
from collections.abc import Sequence

from pystackdsl.swarm.engine.endpoint import without_password
from pystackdsl.swarm.engine.wire import Dial
from pystackdsl.swarm.errors import EngineError

__all__ = ["command", "through", "trial"]


def through(host: str) -> Dial:
    """Opens connections to the daemon of `ssh://[user@]host[:port][/socket]`. Raises EngineError."""
    words = command(host)
    return lambda timeout: _Relay(words, timeout)


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
        raise EngineError(
            f'"{without_password(host)}" is no ssh address', help="write ssh://user@host, with :port where it is not 22"
        )
    return match[1], match[2], match[3], match[4]


class _Relay(socket.socket):
    """Our end of an ssh process, which ends when it is closed."""

    def __init__(self, words: Sequence[str], timeout: float | None) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(
                words, stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True
            )  # Ctrl-C is for this process, which ends the other
            super().__init__(fileno=ours.detach())
        self.settimeout(timeout)

    def close(self) -> None:
        super().close()
        self._process.terminate()
        self._process.wait()
