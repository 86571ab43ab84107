"""One change of a plan, written to the swarm: made sure of where others write too, or where a reply gets lost.

`rollout` gives the changes in their order; what became of each goes back. A version that is outdated, a name that is
taken and a connection that broke are looked into: if the swarm has what was to be written, that is success; if it still
has what the plan was made from, the write is tried again; anything else makes the plan stale.
"""

import calendar
import os
import time
from base64 import b64encode
from collections.abc import Mapping
from threading import Event as Signal
from typing import TYPE_CHECKING, Final, Literal

from pystackdsl.swarm.changes import Change
from pystackdsl.swarm.detaching import attached, detached
from pystackdsl.swarm.engine.references import with_ids
from pystackdsl.swarm.errors import EngineError, Refused, Unreachable
from pystackdsl.swarm.events import Written
from pystackdsl.swarm.live import Live, is_dying
from pystackdsl.swarm.names import scoped
from pystackdsl.swarm.sameness import is_same
from pystackdsl.swarm.specs import KINDS, OWN, Kind, Raw, Spec

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine

__all__ = ["APPLY", "DETACHED", "NOUNS", "Interrupted", "Stale", "Writer", "began", "id_of", "mark", "mark_of"]

APPLY: Final = f"{OWN}apply"
"""The label of a service that names the apply which wrote it last."""
DETACHED: Final = f"{OWN}detached"
"""The label of a service that was taken off a network, and is on its way back to it."""
NOUNS: Final[Mapping[Kind, str]] = {
    "networks": "network", "secrets": "secret", "configs": "config", "services": "service"
}  # fmt: skip

UNIQUE: Final = (1, 44)
"""From this version of the API on, the Engine refuses a second network of one name without being told to look."""

_FORM: Final = "%Y%m%dT%H%M%S"

ATTEMPTS: Final = 4
"""So often a write is tried where others get in between or connections break."""
PAUSE: Final = 0.25
RELEASE: Final = 60.0
"""Seconds in which a removed network, or what a removed service used, has to become free."""

Result = Literal["created", "updated", "removed", "unchanged"]


def mark() -> str:
    """A name for an apply that begins now; those of later ones sort behind it."""
    seconds, rest = divmod(time.time_ns(), 10**9)
    return f"{time.strftime(_FORM, time.gmtime(seconds))}.{rest // 1000:06}-{os.urandom(3).hex()}"


def began(mark: str) -> float:
    """When the apply of that name began, in seconds since 1970; 0 where it is no such name."""
    try:
        return calendar.timegm(time.strptime(mark.partition(".")[0], _FORM))
    except ValueError:
        return 0.0


class Stale(Exception):
    """The swarm is no longer what the plan was made from; the message says where."""


class Interrupted(Exception):
    """The rollout was told to stop before this write."""


