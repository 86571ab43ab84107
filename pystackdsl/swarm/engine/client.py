"""One connection to a swarm manager: calls of the Engine API, plain trees in and out.

Made by `connection`, used by everything that reads or writes a swarm. A client of the docker SDK, or `wire`, is the
transport; the SDK's typed calls are left alone, since they cannot say all that `docker stack` says.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from pystackdsl.swarm.engine.broken import broke, is_of_transport
from pystackdsl.swarm.engine.streams import LogLine, lines
from pystackdsl.swarm.errors import EngineError, NotAManager, Refused
from pystackdsl.swarm.live import Live, Swarm, is_dying
from pystackdsl.swarm.specs import KINDS, NAMESPACE, External, Kind, Raw, Spec

if TYPE_CHECKING:
    from docker.api.client import APIClient
    from requests import Response

    from pystackdsl.swarm.engine.wire import Answer, SocketClient

__all__ = ["Created", "Engine", "Listed", "Resolved"]

Listed = Literal["networks", "secrets", "configs", "services", "tasks", "nodes"]
"""What can be listed and inspected."""


@attrs.frozen
class Created:
    """What a create call answers."""

    id: str
    warnings: tuple[str, ...] = ()


@attrs.frozen
class Resolved:
    """What a registry says of an image: its digest, and the platforms it is for, as the Engine's API has them."""

    digest: str
    platforms: tuple[Mapping[str, str], ...]


