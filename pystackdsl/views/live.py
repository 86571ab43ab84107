"""A rollout drawn again and again in its place on a terminal.

The command line gives the events; rich moves the cursor. What is drawn is decided in `views.progress`.
"""

import time
from types import TracebackType
from typing import Final, Self, TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from pystackdsl.swarm.events import Event
from pystackdsl.views.progress import Board, Line, Mark

__all__ = ["LiveProgress"]

_STYLES: Final[dict[Mark, str]] = {"busy": "cyan", "done": "green", "failed": "red", "said": "yellow"}
REDRAWS: Final = 8
"""So often a second the board is drawn."""


class LiveProgress:
    """Draws while it is entered; at the end the last state of the board stays where it is."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        self.board = Board()
        self._console = Console(file=stream, force_terminal=True, no_color=not colour, highlight=False)
        self._live = Live(self, console=self._console, refresh_per_second=REDRAWS, redirect_stdout=False)
        self._is_over = False

    def tell(self, event: Event) -> None:
        """Take in what happened."""
        self.board.tell(event)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.board.settle()
        self._is_over = True
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height = None if self._is_over else max(2, options.size.height - 1)
        yield from map(_text, self.board.drawn(now=time.time(), width=options.size.width, height=height))


def _text(line: Line) -> Text:
    return Text.assemble("  ", (line.sign, _STYLES[line.mark]), " ", line.text, no_wrap=True, end="\n")
