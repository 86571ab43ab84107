"""`pystackdsl check --live`: running stacks, and files checked for a swarm, on a daemon that is none."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from rig.fake import Daemon, answering

from pystackdsl.cli import exits
from pystackdsl.swarm.specs import IMAGE, NAMESPACE

DIGEST = "@sha256:" + "a" * 64
LIMIT = {"Limits": {"MemoryBytes": 1 << 28}}
QUIET = ("--ignore", "PSD102,PSD301")

FILE = """\
version: "3.9"
services:
  web:
    image: web:1
    ports: ["80:80", "9000:9000"]
    networks: [back, outer]
    secrets: [token]
    deploy: {placement: {constraints: ["node.labels.zone == b"]}}
networks:
  back: {ipam: {config: [{subnet: 10.7.1.0/24}]}}
  outer: {external: true, name: edge_publik}
secrets:
  token: {external: true}
"""


def service(
    stack: str, key: str, image: str, *, ports: list[dict[str, Any]] | None = None, **said: Any
) -> dict[str, Any]:
    """A service as the API lists it; a stack without a name is none."""
    labels = {NAMESPACE: stack} if stack else {}
    container = {"Image": image, **said.pop("container", {})}
    template = {"ContainerSpec": container, "Resources": LIMIT, **said.pop("template", {})}
    spec = {
        "Name": f"{stack}_{key}" if stack else key,
        "Labels": {**labels, **said.pop("labels", {})},
        "Mode": {"Replicated": {"Replicas": 2}},
        "TaskTemplate": template,
        "EndpointSpec": {"Mode": "vip", "Ports": ports or []},
    }
    return {"ID": f"{spec['Name']:0<25}", "Spec": spec, **said}


def port(number: int, mode: str = "ingress") -> dict[str, Any]:
    return {"Protocol": "tcp", "TargetPort": number, "PublishedPort": number, "PublishMode": mode}


def network(name: str, subnet: str, stack: str = "") -> dict[str, Any]:
    pools = {"Driver": "default", "Config": [{"Subnet": subnet}]}
    return {
        "Id": f"{name:n<25}", "Name": name, "Scope": "swarm", "Driver": "overlay", "IPAM": pools,
        "Labels": {NAMESPACE: stack} if stack else {}, "Containers": None,
    }  # fmt: skip


def swarm() -> dict[str, list[dict[str, Any]]]:
    node = {
        "ID": "n1",
        "Spec": {"Role": "manager", "Availability": "active", "Labels": {"zone": "a"}},
        "Description": {
            "Hostname": "m1",
            "Platform": {"OS": "linux", "Architecture": "x86_64"},
            "Resources": {"NanoCPUs": 4 * 10**9, "MemoryBytes": 8 << 30},
        },
        "Status": {"State": "ready", "Addr": "10.0.0.1"},
    }
    token = {"Env": ["MODE=live", "API_TOKEN=hunter22"]}
    pinned = {"Placement": {"Constraints": ["node.labels.zone == b"]}}
    return {
        "nodes": [node],
        "services": [
            service("shop", "api", f"api:1{DIGEST}", container=token),
            service("shop", "web", "web", ports=[port(8080)], template=pinned),
            service("blog", "web", f"nginx:latest{DIGEST}", labels={IMAGE: "nginx"}, ports=[port(80)]),
            service("", "agent", "agent:1", ports=[port(9000, "host")]),
        ],
        "networks": [
            network("ingress", "10.0.0.0/24"),
            network("shop_default", "10.7.1.0/24", "shop"),
            network("edge_public", "10.9.0.0/16"),
        ],
        "secrets": [{"ID": "s1", "Spec": {"Name": "tocken", "Labels": {}}}],
        "configs": [],
    }


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder:
        monkeypatch.setenv("DOCKER_CONFIG", folder)
        monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
        with answering(swarm(), Path(folder)) as daemon:
            monkeypatch.setenv("DOCKER_HOST", daemon.host)
            yield daemon


def test_a_running_stack(run, daemon: Daemon) -> None:
    ended = run("check", "--live", "shop", *QUIET)
    assert ended.status == exits.FAILED
    assert ended.out == (
        "warning PSD101 floating-image-tag: the image of service web has no tag, so it is whatever is latest\n"
        "when a node pulls\n"
        "  --> shop: services.web.image\n"
        "   = expected  a tag that names a version\n"
        "\n"
        "error PSD312 no-suitable-node: no node has node.labels.zone == b: service web cannot run\n"
        "  --> shop: services.web.deploy.placement.constraints[0]\n"
        "   = expected  one of the values that nodes have: a\n"
        "   = help      docker node update --label-add zone=b NODE\n"
        "\n"
        "warning PSD410 secret-in-environment: API_TOKEN of service api can be read by everybody who may\n"
        "inspect the service\n"
        "  --> shop: services.api.environment.API_TOKEN\n"
        "   = help      grant a secret, and use API_TOKEN_FILE, if the image reads it, or a program that\n"
        "               reads /run/secrets\n"
    )
    assert ended.err == "\n1 error, 2 warnings; `pystackdsl check --explain RULE` tells more of a rule\n"


def test_all_stacks_by_one_list_a_kind(run, daemon: Daemon) -> None:
    daemon.lists["services"] += [service("blog", f"more{i}", f"more:1{DIGEST}") for i in range(50)]  # type: ignore[operator]
    daemon.calls.clear()
    ended = run("check", "--live", "--format", "json", *QUIET)
    found = json.loads(ended.out)
    assert found["checked"] == ["blog", "shop"]
    assert {each["stack"] for each in found["findings"]} == {"shop"}
    lists = [f"GET /{kind}" for kind in ("configs", "networks", "nodes", "secrets", "services")]
    assert sorted(call for call in daemon.calls if call != "GET /_ping") == lists


def test_what_runs_is_judged_and_not_what_was_written(run, daemon: Daemon) -> None:
    """The image was written without a tag; every node runs the one that it was when it was deployed."""
    assert run("check", "--live", "blog", "--select", "PSD1") == (exits.DONE, "", "nothing found in blog\n")


def test_remarks_of_a_stack_are_folded(run, daemon: Daemon) -> None:
    for each in daemon.lists["services"]:
        del each["Spec"]["TaskTemplate"]["Resources"]
    ended = run("check", "--live", "--select", "PSD301")
    assert ended.status == exits.DONE
    assert ended.out == (
        "info PSD301 no-memory-limit: a task of service web may use all the memory of its node\n"
        "  --> blog: services.web\n"
        "   = help      write `deploy: {resources: {limits: {memory: 256M}}}`, with what it needs\n"
        "\n"
        "info PSD301 no-memory-limit: a task of service api may use all the memory of its node\n"
        "  --> shop: services.api\n"
        "  --> shop: services.web   a task of service web may use all the memory of its node\n"
        "   = help      write `deploy: {resources: {limits: {memory: 256M}}}`, with what it needs\n"
    )


def test_a_file_for_a_swarm(run, folder: Path, daemon: Daemon) -> None:
    (folder / "stack.yml").write_text(FILE)
    live = ("PSD312", "PSD415", "PSD511", "PSD512")
    ended = run("check", "stack.yml", "--live", "--name", "new", "--format", "concise", "--select", ",".join(live))
    assert ended.out.splitlines() == [
        "stack.yml:5:13: error PSD415 port-of-other-stack: service web publishes port 80/tcp, which blog_web has",
        "stack.yml:5:22: error PSD415 port-of-other-stack: service web publishes port 9000/tcp, which agent has",
        "stack.yml:8:40: error PSD312 no-suitable-node: no node has node.labels.zone == b: service web cannot run",
        "stack.yml:10:35: error PSD511 subnet-in-use: the addresses of network back are those of shop_default (10.7.1.0/24)",
        'stack.yml:11:33: error PSD512 missing-external: the swarm has no network "edge_publik"',
        'stack.yml:13:3: error PSD512 missing-external: the swarm has no secret "token"',
    ]
    assert ended.status == exits.FAILED
    assert 'did you mean "edge_public"?' in run("check", "stack.yml", "--live", "--name", "new").out


def test_what_a_stack_has_itself_is_free_for_it(run, folder: Path, daemon: Daemon) -> None:
    (folder / "stack.yml").write_text(FILE)
    ended = run("check", "stack.yml", "--live", "--name", "shop", "--select", "PSD511")
    assert ended == (exits.DONE, "", "nothing found in stack.yml\n")
    (folder / "blog.yml").write_text("services: {web: {image: web:1, ports: ['80:80']}}")
    assert run("check", "blog.yml", "--live", "--select", "PSD415").status == exits.DONE
    (folder / "wiki.yml").write_text("services: {web: {image: web:1, ports: ['80:80']}}")
    assert run("check", "blog.yml", "wiki.yml", "--live", "--select", "PSD415").status == exits.FAILED


def test_what_nobody_asks_about_is_not_listed(run, folder: Path, daemon: Daemon) -> None:
    (folder / "stack.yml").write_text("services: {web: {image: web:1}}")
    assert run("check", "stack.yml", "--live", "--name", "new", *QUIET).status == exits.DONE
    assert sorted(call for call in daemon.calls if call != "GET /_ping") == [
        "GET /networks", "GET /nodes", "GET /services"
    ]  # fmt: skip


FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_names_the_stack_and_no_secret(run, daemon: Daemon, sarif_schema: Any, format: str) -> None:
    out = run("check", "--live", "--format", format).out
    assert "hunter22" not in out
    assert "shop" in out
    assert "services.api.environment.API_TOKEN" in out
    if format == "sarif":
        jsonschema.Draft7Validator(sarif_schema).validate(json.loads(out))
    elif format == "gitlab":
        assert {each["location"]["path"] for each in json.loads(out)} == {"shop"}
    elif format == "junit":
        assert [suite.attrib["name"] for suite in ET.fromstring(out)] == ["blog", "shop"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--live", "--fix"], "--fix mends files, and --live looks at a swarm"),
        (["stack.yml", "--live", "--diff"], "--diff mends files, and --live looks at a swarm"),
        (["stack.yml", "--live", "shop"], "name a file's stack with --name shop"),
        (["stack.yml", "stack.yml", "--live", "--name", "shop"], "--name names one stack"),
        (["--live", "shop", "--name", "shop"], "--name is for a file, and none is named"),
        (["--live", "--env-file", "x.env"], "--env-file is for a file, and none is named"),
        (["--live", "--from-compose"], "--from-compose is for a file, and none is named"),
        (["stack.yml", "--context", "prod"], "--context says something of a swarm, and none is asked"),
        (["--name", "shop"], "add --live"),
    ],
)
def test_a_wrong_command_line(run, folder: Path, daemon: Daemon, words: list[str], told: str) -> None:
    (folder / "stack.yml").write_text(FILE)
    ended = run("check", *words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert told in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shopp", "did you mean shop?"),
        ("nothing-like-it", "`pystackdsl ls` lists the stacks"),
        ("stack.py", "`pystackdsl check stack.py --live` checks the file for the swarm"),
    ],
)
def test_a_stack_that_is_not_there(run, daemon: Daemon, name: str, told: str) -> None:
    ended = run("check", "--live", "shop", name)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err == f"error: nothing found in stack: {name}\n   = help      {told}\n"


def test_a_swarm_without_stacks(run, daemon: Daemon) -> None:
    daemon.lists = {kind: [] for kind in daemon.lists}
    ended = run("check", "--live")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "has no stacks" in ended.err


def test_a_swarm_that_does_not_answer(run, folder: Path) -> None:
    ended = run("check", "--live", "-H", "unix:///nowhere.sock")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "no Docker daemon answers at unix:///nowhere.sock" in ended.err


def test_a_stack_in_python_for_a_swarm(run, folder: Path, daemon: Daemon) -> None:
    (folder / "new.py").write_text(
        "from pystackdsl import Deploy, Network, Placement, Service, node\n\n"
        'edge = Network(external=True, name="edge_publik")\n'
        "web = Service(\n"
        '    image="web:1",\n'
        '    ports=["80:80"],\n'
        "    networks=[edge],\n"
        '    deploy=Deploy(placement=Placement(constraints=[node.labels.zone == "b"])),\n'
        ")\n"
    )
    ended = run("check", "new.py", "--live", "--format", "json", "--select", "PSD312,PSD415,PSD512")
    found = json.loads(ended.out)["findings"]
    assert [(each["rule"], each["places"][0]["line"], each["stack"]) for each in found] == [
        ("PSD512", 3, None), ("PSD415", 6, None), ("PSD312", 8, None)
    ]  # fmt: skip


def test_a_node_that_takes_no_tasks_does_not_count(run, daemon: Daemon) -> None:
    (node,) = daemon.lists["nodes"]
    other = {**node, "ID": "n2", "Spec": {**node["Spec"], "Availability": "drain", "Labels": {"zone": "b"}}}
    daemon.lists = {**daemon.lists, "nodes": [node, other]}
    assert run("check", "--live", "shop", "--select", "PSD312").status == exits.FAILED
    other["Spec"]["Availability"] = "active"
    assert run("check", "--live", "shop", "--select", "PSD312").status == exits.DONE