class Engine:
    """One connection to a swarm manager, for several threads at once.

    Every call raises Unreachable where no answer comes, and Refused where the daemon answers with an error.
    """

    def __init__(self, client: "APIClient | SocketClient", where: str, api: tuple[int, int], *, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self.where = where
        self.api = api

    def read(self, stack: str, externals: Iterable[External] = (), names: Iterable[tuple[Kind, str]] = ()) -> Live:
        """What the swarm has of a stack, and of what it refers to. Raises NotAManager."""
        info = self.info()
        swarm = self._swarm(info)
        label = {"label": [f"{NAMESPACE}={stack}"]}
        networks = [each for each in self.list("networks", {"scope": ["swarm"]}) if not is_dying(each)]
        found: dict[Kind, list[Raw]] = {
            "networks": [each for each in networks if (each.get("Labels") or {}).get(NAMESPACE) == stack],
            "secrets": self.list("secrets", label),
            "configs": self.list("configs", label),
            "services": self.list("services", label, status="true"),
        }
        held = {kind: {name_of(kind, each): each for each in found[kind]} for kind in KINDS}
        wanted = dict.fromkeys([*((each.kind, each.name) for each in externals), *names])
        outside: dict[tuple[Kind, str], Raw] = {}
        for kind in KINDS:
            missing = [name for each, name in wanted if each == kind and name not in held[kind]]
            others = networks if kind == "networks" else self.list(kind, {"name": missing}) if missing else []
            outside |= {(kind, name): each for each in others if (name := name_of(kind, each)) in missing}
        known = self.network_names(networks, found["services"])
        return Live(stack=stack, swarm=swarm, outside=outside, names=known, **held)

    def network_names(self, listed: Iterable[Raw], services: Iterable[Raw]) -> dict[str, str]:
        """The full names of networks by ID: of those in a list, and of others that services are on. Docker's own, such
        as `host`, have an ID in the swarm and are in no list.
        """
        names: dict[str, str] = {each["Id"]: each["Name"] for each in listed}
        templates = [each["Spec"].get("TaskTemplate") or {} for each in services]
        used = {each["Target"]: None for template in templates for each in template.get("Networks") or ()}
        for id in used:
            found = None if id in names else self.inspect("networks", id)
            if found is not None:
                names[id] = found["Name"]
        return names

    def info(self) -> Raw:
        """What the daemon says of itself."""
        found: Raw = self._call("GET", "/info")
        return found

    def _swarm(self, info: Raw) -> Swarm:
        state = info.get("Swarm") or {}
        if not state.get("ControlAvailable"):
            raise self._no_manager(is_alone=state.get("LocalNodeState") in (None, "", "inactive"))
        id = (state.get("Cluster") or {}).get("ID", "")
        return Swarm(id=id, where=self.where, nodes=state.get("Nodes", 0), api=self.api)

    def list(self, kind: Listed, filters: Mapping[str, Iterable[str]] | None = None, **query: str) -> list[Raw]:
        """The objects of a kind that pass the filters, as the Engine has them: names are matched by their beginning."""
        if filters:
            query["filters"] = json.dumps({name: list(values) for name, values in filters.items()})
        found: list[Raw] = self._call("GET", f"/{kind}", query=query) or []
        return found

    def inspect(self, kind: Listed, name: str) -> Raw | None:
        """The object of that name or ID; None where there is none. What the Engine found by the beginning of its ID is
        another one: a name may look like that.
        """
        try:
            found: Raw = self._call("GET", f"/{kind}/{_quoted(name)}")
        except Refused as error:
            if error.is_missing:
                return None
            raise
        names = {found.get("ID"), found.get("Id"), found.get("Name"), (found.get("Spec") or {}).get("Name")}
        return found if kind == "nodes" or name in names else None

    def container(self, id: str) -> Raw | None:
        """A container; None where there is none on the node that answers, which may not be the one that runs it."""
        try:
            found: Raw = self._call("GET", f"/containers/{_quoted(id)}/json")
        except Refused as error:
            if error.is_missing:
                return None
            raise
        return found

    def create(self, kind: Kind, spec: Spec, *, auth: str | None = None) -> Created:
        """Make an object. `auth` are registry credentials, as `credentials` gives them."""
        answer = self._call("POST", f"/{kind}/create", spec, auth=auth)
        warnings = answer.get("Warnings") or ([answer["Warning"]] if answer.get("Warning") else [])
        return Created(answer.get("ID") or answer["Id"], tuple(warnings))

    def update(
        self, kind: Kind, id: str, version: int, spec: Spec, *, auth: str | None = None, previous: bool = False
    ) -> tuple[str, ...]:
        """Write an object that was read with that version; `previous` returns a service to its former spec.

        Gives the daemon's warnings.
        """
        query = {"version": str(version)} | ({"rollback": "previous"} if previous else {})
        answer = self._call("POST", f"/{kind}/{id}/update", spec, query=query, auth=auth)
        return tuple((answer or {}).get("Warnings") or ())

    def remove(self, kind: Kind, id: str) -> None:
        """Remove an object."""
        self._call("DELETE", f"/{kind}/{id}")

    def digest(self, image: str, *, auth: str | None = None) -> Resolved:
        """What the image's registry says of it; the daemon asks."""
        answer = self._call("GET", f"/distribution/{_quoted(image)}/json", auth=auth)
        platforms = tuple(
            {"Architecture": each.get("architecture", ""), "OS": each.get("os", "")}
            for each in answer.get("Platforms") or ()
        )
        return Resolved(answer["Descriptor"]["digest"], platforms)

    def setting(self, name: str) -> str:
        """What Docker's configuration says under a name, such as `servicesFormat`; empty where it says nothing."""
        from pystackdsl.swarm.engine.endpoint import configuration

        found = configuration(self._folder).get(name)
        return found if isinstance(found, str) else ""

    def credentials(self, image: str) -> str:
        """The registry credentials for an image, as `create`, `update` and `digest` take them. Raises EngineError."""
        import os

        from pystackdsl.swarm.engine.credentials import header
        from pystackdsl.swarm.engine.endpoint import configuration

        return header(image, configuration(self._folder), os.environ)

    def logs(
        self,
        kind: Literal["services", "tasks"],
        id: str,
        *,
        tty: bool = False,
        follow: bool = False,
        since: str | None = None,
        tail: int | None = None,
    ) -> Iterator[LogLine]:
        """What the tasks of a service, or one task, wrote, line by line; `tty` where the container has a terminal.

        `since` is a time as the Engine takes it, in seconds since 1970; `tail` the number of lines of each task.
        """
        query = {"stdout": "1", "stderr": "1", "timestamps": "1", "details": "1", "follow": "1" if follow else "0"}
        query |= {"since": since} if since else {}
        query["tail"] = "all" if tail is None else str(tail)
        answer = self._answer("GET", f"/{kind}/{id}/logs", query=query, stream=True, timeout=None if follow else 60)
        try:
            yield from lines(answer.iter_content(None), tty=tty)
        except Exception as error:
            if not is_of_transport(error):
                raise
            raise broke(self.where, error, writes=False) from None
        finally:
            answer.close()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        auth: str | None = None,
    ) -> Any:
        """One call: JSON in and out, None for an empty answer."""
        answer = self._answer(method, path, body, query=query, auth=auth)
        return json.loads(answer.content) if answer.content.strip() else None

    def _answer(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        auth: str | None = None,
        stream: bool = False,
        timeout: float | None = 60,
    ) -> "Response | Answer":
        """What the daemon answers to one call."""
        headers = {"X-Registry-Auth": auth} if auth is not None else {}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body)
        url = f"{self._client.base_url}/v{self.api[0]}.{self.api[1]}{path}"
        try:
            answer = self._client.request(
                method, url, data=data, params=query, headers=headers, timeout=timeout, stream=stream
            )
            said = answer.text if answer.status_code >= 400 else ""
        except Exception as error:
            if not is_of_transport(error):
                raise
            raise broke(self.where, error, writes=method != "GET") from None
        if answer.status_code == 503 and "not a swarm manager" in said:
            raise self._no_manager(is_alone="swarm init" in said)
        if answer.status_code >= 400:
            raise _refused(answer.status_code, said)
        return answer

    def _no_manager(self, *, is_alone: bool) -> NotAManager:
        """The error of a daemon that is a worker, or in no swarm at all."""
        if is_alone:
            return NotAManager(
                f"the Docker daemon at {self.where} is not part of a swarm",
                help="make it one with `docker swarm init`, or name a manager with --context or -H",
            )
        return NotAManager(
            f"the Docker daemon at {self.where} is no manager of its swarm",
            help="name a manager with --context or -H",
        )


def name_of(kind: Listed, raw: Raw) -> str:
    """The full name of an object."""
    name: str = raw["Name"] if kind == "networks" else raw["Spec"]["Name"]
    return name


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="/:@")


def _refused(status: int, text: str) -> EngineError:
    try:
        said = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        said = text
    said = str(said).strip()
    prefix = "rpc error: code = "
    if said.startswith(prefix):
        said = said.partition(" desc = ")[2] or said
    return Refused(said or f"the daemon answered with status {status}", status=status)
