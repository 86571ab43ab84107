"""The way back: a plan that returns the services of the last apply to what they were before it.

What the swarm has of a stack comes in, a `Plan` goes out; `rollout` carries it out as any other. Which apply wrote a
service, its label tells (`writes.APPLY`); `docker stack deploy` leaves none, and writes all services each time. The
Engine itself keeps the former body of each service, and returns to it in the service's own pace for rollbacks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.swarm.changes import Change, Plan
from pystackdsl.swarm.converge import seconds_of
from pystackdsl.swarm.effects import effect_of, mode_of
from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.names import descoped
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.precheck import references
from pystackdsl.swarm.specs import Kind, Raw, Spec, Specs
from pystackdsl.swarm.words import Words
from pystackdsl.swarm.writes import DETACHED, began, mark_of

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["plan_back", "read_back"]


def read_back(engine: "Engine", stack: str) -> Live:
    """What the swarm has of a stack, and of what its services referred to before."""
    live = engine.read(stack)
    former = [raw["PreviousSpec"] for raw in live.services.values() if raw.get("PreviousSpec")]
    names: list[tuple[Kind, str]] = [
        (kind, name)
        for spec in former
        for kind, name in references(spec)
        if kind != "networks" and name not in live.of(kind)
    ]
    return engine.read(stack, names=names) if names else live


def plan_back(live: Live) -> Plan:
    """The plan that undoes the last apply of a stack; its notes tell what cannot be undone."""
    last = max((mark_of(spec) for raw in live.services.values() for spec in _bodies(raw)), default="")
    if any(_is_written_by_docker(raw) for raw in live.services.values()):
        last = ""
    changes, notes = list[Change](), list[Diagnostic]()
    words = _words(live)
    undone = _undone_by_swarm(live, last)
    if undone:
        notes.append(_note(f"Swarm itself rolled back {', '.join(undone)} since", "there is nothing more to undo"))
    for name, raw in sorted(live.services.items()) if not undone else ():
        key = descoped(live.stack, name)
        found = _change(live, words, key, raw) if mark_of(raw["Spec"]) == last else None
        if found is not None:
            changes.append(found)
        notes += _remarks(key, raw, last, is_changed=found is not None)
    return Plan(stack=live.stack, swarm=live.swarm, changes=tuple(changes), notes=tuple(notes), live=live)


def _bodies(raw: Raw) -> Iterator[Spec]:
    yield raw["Spec"]
    if raw.get("PreviousSpec"):
        yield raw["PreviousSpec"]


def _is_written_by_docker(raw: Raw) -> bool:
    """Whether `docker stack deploy` wrote a service after the last apply: its mark is gone, with no rollback."""
    return not mark_of(raw["Spec"]) and bool(mark_of(raw.get("PreviousSpec") or {})) and not _is_back(raw)


def _is_back(raw: Raw) -> bool:
    """Whether the last thing that happened to a service was a rollback."""
    state = (raw.get("UpdateStatus") or {}).get("State")
    return state in {"rollback_started", "rollback_paused", "rollback_completed"}


def _undone_by_swarm(live: Live, last: str) -> list[str]:
    """Services that Swarm rolled back after the last apply of which there is a mark: theirs is gone with its body."""
    since = began(last)
    found = []
    for name, raw in sorted(live.services.items()):
        started = (raw.get("UpdateStatus") or {}).get("StartedAt", "")
        if last and _is_back(raw) and not raw.get("PreviousSpec") and seconds_of(started) > since:
            found.append(descoped(live.stack, name))
    return found


def _words(live: Live) -> Words:
    """What tells differences, where nobody has the stack itself at hand."""
    networks = {descoped(live.stack, name): {"Name": name} for name in live.networks}
    specs = Specs(stack=live.stack, networks=networks, secrets={}, configs={}, services={})
    return Words(specs, {}, show_values=False)


def _change(live: Live, words: Words, key: str, raw: Raw) -> Change | None:
    """The change of one service, if it was another before."""
    previous = raw.get("PreviousSpec")
    if not previous or _is_detached(previous) or _is_back(raw) or _is_by_hand(raw):
        return None  # one that is back would go forth again
    held, wanted = without_ids(raw["Spec"], live.names), without_ids(previous, live.names)
    before, after = normal("services", held), normal("services", wanted)
    if before == after or mode_of(before) != mode_of(after):
        return None
    return Change(
        kind="services", key=key, name=raw["Spec"]["Name"], action="update", spec=wanted, id=raw["ID"],
        version=raw["Version"]["Index"], effect=effect_of(raw, before, after), is_return=True,
        differences=words.of_service(key, held, wanted, before, after).differences,
    )  # fmt: skip


def _remarks(key: str, raw: Raw, last: str, *, is_changed: bool) -> Iterator[Diagnostic]:
    """What there is to say of a service of the last apply that is not returned."""
    previous = raw.get("PreviousSpec")
    if is_changed:
        return
    if last and mark_of(raw["Spec"]) == last and not previous:
        yield _note(f"service {key} was made by the last apply, and has nothing to return to: kept", "")
    elif last and mark_of(raw["Spec"]) == last and _is_detached(previous or {}):
        yield _note(f"service {key} was taken off a network on the way, so Swarm has lost what it was before: kept", "")
    elif last and mark_of(raw["Spec"]) == last and _is_by_hand(raw) and not _is_back(raw):
        yield _note(
            f"service {key} was changed by hand after the last apply, so Swarm has lost what it was before: kept",
            "apply the former stack",
        )
    elif (
        previous
        and last in {"", mark_of(raw["Spec"]), mark_of(previous)}
        and (_is_back(raw) or (last and mark_of(raw["Spec"]) != last))
    ):
        yield _note(f"service {key} has been returned already", "to go forth again, apply the stack")


def _is_by_hand(raw: Raw) -> bool:
    """Whether somebody changed a service after the apply that wrote it, whose mark was there before already."""
    made = mark_of(raw["Spec"])
    return bool(made) and made == mark_of(raw.get("PreviousSpec") or {})


def _is_detached(spec: Spec) -> bool:
    """Whether a body is just a step on the way from one network to the next."""
    return DETACHED in (spec.get("Labels") or {})


def _note(summary: str, help: str) -> Diagnostic:
    return Diagnostic(summary=summary, severity=Severity.INFO, path=KeyPath(), help=help)
