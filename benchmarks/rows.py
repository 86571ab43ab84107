"""The lines of the benchmark table: what was measured goes in, what people read and what is judged come out."""

from __future__ import annotations

from typing import NamedTuple

from measure import Duel


class Row(NamedTuple):
    """A line of the table: our number and Docker's as people read them, what is judged, and the two bars for it."""

    what: str
    ours: str
    docker: str
    value: float
    bar: float
    stretch: float

    def cells(self) -> tuple[str, ...]:
        word = "stretch reached" if self.value <= self.stretch else "within the bar" if self.met else "MISSED"
        numbers = (f"{self.value:.2f}", f"≤ {self.bar:.2f}", f"{self.stretch:.2f}")
        return (self.what, self.ours, self.docker, *numbers, word)

    @property
    def met(self) -> bool:
        return self.value <= self.bar


def time_row(what: str, result: Duel, bar: float, stretch: float) -> Row:
    ours, docker, ratio = result.seconds()
    return Row(what, seconds(ours), seconds(docker), ratio, bar, stretch)


def memory_row(what: str, result: Duel, bar: float, stretch: float) -> Row:
    ours, docker, ratio = result.mebibytes()
    return Row(what, f"{ours:.0f} MiB", f"{docker:.0f} MiB", ratio, bar, stretch)


def growth_row(what: str, small: Duel, large: Duel) -> Row:
    ours, docker = (more / less for more, less in zip(large.seconds()[:2], small.seconds()[:2], strict=True))
    return Row(what, f"{ours:.1f} times", f"{docker:.1f} times", ours, 12, 12)


def share_row(what: str, part: float, whole: float, bar: float, stretch: float) -> Row:
    """What a part of our own work takes of the whole, in CPU seconds: no matter of Docker's."""
    return Row(what, seconds(part), f"of {seconds(whole)}", part / whole, bar, stretch)


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def count_row(what: str, ours: int, docker: int, bar: int) -> Row:
    """A number that is judged by itself: there is no ratio to be met."""
    return Row(what, str(ours), str(docker), ours, bar, bar)
