"""A swarm in memory that answers as the Engine does, for tests of races and broken connections that no real one shows
on demand.

It keeps objects with versions and names, refuses what the Engine refuses, and runs what tests want before a call
(`before`), or loses the answer after one (`lose`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from pystackdsl.swarm.engine import Created
from pystackdsl.swarm.errors import Refused, Unreachable
from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.specs import KINDS, NAMESPACE, Kind, Raw, Spec

SWARM = Swarm(id="swarm1", where="here", nodes=1, api=(1, 41))


class FakeEngine:
    """The calls of `Engine` that a rollout makes."""

    where = "here"

    def __init__(self) -> None:
        self.objects: dict[Kind, dict[str, Raw]] = {kind: {} for kind in KINDS}
        self.tasks: list[Raw] = []
        self.numbers = count(10)
        self.calls: list[str] = []
        self.before: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self.lost: dict[str, int] = {}
        self.broken: dict[str, int] = {}

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call.split()[0] in {"create", "update", "remove"}]

    def read(self, stack: str, externals: Iterable[Any] = (), names: Iterable[tuple[Kind, str]] = ()) -> Live:
        self._called("read")
        held = {kind: {self._name(kind, raw): deepcopy(raw) for raw in self.objects[kind].values()} for kind in KINDS}
        mine = {
            kind: {name: raw for name, raw in found.items() if self._labels(raw).get(NAMESPACE) == stack}
            for kind, found in held.items()
        }
        wanted = {(each.kind, each.name) for each in externals} | set(names)
        outside = {
            (kind, name): raw
            for kind, found in held.items()
            for name, raw in found.items()
            if name not in mine[kind] and (kind, name) in wanted
        }
        ids = {raw["Id"]: raw["Name"] for raw in self.objects["networks"].values()}
        return Live(stack=stack, swarm=SWARM, outside=outside, names=ids, **mine)

    def list(self, kind: str, filters: Mapping[str, Any] | None = None, **query: str) -> list[Raw]:
        self._called(f"list {kind}")
        if kind in {"tasks", "nodes"}:
            return deepcopy(self.tasks) if kind == "tasks" else []
        return deepcopy(list(self.objects[kind].values()))  # type: ignore[index]

    def inspect(self, kind: Kind, name: str) -> Raw | None:
        self._called(f"inspect {kind}")
        for id, raw in self.objects[kind].items():
            if name in {id, self._name(kind, raw)}:
                return deepcopy(raw)
        return None

    def create(self, kind: Kind, spec: Spec, *, auth: str | None = None) -> Created:
        self._called(f"create {kind}")
        for raw in self.objects[kind].values():
            if self._name(kind, raw) == spec["Name"]:
                raise Refused("name conflicts with an existing object", status=409)
        number = next(self.numbers)
        id = f"{kind}{number}"
        raw = {"Id": id, **deepcopy(spec)} if kind == "networks" else self._made(id, number, spec)
        self.objects[kind][id] = raw
        self._answered(f"create {kind}")
        return Created(id)

    def update(
        self, kind: Kind, id: str, version: int, spec: Spec, *, auth: str | None = None, previous: bool = False
    ) -> tuple[str, ...]:
        self._called(f"update {kind}")
        raw = self.objects[kind].get(id)
        if raw is None:
            raise Refused("not found", status=404)
        if raw["Version"]["Index"] != version:
            raise Refused("update out of sequence", status=500)
        self.change(kind, id, raw["PreviousSpec"] if previous else spec)
        self._answered(f"update {kind}")
        return ()

    def remove(self, kind: Kind, id: str) -> None:
        self._called(f"remove {kind}")
        if self.objects[kind].pop(id, None) is None:
            raise Refused("not found", status=404)
        self._answered(f"remove {kind}")

    def change(self, kind: Kind, id: str, spec: Spec) -> None:
        """Write an object, whatever its version."""
        raw = self.objects[kind][id]
        data = raw["Spec"].get("Data")
        raw["PreviousSpec"], raw["Spec"] = raw["Spec"], deepcopy(spec) | ({"Data": data} if data else {})
        raw["Version"] = {"Index": next(self.numbers)}

    def touch(self, kind: Kind, id: str) -> None:
        """Another version without another body, as when Swarm notes how an update goes."""
        self.objects[kind][id]["Version"] = {"Index": next(self.numbers)}

    def id_of(self, kind: Kind, name: str) -> str:
        return next(id for id, raw in self.objects[kind].items() if self._name(kind, raw) == name)

    def logs(self, kind: str, id: str, **query: Any) -> Iterable[Any]:
        return ()

    def container(self, id: str) -> Raw | None:
        return None

    def close(self) -> None:
        """Nothing is open."""

    def credentials(self, image: str) -> str:
        return "e30="

    def _made(self, id: str, number: int, spec: Spec) -> Raw:
        return {
            "ID": id, "Version": {"Index": number}, "Spec": deepcopy(spec),
            "ServiceStatus": {"RunningTasks": 0, "DesiredTasks": 0, "CompletedTasks": 0},
        }  # fmt: skip

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if self.before[call]:
            self.before[call].pop(0)()
        if self.broken.get(call, 0):
            self.broken[call] -= 1
            raise Unreachable("the connection broke", sent=not call.startswith(("list", "read", "inspect")))

    def _answered(self, call: str) -> None:
        if self.lost.get(call, 0):
            self.lost[call] -= 1
            raise Unreachable("the connection broke", sent=True)

    @staticmethod
    def _name(kind: Kind, raw: Raw) -> str:
        name: str = raw["Name"] if kind == "networks" else raw["Spec"]["Name"]
        return name

    @staticmethod
    def _labels(raw: Raw) -> Mapping[str, str]:
        return raw.get("Labels") or (raw.get("Spec") or {}).get("Labels") or {}
