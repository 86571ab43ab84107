"""A rollout taken back: what was changed gets its former body, what was made goes, and that is waited for.

Called by `rollout` for `--atomic`, with what was written. Events come out; `restored` has the keys of the services that
are what they were, `left` says what is not. What somebody else wrote meanwhile stays.
"""

from collections.abc import Iterator, Sequence
from threading import Event as Signal

import attrs

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.converge import has_failed
from pystackdsl.swarm.errors import Refused
from pystackdsl.swarm.events import Event, Verdict, Written
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import NAMESPACE, Raw
from pystackdsl.swarm.standing import Tracker
from pystackdsl.swarm.watch import Watch
from pystackdsl.swarm.writes import NOUNS, Stale, Writer, mark_of

__all__ = ["Restoration"]


class Restoration:
    """Iterate it for events; `verdicts` then tells of the services that were brought back.

    `writer` is what wrote, and `live` what the swarm had before.
    """

    def __init__(self, writer: Writer, live: Live, written: Sequence[Written], *, timeout: float, stop: Signal) -> None:
        self.forth = writer
        self.engine = writer.engine
        self.live = live
        self.written = written
        self.timeout = timeout
        self.stop = stop
        self.restored: list[str] = []
        self.withdrawn: list[Change] = []
        self.left: list[str] = []
        self.verdicts: list[Verdict] = []

    def __iter__(self) -> Iterator[Event]:
        back = Writer(self.engine, self.live, stop=self.stop)
        for written in reversed(self.written):
            change = written.change
            former = self.live.of(change.kind).get(change.name)
            if written.outcome == "unchanged":
                continue
            try:
                for step in self._reversed(change, former):
                    yield back.write(step)
            except (Refused, Stale) as error:
                self.left.append(_told(change, error))
                continue
            if former is None and change.action != "remove":
                self.withdrawn.append(attrs.evolve(change, action="remove"))
            elif change.kind == "services" and former is not None:
                self.restored.append(change.key)
        tasks = self.engine.list("tasks", {"label": [f"{NAMESPACE}={self.live.stack}"]})
        old = frozenset(task["ID"] for task in tasks if has_failed(task))
        trackers = [Tracker(key=key, name=self.names[key], old=old, is_rollback=True) for key in sorted(self.restored)]
        watch = Watch(self.engine, self.live.stack, trackers, timeout=self.timeout, stop=self.stop)
        self.verdicts = watch.verdicts
        yield from watch

    @property
    def names(self) -> dict[str, str]:
        """The full names of the services that were written, by key."""
        return {each.change.key: each.change.name for each in self.written if each.change.kind == "services"}

    def _reversed(self, change: Change, former: Raw | None) -> Iterator[Change]:
        """The changes that take one back. Raises Stale where somebody else wrote the same object meanwhile."""
        id = self.forth.ids.get((change.kind, change.name), change.name)
        now = None
        if change.kind == "services" and change.action != "remove":
            now = self.engine.inspect("services", change.id if change.action == "update" and change.id else id)
            self._check_mark(change, former, now)
        if change.action != "remove" and (former is None or change.action == "replace"):
            yield attrs.evolve(change, action="remove", id=id, version=None)
        if former is None:
            return
        body = former.get("Spec")
        if change.action in {"remove", "replace"} and change.kind == "services":
            yield attrs.evolve(change, action="create", id=None, version=None, spec=body)
        elif change.action == "update":
            now = now or self.engine.inspect(change.kind, change.id or change.name)
            if now is None:
                raise Stale(f"{NOUNS[change.kind]} {change.name} has been removed by somebody else")
            if now["Spec"] != body:
                yield attrs.evolve(change, spec=body, version=now["Version"]["Index"])

    def _check_mark(self, change: Change, former: Raw | None, now: Raw | None) -> None:
        if now is None:
            if former is not None:
                raise Stale(f"{NOUNS[change.kind]} {change.name} has been removed by somebody else")
            return
        is_back = former is not None and now["Spec"] == former["Spec"]  # Swarm has rolled it back
        if mark_of(now["Spec"]) != self.forth.apply and not is_back:
            raise Stale(f"{NOUNS[change.kind]} {change.name} has been changed by somebody else")


def _told(change: Change, error: Exception) -> str:
    said = str(error)
    return said if change.name in said else f"{NOUNS[change.kind]} {change.name}: {said}"
