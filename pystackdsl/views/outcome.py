"""How a rollout ended, for people: what failed and why, what was written and what was not, what to do next.

An `Outcome` comes in, text for a terminal goes out. Called by the command line after `apply`, `deploy` and `rollback`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.events import Outcome, Verdict
from pystackdsl.views.cells import fold, legible, width_of
from pystackdsl.views.plan import NOUNS

__all__ = ["render"]

_RED: Final = "1;31"
_GREEN: Final = "1;32"
_YELLOW: Final = "1;33"
_ENDINGS: Final[Mapping[int, str]] = {
    1: "not all could be done", 3: "rolled back", 4: "an update is paused", 5: "timed out",
    6: "tasks cannot be scheduled", 7: "tasks do not stay up", 8: "the plan does not hold any more", 130: "interrupted",
}  # fmt: skip
_RETURNED: Final[Mapping[int, str]] = {
    **_ENDINGS, 4: "an update was paused", 6: "tasks could not be scheduled", 7: "tasks did not stay up",
}  # fmt: skip
"""The same where what was is back."""
_NEXT: Final = "fix it and apply again"


def render(
    outcome: Outcome,
    *,
    stack: str,
    places: Mapping[str, str],
    seconds: float,
    width: int = 100,
    colour: bool = False,
    is_detached: bool = False,
) -> str:
    """The text. `places` has the source lines of services by key, `seconds` is how long it took."""
    page = _Page(outcome, stack, places, width, colour)
    if outcome.status == 0:
        return "".join(f"{line}\n" for line in page.success(seconds, is_detached=is_detached))
    return "".join(f"{line}\n" for line in page.failure())


class _Page:
    def __init__(self, outcome: Outcome, stack: str, places: Mapping[str, str], width: int, colour: bool) -> None:
        self.outcome = outcome
        self.stack = stack
        self.places = places
        self.width = width
        self.paint: Callable[[str, str], str] = (
            (lambda text, style: f"\033[{style}m{text}\033[0m") if colour else (lambda text, _: text)
        )

    def success(self, seconds: float, *, is_detached: bool) -> Iterator[str]:
        done = _counted(self.outcome.done)
        converged = sum(verdict.cause is None for verdict in self.outcome.verdicts)
        parts = [f"{done} written" if done else ""]
        if is_detached and done:
            parts.append("tasks come up in the background")
        elif converged:
            parts.append(f"{converged} service{'s' if converged != 1 else ''} converged in {_spelled(seconds)}")
        told = ", ".join(filter(None, parts))
        if told:
            yield f"{self.paint(self.stack, _GREEN)}: {told}"

    def failure(self) -> Iterator[str]:
        outcome = self.outcome
        failed = [verdict for verdict in outcome.verdicts if verdict.cause is not None]
        for verdict in failed:
            yield from self.verdict(verdict)
        if outcome.error:
            yield from self.headed("error: ", outcome.error, _RED)
        yield from self.written()
        if outcome.restored:
            yield from self.headed("brought back: ", ", ".join(outcome.restored), _YELLOW)
        if outcome.withdrawn:
            removed = ", ".join(f"{NOUNS[change.kind]} {change.key}" for change in outcome.withdrawn)
            yield from self.headed("removed again: ", removed, _YELLOW)
        is_back = bool(outcome.restored or outcome.withdrawn) and not outcome.error
        ending = (_RETURNED if is_back else _ENDINGS).get(outcome.status, "failed") + (", undone" if is_back else "")
        yield from self.headed("next:  ", self.cure(failed), "1")
        yield f"{self.paint(f'{self.stack}: {ending}', _RED)} (exit code {outcome.status})"

    def verdict(self, verdict: Verdict) -> Iterator[str]:
        head = f"service {verdict.service} did not converge: {verdict.summary}"
        yield from self.headed("✗ ", head, _RED)
        place = self.places.get(verdict.service)
        evidence = list(verdict.evidence)
        if place:
            evidence[:1] = [f"{place}   {evidence[0]}" if evidence else place]
        for line in evidence:
            if line.startswith("| "):
                yield f"      {legible(line)}"
            else:
                yield from (f"    {each}" for each in _folded(line, self.width - 4))
        if verdict.help:
            yield from self.headed("    help:  ", verdict.help, "1")

    def written(self) -> Iterator[str]:
        """What was done and what was not, where not all was."""
        if self.outcome.undone:
            done = _named(self.outcome.done) or "nothing"
            yield from self.headed("done:      ", done, "1")
            yield from self.headed("not done:  ", _named(self.outcome.undone), "1")

    def cure(self, failed: Sequence[Verdict]) -> str:
        outcome = self.outcome
        if outcome.status == 8:
            return "plan again, and apply what it says then"
        is_undone = bool(outcome.restored or outcome.withdrawn)
        if outcome.status == 130:
            return "apply again to complete it; what was written stays" if not is_undone else "apply again"
        changed = [change for change in outcome.done if change.kind == "services" and change.action == "update"]
        changed = [change for change in changed if change.differences or not change.forced]  # the rest is as it was
        is_back = is_undone or not any(each.cause != "rolled-back" for each in failed)
        can_return = not is_back and (changed or any(each.cause == "update-paused" for each in failed))
        back = f", or go back with `pystackdsl rollback {self.stack}`" if can_return else ""
        return ("apply again to complete it" if outcome.undone and not failed else _NEXT) + back

    def headed(self, head: str, text: str, style: str) -> Iterator[str]:
        first, *rest = [line for each in text.split("\n") for line in fold(each, self.width - width_of(head))] or [""]
        yield self.paint(head, style) + first
        yield from (" " * width_of(head) + line for line in rest)


def _folded(line: str, width: int) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    first, *rest = fold(line.strip(), width - len(indent)) or [""]
    yield indent + first
    yield from (f"{indent}  {each}" for each in rest)


def _named(changes: Sequence[Change]) -> str:
    """`service api created, config nginx-conf removed`."""
    return ", ".join(f"{NOUNS[change.kind]} {change.key} ({change.action})" for change in changes)


def _counted(changes: Sequence[Change]) -> str:
    counts: dict[str, int] = {}
    for change in changes:
        counts[NOUNS[change.kind]] = counts.get(NOUNS[change.kind], 0) + 1
    return ", ".join(f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in counts.items())


def _spelled(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
