"""A person at a terminal: commands that ask are answered yes, and one that never ends is interrupted after a moment.

A command line runs in bash with a terminal of its own as all three streams. It is not the controlling one, so Ctrl-C is
a signal to all of its processes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rig.engine import EngineError

QUESTION = b'Only "yes" is accepted: '
MOMENT = 0.5
"""Seconds without a word after which a command that never ends is interrupted."""


class Ended(NamedTuple):
    """How a command ended, all that the terminal got, and how many questions were answered."""

    status: int
    text: str
    answered: int


def typed(
    line: str, *, cwd: Path, env: Mapping[str, str], interrupt: bool = False, shell: str = "bash", timeout: float = 120
) -> Ended:
    """Type a command line, answer what it asks, and wait for its end. With `interrupt`, Ctrl-C once it has said all."""
    ours, theirs = os.openpty()
    command = [shell, "-c", line]
    options = ["-o", "pipefail"] if shell == "bash" else []
    with os.fdopen(ours, "r+b", buffering=0) as screen:
        process = subprocess.Popen(
            [command[0], *options, *command[1:]],
            cwd=cwd, env={"TERM": "xterm", **env}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        said, answered = b"", 0
        until = time.monotonic() + timeout
        try:
            while part := _heard(screen.fileno(), MOMENT if interrupt and said else until - time.monotonic()):
                said += part
                while said.count(QUESTION) > answered:
                    answered += 1
                    screen.write(b"yes\n")
            if interrupt and process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            status = process.wait(max(1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise EngineError(f"no end of `{line}` within {timeout:g} s:\n{said.decode()}") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return Ended(status, said.decode(errors="replace").replace("\r\n", "\n"), answered)


def _heard(screen: int, patience: float) -> bytes:
    """The next piece of what is said; nothing where all have gone, or nobody says anything for so long."""
    if not select.select([screen], [], [], max(0, patience))[0]:
        return b""
    try:
        return os.read(screen, 65536)
    except OSError as gone:  # the last process has closed its end
        if gone.errno != errno.EIO:
            raise
        return b""