class Writer:
    """Writes changes; several threads may use it at once.

    `live` is what the plan was compared with. `ids` has the IDs of secrets and configs by (kind, full name), `names`
    the full names of networks by ID; both learn what is made. Without an `apply`, bodies are sent as they are: they
    come from the Engine. `planned` are the full names of services that are going to be written.
    """

    def __init__(
        self,
        engine: "Engine",
        live: Live,
        *,
        stop: Signal,
        apply: str = "",
        contents: Mapping[tuple[Kind, str], bytes] | None = None,
        auth: Mapping[str, str] | None = None,
        planned: frozenset[str] = frozenset(),
    ) -> None:
        self.engine = engine
        self.live = live
        self.stop = stop
        self.apply = apply
        self.contents = contents or {}
        self.auth = auth or {}
        self.planned = planned
        self.names = dict(live.names)
        self.versions: dict[str, int] = {}
        self.former: dict[tuple[Kind, str], Raw] = {}
        for kind in KINDS:
            self.former |= {(kind, name): raw for name, raw in live.of(kind).items()}
        self.ids: dict[tuple[Kind, str], str] = {place: id_of(raw) for place, raw in live.outside.items()}
        self.ids |= {place: id_of(raw) for place, raw in self.former.items()}

    def write(self, change: Change) -> Written:
        """Do it, and tell what became of it. Raises EngineError, Stale and Interrupted."""
        if self.stop.is_set():
            raise Interrupted
        if change.action == "remove":
            return self._told(change, self._remove(change.kind, self._id(change)))
        if change.action == "replace" and change.kind == "networks":
            return self._replace(change)
        if change.action == "replace" and change.kind == "services":
            return self._exchange(change)
        if change.action == "update":
            return self._update(change)
        return self._create(change)

    def body(self, change: Change) -> Spec:
        """What is sent: the change's body with IDs in place of names, content, and the mark of this apply."""
        if change.is_return:  # the Engine wants a body, and then takes the one that it has kept
            return dict(self.former["services", change.name]["Spec"])
        spec = dict(change.spec or {})
        if not self.apply:
            return spec
        if change.kind == "networks" and self.live.swarm.api < UNIQUE:
            spec["CheckDuplicate"] = True
        if change.kind == "services":
            spec["Labels"] = self._marked(spec.get("Labels"))
            return with_ids(spec, self.ids)
        if change.with_content and (change.kind, change.key) in self.contents:
            spec["Data"] = b64encode(self.contents[change.kind, change.key]).decode()
        return spec

    def _create(self, change: Change) -> Written:
        body, auth = self.body(change), self.auth.get(change.key)
        for attempt in range(ATTEMPTS):
            try:
                created = self.engine.create(change.kind, body, auth=auth)
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and error.status != 409:
                    raise
                found = self._found(change.kind, change.name, error)
                if found is None or (change.kind == "networks" and self._gone(found)):
                    self._pause(attempt, error)
                    continue
                if change.kind == "networks" and is_dying(found):
                    raise self._still_there(change) from None
                if not self._is_ours(change, found):
                    raise Stale(f"{NOUNS[change.kind]} {change.name} has been made by somebody else") from None
                self._learn(change, id_of(found))
                return self._told(change, "created" if isinstance(error, Unreachable) else "unchanged")
            else:
                self._learn(change, created.id)
                return self._told(change, "created", created.warnings)
        raise Stale(f"{NOUNS[change.kind]} {change.name} is there and gone in turns: somebody else writes it")

    def _exchange(self, change: Change) -> Written:
        """Remove a service and make it anew. Where it cannot be made, what was there is made again."""
        former = self.former["services", change.name]["Spec"]
        self._remove("services", self._id(change))
        try:
            return self._create(change)
        except Refused as error:
            back = Writer(self.engine, self.live, stop=Signal())
            try:
                back.write(Change(kind="services", key=change.key, name=change.name, action="create", spec=former))
            except (EngineError, Stale) as another:
                told = f"{error.summary}; the service that was there is removed, and cannot be made again ({another})"
                raise EngineError(told, help=error.help) from None
            raise EngineError(f"{error.summary}; what was there has been made again", help=error.help) from None
        except Unreachable as error:
            error.summary += "; the service that was there is removed"
            raise

    def _update(self, change: Change) -> Written:
        assert change.id is not None
        assert change.version is not None
        body, auth = self.body(change), self.auth.get(change.key)
        version = self.versions.get(change.name, change.version)
        for attempt in range(ATTEMPTS):
            try:
                warnings = self.engine.update(
                    change.kind, change.id, version, body, auth=auth, previous=change.is_return
                )
            except (Unreachable, Refused) as error:
                if isinstance(error, Refused) and not error.is_outdated and not error.is_missing:
                    raise
                found = self._found(change.kind, change.id, error)
                if found is None:
                    raise Stale(f"{NOUNS[change.kind]} {change.name} has been removed by somebody else") from None
                if self._is_ours(change, found):
                    return self._told(change, "updated" if isinstance(error, Unreachable) else "unchanged")
                before = self.former.get((change.kind, change.name))
                if found["Version"]["Index"] != version and (before is None or before["Spec"] != found["Spec"]):
                    raise Stale(f"{NOUNS[change.kind]} {change.name} has been changed by somebody else") from None
                version = found["Version"]["Index"]
                self._pause(attempt, error)
            else:
                return self._told(change, "updated", warnings)
        raise Stale(f"{NOUNS[change.kind]} {change.name} changes all the time: somebody else writes it")

    def _replace(self, change: Change) -> Written:
        """Make a network anew: its services are taken off it, and those that the plan does not write are put back."""
        assert change.id is not None
        users = [scoped(self.live.stack, key) for key in change.users]
        for name in users:
            former = self.former["services", name]
            labels = {**(former["Spec"].get("Labels") or {}), DETACHED: self.apply}
            body = {**detached(former["Spec"], change.id), "Labels": labels}
            self._overwrite(name, former["Version"]["Index"], body)
        try:
            self._remove("networks", change.id)
        except (Refused, Unreachable) as error:
            for name in users:  # back on the network, which is still there
                self._overwrite(name, self.versions[name], self.live.services[name]["Spec"], stop=Signal())
            if users:
                error.summary += f"; taken off it meanwhile, and attached again: {', '.join(change.users)}"
                error.args = (error.summary,)
            raise
        written = self._create(change)
        for name in users:
            former = self.live.services[name]
            if name not in self.planned:
                body = attached(former["Spec"], change.id, change.name)
                self._overwrite(name, self.versions[name], {**body, "Labels": self._marked(body.get("Labels"))})
        return written

    def _overwrite(self, name: str, version: int, body: Spec, *, stop: Signal | None = None) -> None:
        """Write a service on the way to what the plan wants, and remember how it is then."""
        id = self.ids["services", name]
        step = Change(kind="services", key=name, name=name, action="update", spec=body, id=id, version=version)
        plain = Writer(self.engine, self.live, stop=stop or self.stop)
        plain.former = self.former
        plain.write(step)
        now = self._found("services", id, Stale(f"service {name} has been removed by somebody else"))
        if now is None:
            raise Stale(f"service {name} has been removed by somebody else")
        self.former["services", name] = now
        self.versions[name] = now["Version"]["Index"]

    def _marked(self, labels: Mapping[str, str] | None) -> dict[str, str]:
        return {**(labels or {}), APPLY: self.apply}

    def _remove(self, kind: Kind, id: str) -> Result:
        """Remove an object; one that others still use is waited for."""
        end = time.monotonic() + RELEASE
        attempt = 0
        while True:
            try:
                self.engine.remove(kind, id)
            except Refused as error:
                if error.is_missing:
                    return "removed"
                if "in use" not in error.summary or time.monotonic() > end or self.stop.wait(PAUSE):
                    raise
            except Unreachable as error:
                if self._found(kind, id, error) is None:
                    return "removed"
                self._pause(attempt, error)
                attempt += 1
            else:
                return "removed"

    def _found(self, kind: Kind, name: str, error: Exception) -> Raw | None:
        """The object as it is now; the `error` is raised again where nobody answers."""
        for attempt in range(ATTEMPTS):
            try:
                return self.engine.inspect(kind, name)
            except Unreachable:
                self._pause(attempt, error)
        raise error

    def _gone(self, network: Raw) -> bool:
        """Whether a network that its stack left behind is gone now: it stays until its last task has stopped."""
        end = time.monotonic() + RELEASE
        while is_dying(network) and time.monotonic() < end and not self.stop.wait(PAUSE):
            found = self.engine.inspect("networks", network["Id"])
            if found is None:
                return True
            network = found
        return False

    def _still_there(self, change: Change) -> Exception:
        if self.stop.is_set():
            return Interrupted()
        return EngineError(
            f"a network {change.name} was removed, and the Engine has not let it go after {RELEASE:g} s",
            help="wait until the last task on it has stopped; where none is left, restart Docker on this node",
        )

    def _is_ours(self, change: Change, found: Raw) -> bool:
        """Whether an object is what was to be written: by this very apply, or by another one to the same end."""
        if change.kind == "services" and not change.is_return:
            if not self.apply:  # each step on the way has labels of its own
                return bool((found["Spec"].get("Labels") or {}) == ((change.spec or {}).get("Labels") or {}))
            if mark_of(found["Spec"]) == self.apply:
                return True
            if change.forced:  # it says what was there before
                return False
        wanted = self.body(change) if change.kind == "configs" else change.spec or {}
        return is_same(change.kind, wanted, found, self.names)

    def _id(self, change: Change) -> str:
        return change.id or self.ids.get((change.kind, change.name), change.name)

    def _learn(self, change: Change, id: str) -> None:
        self.ids[change.kind, change.name] = id
        if change.kind == "networks":
            self.names[id] = change.name

    def _pause(self, attempt: int, error: Exception) -> None:
        """Wait before the next try; the `error` is raised where there is none."""
        if attempt + 1 >= ATTEMPTS or self.stop.wait(PAUSE * (attempt + 1)):
            raise error

    @staticmethod
    def _told(change: Change, outcome: Result, warnings: tuple[str, ...] = ()) -> Written:
        return Written(at=time.time(), change=change, outcome=outcome, warnings=warnings)


def mark_of(spec: Spec) -> str:
    """The apply that wrote a body; nothing where it was not one of ours."""
    return str((spec.get("Labels") or {}).get(APPLY, ""))


def id_of(raw: Raw) -> str:
    """The ID of an object; networks spell it in their own way."""
    return str(raw["ID"] if "ID" in raw else raw["Id"])
