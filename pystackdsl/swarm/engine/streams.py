"""What containers write, as the Engine streams it: chunks of bytes come in, lines with their origin go out.

Each message begins with its time, and with what the Engine tells of the task. Without a terminal a stream is cut into
frames, one a message, each with eight bytes in front: the number of its stream, and the length. With one, messages
follow each other as they are. Lines that are long come as several messages, of which only the last has a line feed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal
from urllib.parse import unquote

import attrs

from pystackdsl.swarm.errors import EngineError

__all__ = ["LogLine", "lines"]

TASK: Final = "com.docker.swarm.task.id"
HEADER: Final = 8
STREAMS: Final[Mapping[int, Literal["stdout", "stderr"]]] = {1: "stdout", 2: "stderr"}
BEGINNING: Final = re.compile(rb"(?=\d{4}-\d\d-\d\dT[0-9:.]+Z [^ \n]*com\.docker\.swarm\.task\.id=)")
"""Where a message begins in what a terminal shows."""


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
    """The lines of a stream, as soon as they are complete. Raises EngineError where the Engine has not got them all."""
    begun: dict[tuple[str, str], LogLine] = {}
    for stream, message in _of_terminal(chunks) if tty else _frames(chunks):
        line = _line(message, stream)
        place = (line.stream, line.task)
        before = begun.pop(place, None)
        if before is not None:
            line = attrs.evolve(before, text=before.text + line.text)
        if message.endswith(b"\n"):
            yield line
        else:
            begun[place] = line
    yield from begun.values()


def _frames(chunks: Iterable[bytes]) -> Iterator[tuple[Literal["stdout", "stderr"], bytes]]:
    """The messages of a stream that is cut into frames."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= HEADER and len(held) >= (end := HEADER + int.from_bytes(held[4:HEADER])):
            number, message = held[0], bytes(held[HEADER:end])
            del held[:end]
            if number not in STREAMS:  # the daemon's own words, which end the stream
                raise EngineError(_incomplete(message.decode(errors="replace")), help="the others are shown")
            yield STREAMS[number], message


def _incomplete(said: str) -> str:
    reason = said.strip().rpartition("desc = ")[2].rpartition("for the following reasons: ")[2]
    return f"the daemon does not have all logs: {reason}"


def _of_terminal(chunks: Iterable[bytes]) -> Iterator[tuple[Literal["stdout"], bytes]]:
    """The messages of a stream as a terminal shows it."""
    held = b""
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            yield from _at_beginnings(line + b"\n")
    yield from _at_beginnings(held)


def _at_beginnings(written: bytes) -> Iterator[tuple[Literal["stdout"], bytes]]:
    for message in BEGINNING.split(written):
        if message:
            yield "stdout", message


def _line(message: bytes, stream: Literal["stdout", "stderr"]) -> LogLine:
    time, _, rest = message.decode(errors="replace").rstrip("\r\n").partition(" ")
    details, _, text = rest.partition(" ")
    labels = {}
    for each in details.split(","):
        name, _, value = each.partition("=")
        labels[unquote(name)] = unquote(value)
    return LogLine(time, stream, text, labels) if TASK in labels else LogLine(time, stream, rest, {})
