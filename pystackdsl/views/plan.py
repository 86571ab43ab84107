"""A plan as people read it: each change in Compose words, with its line in the source and what it does to tasks.

A Plan and the places of resources come in; text for a terminal goes out. Called by the verbs that plan. Nothing is
drawn that the plan does not hold, so what is masked there stays so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.swarm.changes import Action, Change, Difference, Effect, Plan
from pystackdsl.swarm.specs import Kind
from pystackdsl.views.cells import fold, legible, width_of

__all__ = ["NOUNS", "brief", "header", "render", "words_of"]

NARROWEST: Final = 30
"""Below this many cells nothing is folded any further."""

MARKS: Final[Mapping[Action, str]] = {"create": "  + ", "update": "  ~ ", "replace": "-/+ ", "remove": "  - "}
NOTE: Final = "  ! "
INDENT: Final = " " * 6

NOUNS: Final[Mapping[Kind, str]] = {
    "networks": "network",
    "secrets": "secret",
    "configs": "config",
    "services": "service",
}

_COLOURS: Final[Mapping[Action, str]] = {"create": "32", "update": "33", "replace": "35", "remove": "31"}
_NOTES: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_BOLD: Final = "1"
_FAINT: Final = "36"
_ROOM: Final = 28
"""The most cells that the column of keys takes; a longer key pushes its value aside."""


def render(
    plan: Plan,
    *,
    source: str,
    lines: Mapping[KeyPath, str] | None = None,
    width: int = 100,
    colour: bool = False,
) -> str:
    """The plan as text, its last line a summary; `source` is what the stack was read from, `lines` where in it each
    resource stands, by kind and key.

    No line is wider than `width` cells, but for words that nobody can fold.
    """
    page = _Page(max(width, NARROWEST), colour, lines or {})
    text = [*fold(header(plan), page.width), ""]
    body = [line for change in plan.changes for line in page.change(change)]
    body += [line for note in plan.notes for line in page.note(note)]
    if body:
        text += [*body, ""]
    text += fold(summary(plan, source), page.width)
    return "".join(f"{line}\n" for line in text)


def header(plan: Plan) -> str:
    """Which stack the plan is of, and where."""
    nodes = "1 node" if plan.swarm.nodes == 1 else f"{plan.swarm.nodes} nodes"
    return f"{plan.stack} on the swarm at {plan.swarm.where} ({nodes})"


def summary(plan: Plan, source: str) -> str:
    """How many changes of each sort."""
    if plan.is_empty:
        return f"No changes. {plan.stack} matches {source}."
    return f"Plan: {brief(plan.changes)}."


def brief(changes: Iterable[Change]) -> str:
    """`1 to add, 2 to change (1 restarts tasks), 0 to remove`."""
    by_action: dict[Action, list[Change]] = {"create": [], "replace": [], "update": [], "remove": []}
    for change in changes:
        by_action[change.action].append(change)
    restarting = sum(
        1 for each in by_action["update"] if each.effect and (each.effect.is_restart or each.effect.is_job)
    )
    words = f"{restarting} {'restarts' if restarting == 1 else 'restart'} tasks"
    parts = [f"{len(by_action['create'])} to add"]
    if by_action["replace"]:
        parts.append(f"{len(by_action['replace'])} to replace")
    parts.append(f"{len(by_action['update'])} to change" + (f" ({words})" if by_action["update"] else ""))
    parts.append(f"{len(by_action['remove'])} to remove")
    return ", ".join(parts)


class _Page:
    """What all changes of one plan share: the width, whether there are colours, and where resources stand."""

    def __init__(self, width: int, colour: bool, lines: Mapping[KeyPath, str]) -> None:
        self.width = width
        self.colour = colour
        self.lines = lines

    def paint(self, text: str, style: str) -> str:
        return f"\033[{style}m{text}\033[0m" if self.colour and text else text

    def change(self, change: Change) -> Iterator[str]:
        """The lines of one change."""
        yield from self.title(change)
        for is_diff, found in groupby(change.differences, lambda each: bool(each.diff)):
            if is_diff:
                for difference in found:
                    yield from self.lines_of_diff(difference)
            else:
                yield from self.table(list(found), is_new=change.action == "create")
        for remark in _remarks(change):
            yield from self.indented(remark)
        if change.effect is not None:
            yield from self.indented(words_of(change))
        if change.resets:
            yield from self.resets(change)

    def title(self, change: Change) -> Iterator[str]:
        """The object, and its line in the source at the right."""
        mark = MARKS[change.action]
        name = f"{NOUNS[change.kind]} {legible(change.key)}"
        place = legible(self.lines.get(KeyPath(change.kind, change.key), ""))
        painted = self.paint(mark, _COLOURS[change.action]) + self.paint(name, _BOLD)
        gap = self.width - width_of(mark + name) - width_of(place)
        if not place:
            yield painted
        elif gap >= 2:
            yield painted + " " * gap + self.paint(place, _FAINT)
        else:
            yield painted
            yield INDENT + self.paint(place, _FAINT)

    def table(self, differences: Sequence[Difference], *, is_new: bool = False) -> Iterator[str]:
        """Keys at the left, what becomes of them at the right; of what is new, what they are."""
        names = [legible(f"{'' if is_new else _sign(each)}{each.path}") for each in differences]
        column = max([width_of(name) for name in names if width_of(name) <= _ROOM], default=0)
        for name, each in zip(names, differences, strict=True):
            start = f"{INDENT}{name}{' ' * (column - width_of(name))}   "
            room = self.width - width_of(start)
            values = [_values(each), f"({each.note})" if each.note else ""]
            told = "   ".join(filter(None, values))
            if width_of(legible(told)) <= room:
                yield (start + legible(told)).rstrip()
            else:
                yield INDENT + name
                for value in filter(None, values):
                    yield from self.indented(value, deeper=2)

    def lines_of_diff(self, difference: Difference) -> Iterator[str]:
        """A unified diff, without the names of its files."""
        for line in difference.diff:
            style = {"+": "32", "-": "31", "@": _FAINT}.get(line[:1], "")
            text = legible(line)
            yield INDENT + (self.paint(text, style) if style else text)

    def indented(self, text: str, *, deeper: int = 0) -> Iterator[str]:
        """A text below the title of a change."""
        start = INDENT + " " * deeper
        for line in fold(text, self.width - len(start)):
            yield start + line

    def resets(self, change: Change) -> Iterator[str]:
        """What of the live service the stack does not know."""
        count = len(change.resets)
        settings = "a setting" if count == 1 else f"{count} settings"
        them = "it" if count == 1 else "them"
        yield from self.indented(
            f"the service has {settings} that the stack does not describe, and this change resets {them}:"
        )
        for path, value in sorted(change.resets.items()):
            yield from self.indented(f"{path}: {value}", deeper=2)

    def note(self, note: Diagnostic) -> Iterator[str]:
        """What is seen and left alone; or, as an error, what stands in the way."""
        word = "error: " if note.severity is Severity.ERROR else ""
        where = f"{note.path}: " if len(note.path) > len(("kind", "key")) else ""
        text = f"{word}{where}{note.summary}" + (f": {note.expected}" if note.expected else "")
        first, *rest = fold(f"{text} ({note.help})" if note.help else text, self.width - len(NOTE))
        yield self.paint(NOTE, _NOTES[note.severity]) + first
        for line in rest:
            yield " " * len(NOTE) + line


def _sign(difference: Difference) -> str:
    """How a key is marked that one side alone has."""
    if difference.before is None and difference.after is not None:
        return "+ "
    return "- " if difference.after is None and difference.before is not None else ""


def _values(difference: Difference) -> str:
    before, after = difference.before, difference.after
    if difference.masked and before == after:
        return f"another value {before}"
    if before is None or after is None:
        return after if before is None and after is not None else before or ""
    return before if before == after and difference.note else f"{before} -> {after}"


def _remarks(change: Change) -> Iterator[str]:
    """What is to be said of names, and of who is detached."""
    if change.kind == "secrets" and change.action in ("create", "replace"):
        yield "its content is never shown" if change.action == "create" else "new content, which is never shown"
    if change.kind in ("secrets", "configs") and change.action == "replace":
        users = f", for {', '.join(change.users)}" if change.users else ""
        yield f"new name {change.name}{users}; {change.old_name} goes with a later apply"
    if change.kind in ("secrets", "configs") and change.action == "remove":
        yield f"{change.name} is superseded, and nothing needs it any more"
    if change.kind == "networks" and change.users and change.action == "replace":
        yield f"detached from it, and attached again: {', '.join(change.users)}"
    if change.forced:
        yield f"asked for by {change.forced}"


def words_of(change: Change) -> str:
    """What a change does to the tasks of a service, in words."""
    effect = change.effect or Effect()
    if change.action == "create":
        return _started(effect)
    if change.action == "remove":
        return f"stops {_tasks(effect.running)}"
    if change.action == "replace":
        return f"removed and made anew: stops {_tasks(effect.running)}, and {_started(effect)}"
    if effect.is_job:
        return "runs the job again" + (f", {_times(effect)}" if effect.detached else "") + _because(effect)
    words = []
    if effect.detached and effect.running:
        words.append(_detached(effect))
    elif effect.replaced:
        words.append(_replaced(effect))
    if effect.added:
        words.append(f"adds {_tasks(effect.added)}")
    if effect.removed:
        words.append(f"stops {_tasks(effect.removed)}")
    if not effect.replaced and not effect.is_restart:
        words.append("no task restarts" if not effect.moves else "tasks stay where their node still fits")
    return "; ".join(words) or "no task runs now; new ones start"


def _replaced(effect: Effect) -> str:
    """`replaces 3 of 3 tasks, 1 at a time, stop-first`."""
    at_once = effect.parallelism or effect.replaced
    pace = "all at once" if at_once >= effect.replaced > 1 else f"{at_once} at a time" if effect.replaced > 1 else ""
    gap = effect.order == "stop-first" and at_once >= effect.running and effect.running == effect.replaced
    order = f"{effect.order}: none runs meanwhile" if gap else effect.order
    return f"replaces {effect.replaced} of {_tasks(effect.running)}{_because(effect)}, " + ", ".join(
        filter(None, (pace, order))
    )


def _detached(effect: Effect) -> str:
    """`replaces 2 of 2 tasks, twice (taken off network n, and attached again)`; those that stop for good are replaced
    before that too.
    """
    words = f"replaces {effect.running} of {_tasks(effect.running)}"
    if effect.replaced:
        words += ", " if effect.replaced == effect.running else f", {effect.replaced} of them "
        words += _times(effect)
    return words + _because(effect)


def _times(effect: Effect) -> str:
    """How often tasks are replaced, or a job runs."""
    count = len(effect.detached) + 1
    return "twice" if count == 2 else f"{count} times"


def _because(effect: Effect) -> str:
    reasons = list(effect.because)
    if effect.detached:
        noun = "network" if len(effect.detached) == 1 else "networks"
        reasons.append(f"taken off {noun} {', '.join(effect.detached)}, and attached again")
    return f" ({', '.join(reasons)})" if reasons else ""


def _started(effect: Effect) -> str:
    if effect.is_job:
        return "runs the job"
    return "starts a task on each node that fits" if effect.mode == "global" else f"starts {_tasks(effect.added)}"


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"
