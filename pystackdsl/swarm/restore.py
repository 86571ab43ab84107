"""A rollout taken back: what was changed gets its former body, what was made goes, and that is waited for.

Called by `rollout` for `--atomic`, with what was written. Events come out; `restored` has the keys of the services that
are what they were.
"""

from collections.abc import Iterator, Sequence
from threading import Event as Signal

import attrs

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.converge import has_failed
from pystackdsl.swarm.events import Event, Verdict, Written
from pystackdsl.swarm.live import Live
from pystackdsl.swarm.specs import NAMESPACE
from pystackdsl.swarm.standing import Tracker
from pystackdsl.swarm.watch import Watch
from pystackdsl.swarm.writes import Stale, Writer

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
        self.verdicts: list[Verdict] = []

    def __iter__(self) -> Iterator[Event]:
        back = Writer(self.engine, self.live, stop=self.stop)
        for written in reversed(self.written):
            for change in self._reversed(written):
                event = back.write(change)
                if change.action == "remove" and change.key not in self.restored:
                    self.withdrawn.append(change)
                yield event
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

    def _reversed(self, written: Written) -> Iterator[Change]:
        """The changes that take one back."""
        change = written.change
        former = self.live.of(change.kind).get(change.name)
        if written.outcome == "unchanged":
            return
        if change.kind == "services" and former is not None:
            self.restored.append(change.key)
        if change.action != "remove" and (former is None or change.action == "replace"):
            id = self.forth.ids.get((change.kind, change.name), change.name)
            yield attrs.evolve(change, action="remove", id=id, version=None)
        if former is None:
            return
        body = former.get("Spec")
        if change.action in {"remove", "replace"} and change.kind == "services":
            yield attrs.evolve(change, action="create", id=None, version=None, spec=body)
        elif change.action == "update":
            now = self.engine.inspect(change.kind, change.id or change.name)
            if now is None:
                raise Stale(f"{change.name} has been removed by somebody else")
            if now["Spec"] != body:
                yield attrs.evolve(change, spec=body, version=now["Version"]["Index"])
