"""How a rollout goes, as text: a board with a line for each object, or a line for each event.

Events come in one by one. `Board` keeps how far each object is, and `drawn` gives its lines for a terminal of some
size; `Lines` gives the line that an event is worth where nobody redraws. Called by `views.live` and by the command
line.
"""

import time
from typing import Final, Literal, NamedTuple

from pystackdsl.swarm.events import Event, Observed, Said, Written
from pystackdsl.views.cells import legible, width_of
from pystackdsl.views.plan import NOUNS

__all__ = ["Board", "Line", "Lines", "Mark", "progress_of", "written_as"]

Mark = Literal["busy", "done", "failed", "said"]
_MARKS: Final = {"done": "✓", "failed": "✗", "said": "!"}
_SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Line(NamedTuple):
    """One line of the board: its mark, which has a colour, and the rest."""

    mark: Mark
    sign: str
    text: str


class _Row:
    """One object on the board; `until` is when it came to its end."""

    __slots__ = ("label", "mark", "since", "text", "until")

    def __init__(self, label: str, text: str, mark: Mark, since: float, until: float | None = None) -> None:
        self.label = label
        self.text = text
        self.mark: Mark = mark
        self.since = since
        self.until = until


class Board:
    """How far each object of a rollout is, in the order in which they were first heard of."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], _Row] = {}
        self._remarks = 0

    def tell(self, event: Event) -> None:
        """Take in what happened."""
        if isinstance(event, Written):
            self._written(event)
        elif isinstance(event, Observed):
            self._observed(event)
        elif isinstance(event, Said):
            self._remarks += 1
            self._rows["said", str(self._remarks)] = _Row(
                label=event.text, text="", mark="said", since=event.at, until=event.at
            )

    def _written(self, event: Written) -> None:
        change = event.change
        is_watched = change.kind == "services" and event.outcome != "removed"
        self._rows[change.kind, change.key] = _Row(
            label=f"{NOUNS[change.kind]} {change.key}",
            text=written_as(event),
            mark="busy" if is_watched else "done",
            since=event.at,
            until=None if is_watched else event.at,
        )

    def _observed(self, event: Observed) -> None:
        key = ("services", event.service)
        row = self._rows.setdefault(key, _Row(label=f"service {event.service}", text="", mark="busy", since=event.at))
        row.text = progress_of(event)
        row.mark = "done" if event.phase == "converged" else "failed" if event.phase == "failed" else "busy"
        row.until = None if row.mark == "busy" else event.at

    def settle(self) -> None:
        """Nothing more comes: what was only written counts as done."""
        for row in self._rows.values():
            if row.mark == "busy" and row.until is None and not row.text[:1].isdigit():
                row.mark = "done"

    def drawn(self, *, now: float, width: int, height: int | None = None) -> list[Line]:
        """The lines, each at most `width` cells; of more than `height` those that are on their way come first."""
        rows = list(self._rows.values())
        hidden = 0
        if height is not None and len(rows) > height:
            ranked = sorted(range(len(rows)), key=lambda at: (rows[at].mark == "done", -rows[at].since, at))
            kept = set(ranked[: max(1, height - 1)])
            hidden = len(rows) - len(kept)
            rows = [row for at, row in enumerate(rows) if at in kept]
        column = max((width_of(row.label) for row in rows if row.text), default=0)
        column = min(column, max(12, width * 2 // 5))
        lines = [self._line(row, column, now, width) for row in rows]
        if hidden:
            lines.append(Line(mark="done", sign=" ", text=_cut(f"and {hidden} more", width - 4)))
        return lines

    def _line(self, row: _Row, column: int, now: float, width: int) -> Line:
        clock = _clock((now if row.until is None else row.until) - row.since) if row.label.startswith("service") else ""
        label = _cut(row.label, column) if row.text else row.label
        padded = label + " " * (column - width_of(label)) + "  " + row.text if row.text else label
        room = width - 4 - (len(clock) + 2 if clock else 0)
        text = _cut(padded, room)
        if clock and row.until != row.since:
            text += " " * (room - width_of(text)) + "  " + clock
        sign = _MARKS.get(row.mark) or _SPINNER[int(now * 10) % len(_SPINNER)]
        return Line(mark=row.mark, sign=sign, text=text.rstrip())


class Lines:
    """Lines of which each stands for itself, with the time of day; what is seen twice in a row is told once."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def told(self, event: Event) -> str:
        """The line that an event is worth, if it is worth one."""
        if isinstance(event, Written):
            subject, text = f"{NOUNS[event.change.kind]} {event.change.key}", written_as(event)
        elif isinstance(event, Observed):
            subject, text = f"service {event.service}", progress_of(event)
        elif isinstance(event, Said):
            subject, text = "", event.text
        else:
            return ""
        if subject and self._last.get(subject) == text:
            return ""
        self._last[subject] = text
        clock = time.strftime("%H:%M:%S", time.localtime(event.at))
        return f"{clock}  {legible('  '.join(filter(None, (subject, text))))}\n"


def written_as(event: Written) -> str:
    """What was done to an object: `created as shop_nginx-conf-41d09f`."""
    change = event.change
    if event.outcome == "unchanged":
        return "is so already"
    if change.is_return:
        return "returns to what it was"
    if change.action == "replace":
        return "replaced" if change.kind in {"services", "networks"} else f"created as {change.name}"
    return event.outcome


def progress_of(event: Observed) -> str:
    """How far a service is: `2/4 running · 1 starting · 2 old`."""
    counted = "completed" if event.is_job else "running"
    parts = [f"{event.running}/{event.wanted} {counted}"]
    if event.phase == "converged":
        return ", ".join(filter(None, (*parts, event.text)))
    parts += [f"{count} {state}" for state, count in event.states.items() if state != "running" or event.is_job]
    if event.phase == "verifying" and event.wanted:
        parts.append("has to stay up")
    if event.phase == "rolling-back":
        parts.append("rolling back")
    old = event.serving - event.states.get("running", 0)
    if old > 0:
        parts.append(f"{old} old")
    return " · ".join([*parts, *filter(None, [event.text])])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"


def _cut(text: str, width: int) -> str:
    """The text on one line of at most `width` cells."""
    text = legible(" ".join(text.split("\n")))
    if width_of(text) <= width:
        return text
    while text and width_of(text) >= width:
        text = text[:-1]
    return f"{text}…"
