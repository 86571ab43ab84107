"""What we make of a stack is what `docker stack deploy` makes of it: the objects of a real Engine, field for field.

Each stack is deployed by the Docker CLI, read and removed; then its objects are made from what `lower` asks for, and
read. No task runs. What differs between any two objects is left out: IDs, versions, times, chosen addresses.
"""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import attrs
import pytest
from rig import HOME, ROOT
from rig.engine import Engine

from pystackdsl import Deploy, Placement, Stack, node
from pystackdsl.compose import load
from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.python import load as load_python
from pystackdsl.swarm.engine.references import with_ids, without_ids
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.specs import NAMESPACE, Kind, Specs

Tree = dict[str, Any]
SHELL = {
    "HOME": HOME, "SENTRY_DSN": "https://sentry.example.com/1", "ZONE": "a", "REGISTRY": "r", "REPLICAS": "3"
}  # fmt: skip
SETTINGS = {"environments": {"env": ["production"], "replicas": ["4"]}}
GOLDEN = ROOT / "tests" / "golden"
CASES = [
    GOLDEN / "every_key" / "stack.py",
    GOLDEN / "lowered" / "stack.yml",
    *sorted((ROOT / "examples").glob("*/stack.py")),
    *sorted((GOLDEN / "cases").glob("*/stack.py")),
]
KINDS: tuple[Kind, ...] = ("networks", "secrets", "configs", "services")
BY_ENGINE = {
    *("Id", "ID", "Created", "CreatedAt", "UpdatedAt", "Version"),
    *("Endpoint", "JobStatus", "Peers", "Containers", "Services"),
}
"""What the Engine says of an object that nobody asked for."""


def idle(stack: Stack) -> Stack:
    """The stack with services that run nothing."""
    for service in stack.services.values():
        deploy = service.deploy or Deploy()
        if (deploy.mode or "replicated").startswith("replicated"):
            deploy = attrs.evolve(deploy, replicas=0)
        else:
            placement = deploy.placement or Placement()
            constraints = [node.labels.nowhere == "1", *(placement.constraints or ())]
            deploy = attrs.evolve(deploy, placement=attrs.evolve(placement, constraints=constraints))
        service.__dict__.update(deploy=deploy)
        if service.credential_spec is not None and service.credential_spec.config is not None:
            # The Docker CLI does not find a credential in a config that has a name of its own.
            service.credential_spec.config.__dict__.update(name=None)
    for secret in stack.secrets.values():
        if secret.driver is not None:  # a plugin, which this Engine lacks
            secret.__dict__.update(driver=None, driver_opts=None, file="./given.txt")
    return stack


def with_files(stack: Stack, folder: Path) -> Stack:
    """The stack with every file that it names."""
    for resource in (*stack.secrets.values(), *stack.configs.values()):
        if resource.file is not None and resource.external is not True:
            path = folder / resource.file
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text(f"what {path.name} holds")
    return stack


def make_externals(engine: Engine, specs: Specs) -> list[tuple[Kind, str]]:
    """Make what a stack takes to be there already; give what was made."""
    made: list[tuple[Kind, str]] = []
    for each in specs.externals:
        body: Tree = {"Name": each.name}
        body |= {"Driver": "overlay"} if each.kind == "networks" else {"Data": base64.b64encode(b"x").decode()}
        found = engine.call("POST", f"/{each.kind}/create", body)
        made.append((each.kind, found.get("ID") or found["Id"]))
    return made


def make(engine: Engine, specs: Specs) -> None:
    """Make all that is asked for."""
    ids: dict[tuple[Kind, str], str] = {}
    for kind in ("secrets", "configs"):
        for each in engine.call("GET", f"/{kind}"):
            ids[kind, each["Spec"]["Name"]] = each["ID"]  # type: ignore[index]
    for kind in KINDS:
        for key, spec in specs.of(kind).items():
            body = with_ids(spec, ids) if kind == "services" else spec
            content = specs.contents.get((kind, key))
            if content is not None:
                body = {**body, "Data": base64.b64encode(content).decode()}
            found = engine.call("POST", f"/{kind}/create", body)
            ids[kind, spec["Name"]] = found.get("ID") or found["Id"]


def objects(engine: Engine, stack: str) -> dict[str, Tree]:
    """What the Engine has of a stack, by kind and name, without what it chose itself."""
    networks = engine.call("GET", "/networks")
    names = {each["Id"]: each["Name"] for each in networks}
    found: dict[str, Tree] = {}
    for kind in KINDS:
        for raw in engine.call("GET", f"/{kind}", query={"filters": json.dumps({"label": [f"{NAMESPACE}={stack}"]})}):
            body = {name: value for name, value in raw.items() if name not in BY_ENGINE}
            if kind == "networks":
                body["Options"] = {
                    name: text for name, text in (body["Options"] or {}).items() if "vxlanid" not in name
                }
                config = body["IPAM"]["Config"] or []
                body["IPAM"]["Config"] = [pool for pool in config if not pool["Subnet"].startswith("10.0.")]
            elif kind == "services":
                body["Spec"] = _in_order(without_ids(body["Spec"], names))
            name = body.get("Name") or body["Spec"]["Name"]
            found[f"{kind} {name}"] = body
    return found


def _in_order(spec: Tree) -> Tree:
    """Several grants of one object come out of the Docker CLI in any order."""
    container = spec["TaskTemplate"]["ContainerSpec"]
    for field, name in (("Secrets", "SecretName"), ("Configs", "ConfigName")):
        if container.get(field):
            container[field].sort(key=lambda grant: (grant[name], (grant.get("File") or {}).get("Name", "")))
    return spec


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}")
def test_the_objects_are_those_of_docker(engine: Engine, stack_name: str, tmp_path: Path, case: Path) -> None:
    folder = Path(shutil.copytree(case.parent, tmp_path / "stack", ignore=shutil.ignore_patterns("__pycache__")))
    if case.suffix == ".py":
        stack = load_python(folder / case.name, settings=SETTINGS.get(case.parent.name, {}), environment=SHELL)
    else:
        stack = load(folder / case.name, environment=SHELL)
    stack = with_files(idle(stack), folder)
    specs = lower(stack, stack_name, environment=SHELL)
    built, files = with_assets(stack, folder=folder, stack_name=None, rotate=False)
    for path, data in files.items():
        path.write_bytes(data)
    (folder / "built.yml").write_text(spell(built, folder=folder))
    externals = make_externals(engine, specs)
    try:
        engine.docker(
            "stack", "deploy", "--detach=true", "--resolve-image=never", "-c", folder / "built.yml", stack_name
        )
        theirs = objects(engine, stack_name)
        engine.remove(stack_name)
        make(engine, specs)
        assert objects(engine, stack_name) == theirs
    finally:
        engine.remove(stack_name)
        for kind, id in reversed(externals):
            engine.call("DELETE", f"/{kind}/{id}")
