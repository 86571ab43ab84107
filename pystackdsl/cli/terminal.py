"""Standard output and standard error: data goes to the one, everything else to the other, both as UTF-8.

Called by the verbs and by `cli.main`. Findings are drawn here as wide as the terminal is, in colour where that is
wanted.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from pystackdsl.cli.failure import CommandError

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["draw", "emit", "is_coloured", "kept", "report", "say", "width_of"]

WIDTH: Final = 100
"""Cells a line, where no terminal tells."""


def emit(text: str) -> None:
    """Write data to standard output, at once. A reader that has gone away (`| head`) is no error.

    Raises CommandError when it cannot be written.
    """
    if sys.stdout is None:
        raise CommandError("standard output is closed", help="open it, or write a file with -o FILE")
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        _abandon(sys.stdout)
    except OSError as error:
        _abandon(sys.stdout)
        raise CommandError(f"cannot write to standard output: {error.strerror}") from None


@contextmanager
def kept() -> Iterator[None]:
    """Keep standard output for data: whatever writes to it meanwhile, other processes too, writes to standard error."""
    try:
        sys.stdout.flush()
        data = os.dup(sys.stdout.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # closed, or no file of the system at all
        yield
        return
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(data, sys.stdout.fileno())
        os.close(data)


def say(text: str) -> None:
    """Write to standard error; nobody there to read it is no error."""
    if sys.stderr is not None:
        try:
            _write(sys.stderr, text)
        except OSError:
            _abandon(sys.stderr)


def report(findings: "Iterable[Diagnostic]", outcome: str = "") -> None:
    """Draw findings on standard error, with a last line that counts them and tells the `outcome`."""
    from pystackdsl.views.diagnostics import tally

    findings = list(findings)
    if findings:
        draw(findings)
        say(f"\n{tally(findings)}, {outcome}\n" if outcome else f"\n{tally(findings)}\n")


def draw(findings: "Iterable[Diagnostic]") -> None:
    """Draw findings on standard error."""
    from pystackdsl.views.diagnostics import render

    say(render(findings, width=width_of(sys.stderr), colour=is_coloured(sys.stderr)))


def _write(stream: TextIO, text: str) -> None:
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(text)
    else:
        stream.flush()
        binary.write(text.encode(errors="surrogateescape"))
    stream.flush()


def _abandon(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that no later flush fails."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def width_of(stream: TextIO | None) -> int:
    """How many cells wide a stream is."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH if stream is not None else WIDTH
    except (OSError, ValueError, AttributeError):
        return WIDTH


def is_coloured(stream: TextIO | None) -> bool:
    """Whether a stream shows colours: NO_COLOR wins over FORCE_COLOR, and both over what the terminal is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
