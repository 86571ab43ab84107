"""A plan carried out on the command line: progress while it goes, a report at the end, an exit code.

The verbs that write to a swarm come here with a plan and how it is to be told. Ctrl-C, and SIGTERM, end it in good
order; a second one at once.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self

from pystackdsl.cli.terminal import emit, is_coloured, report, say, width_of

if TYPE_CHECKING:
    from pystackdsl.swarm.changes import Plan
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.events import Event, Outcome
    from pystackdsl.swarm.removal import Removal
    from pystackdsl.swarm.rollout import Options, Rollout

__all__ = ["Told", "carry_out", "interruptible"]

Told = Literal["auto", "live", "plain", "json", "docker", "quiet"]
"""How progress is told. `auto`: live on a terminal, else plain; `docker`: what is written, in Docker's words."""
Places = Callable[[], Mapping[str, str]]
"""Gives the source lines of services by key, once something has to be told of them."""


class _Narrator(Protocol):
    """Tells of events while it is entered."""

    def tell(self, event: "Event") -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def carry_out(plan: "Plan", engine: "Engine", options: "Options", *, told: Told, places: Places) -> int:
    """Carry it out, and tell the exit code."""
    from pystackdsl.swarm.events import Finished
    from pystackdsl.swarm.rollout import apply

    started = time.monotonic()
    rollout = apply(plan, engine, options)
    with _Late(told) as narrator, interruptible(rollout, remark=narrator.remark):
        for event in rollout:
            if not isinstance(event, Finished) or told == "json":
                narrator.tell(event)
    outcome = rollout.wait()
    seconds = time.monotonic() - started
    _tell_end(outcome, plan, places, seconds, is_detached=options.detach, is_quiet=told in ("docker", "quiet", "json"))
    return outcome.status


def _tell_end(
    outcome: "Outcome", plan: "Plan", places: Places, seconds: float, *, is_detached: bool, is_quiet: bool
) -> None:
    if outcome.findings:
        report(outcome.findings, "nothing written")
        return
    if outcome.status == 0 and (is_quiet or not (outcome.done or outcome.verdicts)):
        return
    from pystackdsl.views.outcome import render

    failed = any(verdict.cause for verdict in outcome.verdicts)
    text = render(
        outcome,
        stack=plan.stack,
        places=places() if failed else {},
        seconds=seconds,
        width=width_of(sys.stderr),
        colour=is_coloured(sys.stderr),
        is_detached=is_detached,
    )
    say(text)


def _remark(text: str) -> None:
    """Write to standard error from a signal handler, which may have interrupted a write to the same stream."""
    with suppress(OSError):
        os.write(2, f"\n{text}\n".encode())


@contextmanager
def interruptible(*running: "Rollout | Removal", remark: Callable[[str], None] = _remark) -> Iterator[None]:
    """Let signals end what runs in good order, the second one at once; what is atomic takes three."""
    seen: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        for each in running:
            each.close()
        if len(seen) > (2 if any(each.is_atomic for each in running) else 1):
            raise KeyboardInterrupt
        remark("interrupted: coming to an end; once more ends at once")

    if threading.current_thread() is not threading.main_thread():  # whoever runs it there has to end it
        yield
        return
    before = [(number, signal.signal(number, stop)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


class _Late:
    """A narrator that is made for the first event: most applies that change nothing have none."""

    def __init__(self, told: Told) -> None:
        self.told: Told = told
        self.narrator: _Narrator | None = None

    def tell(self, event: "Event") -> None:
        if self.narrator is None:
            self.narrator = _narrator(self.told)
            self.narrator.__enter__()
        self.narrator.tell(event)

    def remark(self, text: str) -> None:
        """Tell of a signal: a board that is being drawn takes it in, else it goes out at once."""
        board = getattr(self.narrator, "board", None)
        if board is None:
            _remark(text)
            return
        from pystackdsl.swarm.events import Said

        board.tell(Said(at=time.time(), text=text, severity="warning"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.narrator is not None:
            self.narrator.__exit__(kind, error, trace)


def _narrator(told: Told) -> _Narrator:
    if told == "auto":
        is_terminal = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        told = "live" if is_terminal else "plain"
    if told == "live" and sys.stderr is not None:
        from pystackdsl.views.live import LiveProgress

        return LiveProgress(sys.stderr, colour=is_coloured(sys.stderr))
    return {"plain": _Plain, "json": _Json, "docker": _Docker}.get(told, _Quiet)()


class _Quiet:
    """Tells nothing but warnings."""

    def tell(self, event: "Event") -> None:
        for warning in getattr(event, "warnings", ()):
            say(f"warning: {warning}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class _Plain(_Quiet):
    """A line for each event, on standard error."""

    def __init__(self) -> None:
        from pystackdsl.views.progress import Lines

        self.lines = Lines()

    def tell(self, event: "Event") -> None:
        say(self.lines.told(event))
        super().tell(event)


class _Json(_Quiet):
    """A line of JSON for each event, on standard output."""

    def tell(self, event: "Event") -> None:
        from pystackdsl.views.event_log import line_of

        emit(line_of(event))


_WORDS: Final = {"networks": "network", "secrets": "secret", "configs": "config", "services": "service"}


class _Docker(_Quiet):
    """What is written, in the words of `docker stack deploy`, on standard output."""

    def tell(self, event: "Event") -> None:
        from pystackdsl.swarm.events import Said, Written

        if isinstance(event, Written) and event.outcome != "unchanged":
            change, noun = event.change, _WORDS[event.change.kind]
            if event.outcome == "removed":
                emit(f"Removing {noun} {change.name}\n")
            elif event.outcome == "created":
                emit(f"Creating {noun} {change.name}\n")
            elif change.kind == "services":
                emit(f"Updating service {change.name} (id: {change.id})\n")
        elif isinstance(event, Said):
            say(f"{event.text}\n")
        super().tell(event)
