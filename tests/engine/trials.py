"""A stack on trial: deployed by the Docker CLI and by us on a real Engine, read back, planned, imported, changed.

`test_laws` has random stacks on trial, `test_spec_equality` the examples and every key. No task runs: no node has the
label that each service asks for. What any two objects differ in is left out of `Trial.objects`: IDs, versions, times,
chosen addresses, and labels of our own.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from rig.engine import Engine as Rig
from rig.engine import EngineError, wait
from rig.proxy import Proxy

from pystackdsl import Deploy, Placement, Stack, node, swarm
from pystackdsl.cli.livestack import imported
from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.model.deploy import KEEP
from pystackdsl.model.key import Key
from pystackdsl.model.uses import uses
from pystackdsl.swarm.changes import Plan
from pystackdsl.swarm.compare import Options
from pystackdsl.swarm.engine import Engine
from pystackdsl.swarm.engine.references import without_ids
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.rollout import Options as Way
from pystackdsl.swarm.specs import KINDS, NAMESPACE, OWN, Kind, Specs

__all__ = ["Trial", "changes", "goes_both_ways", "keys_said", "quiet"]

Tree = dict[str, Any]
BY_ENGINE = {
    *("Id", "ID", "Created", "CreatedAt", "UpdatedAt", "Version"),
    *("Endpoint", "JobStatus", "Peers", "Containers", "Services"),
}
"""What the Engine says of a network that nobody asked for."""


def quiet(stack: Stack) -> Stack:
    """The stack with services that run nothing, whatever they ask for, and without plugins that the Engine lacks."""
    for service in stack.services.values():
        deploy = service.deploy or Deploy()
        if deploy.replicas not in (None, KEEP):
            deploy = attrs.evolve(deploy, replicas=deploy.replicas % 4)  # type: ignore[operator]
        placement = deploy.placement or Placement()
        constraints = [node.labels.nowhere == "1", *(placement.constraints or ())]
        deploy = attrs.evolve(deploy, placement=attrs.evolve(placement, constraints=constraints))
        service.__dict__.update(deploy=deploy)
        if service.credential_spec is not None and service.credential_spec.config is not None:
            # The Docker CLI does not find a credential in a config that has a name of its own.
            service.credential_spec.config.__dict__.update(name=None)
    for secret in stack.secrets.values():
        if secret.driver is not None:
            secret.__dict__.update(driver=None, driver_opts=None, file="./given.txt")
    for network in stack.networks.values():
        if network.driver is not None:
            network.__dict__.update(driver="overlay")
        if network.ipam is not None:
            network.__dict__.update(ipam=attrs.evolve(network.ipam, driver="default"))
    return stack


def keys_said(stack: Stack) -> set[Key]:
    """The keys that reach the Engine of what a stack says."""
    return {use.key for use in uses(stack) if use.key.api is not None}


class Trial:
    """Stacks of one name, in a folder, on an Engine behind a proxy that counts the writes."""

    def __init__(self, rig: Rig, proxy: Proxy, manager: Engine, folder: Path, name: str) -> None:
        self.rig = rig
        self.proxy = proxy
        self.manager = manager
        self.folder = folder
        self.name = name

    def deploy(self, stack: Stack) -> None:
        """As `docker stack deploy` does it."""
        built, files = with_assets(stack, folder=self.folder, stack_name=None, rotate=False)
        for path, data in files.items():
            path.write_bytes(data)
        (self.folder / "built.yml").write_text(spell(built, folder=self.folder))
        file = self.folder / "built.yml"
        self.rig.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", file, self.name)

    def plan(self, stack: Stack, *, settles: bool = False, **options: Any) -> Plan:
        way = Options(resolve_image="never", **options)
        shell = self.rig.shell
        return swarm.plan(stack, self.manager, name=self.name, options=way, environment=shell, settles=settles)

    def apply(self, stack: Stack, **options: Any) -> list[str]:
        """Plan and do it, and tell what was written: the path of each call that may change something."""
        plan = self.plan(stack, settles=True, **options)
        self.proxy.reset()
        outcome = swarm.apply(plan, self.manager, Way(detach=True)).wait()
        told = (outcome.status, outcome.error, outcome.findings, outcome.undone)
        assert told == (0, "", (), ()), told
        return [call.path for call in self.proxy.writes]

    def comes_to_rest(self, stack: Stack, **options: Any) -> None:
        """Once applied, nothing is left to do, and doing it writes nothing."""
        assert_empty(self.plan(stack, **options))
        written = self.apply(stack, **options)
        assert written == [], written

    def is_imported(self) -> None:
        """`import --live` writes a stack that the swarm has already, and nothing is lost on the way."""
        found = imported(self.name, self.manager, self.folder)
        assert found.lifted.left == {}
        assert_empty(found.plan)

    def objects(self) -> dict[str, Tree]:
        """What the Engine has of the stack, by kind and name, without what it chose itself."""
        names = {each["Id"]: each["Name"] for each in self.rig.call("GET", "/networks")}
        query = {"filters": json.dumps({"label": [f"{NAMESPACE}={self.name}"]})}
        found: dict[str, Tree] = {}
        with contextlib.suppress(EngineError):  # until it has its addresses, the Engine does not tell what it is to be
            wait(lambda: all(raw["Driver"] for raw in self.rig.call("GET", "/networks", query=query)), "addresses", 5)
        for kind in KINDS:
            for raw in self.rig.call("GET", f"/{kind}", query=query):
                body = _network(raw) if kind == "networks" else raw["Spec"]
                body = _in_order(without_ids(body, names)) if kind == "services" else body
                labels = body.get("Labels") or {}
                body["Labels"] = {name: text for name, text in labels.items() if not name.startswith(OWN)}
                found[f"{kind} {body['Name']}"] = body
        return found

    def has(self, objects: dict[str, Tree]) -> None:
        """What the Engine has of the stack is just this."""
        found = self.objects()
        odd = [name for name in {**found, **objects} if found.get(name) != objects.get(name)]
        told = {name: (found.get(name), objects.get(name)) for name in odd}
        assert told == {}, told

    def effective(self) -> dict[str, Tree]:
        """What the Engine makes of each service, its defaults filled in; what content is under is left out, since that
        is another name once it changed. What is empty is told no more, nor is the order of what has none.
        """
        query = {"filters": json.dumps({"label": [f"{NAMESPACE}={self.name}"]})}
        names = {each["Id"]: each["Name"] for each in self.rig.call("GET", "/networks")}
        found = {}
        for raw in self.rig.call("GET", "/services", query=query):
            whole = self.rig.call("GET", f"/services/{raw['ID']}", query={"insertDefaults": "true"})
            spec = without_ids(whole["Spec"], names)
            spec["TaskTemplate"].pop("ForceUpdate", None)
            spec["Labels"] = {name: text for name, text in spec["Labels"].items() if not name.startswith(OWN)}
            found[spec["Name"]] = _said(spec)
        return found

    @contextlib.contextmanager
    def beside_what_it_needs(self, *stacks: Stack) -> Iterator[None]:
        """With what the stacks take to be there already; in the end all is gone, theirs too."""
        made: dict[tuple[Kind, str], str] = {}
        try:
            for each in [each for stack in stacks for each in self.asked(stack).externals]:
                body: Tree = {"Name": each.name}
                body |= {"Driver": "overlay"} if each.kind == "networks" else {"Data": base64.b64encode(b"x").decode()}
                if (each.kind, each.name) not in made:
                    answer = self.rig.call("POST", f"/{each.kind}/create", body)
                    made[each.kind, each.name] = answer.get("ID") or answer["Id"]
            yield
        finally:
            self.rig.remove(self.name)
            for (kind, _), id in reversed(made.items()):
                self.rig.call("DELETE", f"/{kind}/{id}")

    def asked(self, stack: Stack) -> Specs:
        """What a stack asks of the Engine."""
        return lower(stack, self.name, environment=self.rig.shell)


def goes_both_ways(trial: Trial, stack: Stack) -> dict[str, Tree]:
    """The law of takeover, with what was compared: Docker's objects are ours, and ours are Docker's."""
    with trial.beside_what_it_needs(stack):
        trial.deploy(stack)
        theirs = trial.objects()
        plan = trial.plan(stack)
        assert_empty(plan)
        assert set(plan.unknown) == {key for key, spec in trial.asked(stack).secrets.items() if "Driver" not in spec}
        trial.is_imported()
        written = [path.split("/")[1] for path in trial.apply(stack)]
        assert written == ["secrets"] * len(plan.unknown), written
        trial.comes_to_rest(stack)
        trial.has(theirs)
    with trial.beside_what_it_needs(stack):
        trial.apply(stack)
        trial.comes_to_rest(stack)
        trial.has(theirs)
        trial.is_imported()
        trial.deploy(stack)
        trial.has(theirs)
        assert_empty(trial.plan(stack))
    return theirs


def changes(trial: Trial, before: Stack, after: Stack) -> None:
    """The law of change: whatever a stack was, one apply makes of it what it is to be, as if it had been made anew."""
    with trial.beside_what_it_needs(before, after):
        trial.apply(before)
        trial.apply(after, prune=True, replace_networks=True)
        trial.comes_to_rest(after, prune=True, replace_networks=True)
        changed = trial.effective()
    with trial.beside_what_it_needs(after):
        trial.deploy(after)
        anew = trial.effective()
        assert changed == anew, (changed, anew)


def assert_empty(plan: Plan) -> None:
    told = [(each.kind, each.key, each.action, each.differences, each.resets) for each in plan.changes]
    assert told == [], told
    notes = [note.summary for note in plan.notes if note.path and note.path[0] in ("services", "networks")]
    assert [each for each in notes if "no node fits its constraints (node.labels.nowhere == 1" not in each] == []


def _network(raw: Tree) -> Tree:
    body = {name: value for name, value in raw.items() if name not in BY_ENGINE}
    body["Options"] = {name: text for name, text in (body["Options"] or {}).items() if "vxlanid" not in name}
    pools = body["IPAM"]["Config"] or []
    body["IPAM"] = {**body["IPAM"], "Config": [pool for pool in pools if not re.match(r"10\.[0-9]\.", pool["Subnet"])]}
    return body


def _in_order(spec: Tree) -> Tree:
    """Several grants of one object come out of the Docker CLI in any order."""
    container = spec["TaskTemplate"]["ContainerSpec"]
    for field, name in (("Secrets", "SecretName"), ("Configs", "ConfigName")):
        if container.get(field):
            container[field].sort(key=lambda grant: (grant[name], (grant.get("File") or {}).get("Name", "")))
    return spec


_UNORDERED = {"Env", "Constraints", "Secrets", "Configs", "Ulimits", "CapabilityAdd", "CapabilityDrop", "Ports"}
_UNORDERED |= {"Networks"}


def _said(tree: Any, field: str = "") -> Any:
    if isinstance(tree, dict):
        parts = {
            name: _said(part, name) for name, part in tree.items() if not name.endswith(("SecretName", "ConfigName"))
        }
        said = {name: part for name, part in parts.items() if part is not False and part not in (None, "", {}, [])}
        if field == "CredentialSpec" and "Config" in said:
            said["Config"] = "its config"
        return said
    if isinstance(tree, list):
        parts = [_said(part) for part in tree]
        return sorted(parts, key=json.dumps) if field in _UNORDERED else parts
    return tree
