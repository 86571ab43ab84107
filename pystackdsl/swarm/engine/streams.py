"""What containers write, as the Engine streams it: chunks of bytes come in, lines with their origin go out.

A stream without a terminal is cut into frames, each with eight bytes in front: the stream's number and the length.
Each line begins with its time, and with what the Engine tells of the task.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal
from urllib.parse import unquote

import attrs

__all__ = ["LogLine", "lines"]

TASK = "com.docker.swarm.task.id"
HEADER = 8


@attrs.frozen
class LogLine:
    """One line: its time as the Engine writes it, the stream, the text, and labels such as the ID of the task."""

    time: str
    stream: Literal["stdout", "stderr"]
    text: str
    labels: Mapping[str, str]

    @property
    def task(self) -> str:
        """The ID of the task that wrote it; empty where the Engine does not tell."""
        return self.labels.get(TASK, "")


def lines(chunks: Iterable[bytes], *, tty: bool) -> Iterator[LogLine]:
    """The lines of a stream, as soon as they are complete."""
    rests = {"stdout": b"", "stderr": b""}
    for stream, data in (("stdout", chunk) for chunk in chunks) if tty else frames(chunks):
        *whole, rests[stream] = (rests[stream] + data).split(b"\n")
        for line in whole:
            yield _line(line, stream)
    for stream, rest in rests.items():
        if rest:
            yield _line(rest, stream)


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The frames of a stream: which stream, and what was written."""
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) >= HEADER and len(held) >= (end := HEADER + int.from_bytes(held[4:HEADER])):
            yield ("stderr" if held[0] == 2 else "stdout"), held[HEADER:end]
            held = held[end:]


def _line(raw: bytes, stream: str) -> LogLine:
    time, _, rest = raw.decode(errors="replace").rstrip("\r").partition(" ")
    details, space, text = rest.partition(" ")
    labels = (
        {name: value for name, _, value in (each.partition("=") for each in details.split(","))}
        if "=" in details
        else {}
    )
    if TASK not in labels:
        text, labels = rest, {}
    known = {unquote(name): unquote(value) for name, value in labels.items()}
    return LogLine(time, "stderr" if stream == "stderr" else "stdout", text if space or known else rest, known)
