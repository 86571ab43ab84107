"""`pystackdsl graph`: reviewed pictures of stacks, from Python and from YAML, and what it says where it cannot draw."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rig import ROOT
from rig.fake import Daemon, answering

from pystackdsl.cli import exits

from .conftest import Run

TASK = {
    "ID": "t1", "ServiceID": "s1", "NodeID": "n1", "Slot": 1, "DesiredState": "running",
    "Status": {"State": "failed", "Err": "task: non-zero exit (1)"}, "Spec": {"ContainerSpec": {"Image": "web:1"}},
}  # fmt: skip
SWARM = {
    "services": [{"ID": "s1", "Spec": {"Name": "shop_web", "Labels": {"com.docker.stack.namespace": "shop"}}}],
    "tasks": [TASK, TASK | {"ID": "t2", "Slot": 2, "Status": {"State": "running"}}],
    "nodes": [{"ID": "n1", "Spec": {"Role": "worker"}, "Description": {"Hostname": "worker-1"}}],
}

VOTING = ROOT / "examples" / "voting" / "stack.py"

FIFTY = """\
from pystackdsl import Config, Deploy, Network, Placement, Port, Secret, Service, Volume, node

public = Network(driver="overlay", attachable=True)
monitoring = Network(driver="overlay", internal=True)
certificates, samples = Volume(), Volume()
token = Secret(external=True, name="acme-token")
proxy_settings = Config(content="log: {}")
proxy = Service(
    image="traefik:3.1",
    ports=["80:80", "443:443", Port(target=8080, published=8080, mode="host")],
    networks=[public, monitoring],
    volumes=[certificates.at("/certificates"), "/var/run/docker.sock:/var/run/docker.sock:ro"],
    configs=[proxy_settings.at("/etc/traefik/traefik.yml")],
    secrets=[token],
    deploy=Deploy(mode="global", placement=Placement(constraints=[node.role == "manager"])),
)
prometheus = Service(image="prom/prometheus:v2.53.0", networks=[monitoring], volumes=[samples.at("/prometheus")])
grafana = Service(image="grafana/grafana:11.1.0", networks=[monitoring, public])
cadvisor = Service(image="gcr.io/cadvisor/cadvisor:v0.49.1", networks=[monitoring], deploy=Deploy(mode="global"))
exporter = Service(image="prom/node-exporter:v1.8.1", networks=[monitoring], deploy=Deploy(mode="global"))
back_ends, data, passwords, apps = {}, {}, {}, {}
on_disk = Placement(constraints=[node.labels.disk == "ssd"])
for app in ("shop", "blog", "wiki", "mail", "chat", "files", "auth", "search", "crm", "erp", "jobs"):
    net = back_ends[f"{app}-net"] = Network(driver="overlay")
    store = data[f"{app}-data"] = Volume()
    password = passwords[f"{app}-password"] = Secret(file=f"{app}.txt")
    image = f"registry.example.com/platform/{app}"
    apps[f"{app}-web"] = Service(image=f"{image}/web:2.4", networks=[public, net], deploy=Deploy(replicas=2))
    apps[f"{app}-api"] = Service(image=f"{image}/api:2.4", networks=[public, net], secrets=[password])
    apps[f"{app}-worker"] = Service(image=f"{image}/worker:2.4", networks=[net], secrets=[password])
    apps[f"{app}-db"] = Service(
        image="postgres:16",
        networks=[net],
        volumes=[store.at("/var/lib/postgresql/data")],
        secrets=[password],
        deploy=Deploy(placement=on_disk),
    )
"""


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder:
        monkeypatch.setenv("DOCKER_CONFIG", folder)
        monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
        with answering(SWARM, Path(folder)) as daemon:
            monkeypatch.setenv("DOCKER_HOST", daemon.host)
            yield daemon


@pytest.mark.parametrize(("format", "ending"), [("svg", "svg"), ("mermaid", "mmd"), ("dot", "dot")])
def test_the_voting_app(run: Run, golden: Callable[[str, str], None], format: str, ending: str) -> None:
    ended = run("graph", VOTING, "--format", format)
    assert (ended.status, ended.err) == (exits.DONE, "")
    golden(f"topology/voting.{ending}", ended.out)


def test_fifty_services(run: Run, folder: Path, golden: Callable[[str, str], None]) -> None:
    Path("fifty.py").write_text(FIFTY)
    golden("topology/fifty.svg", run("graph", "fifty.py").out)


def test_python_and_yaml_give_one_picture(run: Run, folder: Path) -> None:
    Path("voting.yml").write_text(run("build", VOTING).out)
    for format in ("svg", "mermaid", "dot"):
        drawn = run("graph", "voting.yml", "--format", format)
        assert drawn.out == run("graph", VOTING, "--format", format).out


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("a.svg", "<svg"),
        ("a.mmd", "flowchart"),
        ("a.mermaid", "flowchart"),
        ("a.dot", "digraph"),
        ("a.gv", "digraph"),
        ("a", "<svg"),
    ],
)
def test_a_file_says_its_format_by_its_ending(run: Run, stack: Path, file: str, begins: str) -> None:
    ended = run("graph", "-o", file)
    assert ended == (exits.DONE, "", f"{file} written\n")
    assert Path(file).read_text().startswith(begins)


def test_variables_stay_open(run: Run, folder: Path) -> None:
    Path("a.yml").write_text("services: {web: {image: 'nginx:${TAG:-1}', deploy: {replicas: '${N:-2}'}}}\n")
    out = run("graph", "a.yml").out
    assert "nginx:${TAG:-1}" in out
    assert "${N:-2}" in out


def test_a_stack_with_errors_is_not_drawn(run: Run, folder: Path) -> None:
    Path("stack.py").write_text(
        'from pystackdsl import Network, Service\na = Service(image="a", networks=[Network()])\n'
    )
    ended = run("graph", "-o", "a.svg")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err.endswith("nothing drawn\n")
    assert not Path("a.svg").exists()


def test_the_stack_itself_is_not_written_over(run: Run, stack: Path) -> None:
    before = stack.read_text()
    assert run("graph", "-o", "stack.py", "--format", "svg").status == exits.FAILED
    assert stack.read_text() == before


def test_no_secret_is_drawn(run: Run, folder: Path) -> None:
    Path("stack.py").write_text(
        'from pystackdsl import Secret, Service\ns = Secret(content="hunter2")\na = Service(image="a", secrets=[s])\n'
    )
    for format in ("svg", "mermaid", "dot"):
        assert "hunter2" not in run("graph", "--format", format).out


def test_chance_changes_nothing(process: Callable[..., subprocess.CompletedProcess[bytes]], folder: Path) -> None:
    Path("fifty.py").write_text(FIFTY)
    pictures = {process("graph", "fifty.py", env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2", "3")}
    assert len(pictures) == 1


def test_a_stack_that_runs(run: Run, daemon: Daemon) -> None:
    ended = run("graph", "--live", "shop")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert "2 tasks on 1 node: 1 failed, 1 running. worker-1 has web.1 failed, web.2 running." in ended.out
    assert sorted(call for call in daemon.calls if call != "GET /_ping") == [
        "GET /nodes",
        "GET /services",
        "GET /tasks",
    ]


@pytest.mark.parametrize(
    ("file", "begins"), [("a.svg", "<svg"), ("a.mmd", "flowchart TB"), ("a.dot", "digraph {"), ("a", "<svg")]
)
def test_a_running_stack_in_a_file(run: Run, daemon: Daemon, file: str, begins: str) -> None:
    assert run("graph", "--live", "shop", "-o", file) == (exits.DONE, "", f"{file} written\n")
    text = Path(file).read_text()
    assert text.startswith(begins)
    assert "task: non-zero exit" in text


def test_a_running_stack_that_is_not_there(run: Run, daemon: Daemon) -> None:
    daemon.lists = {"services": [], "tasks": [], "nodes": []}
    ended = run("graph", "--live", "blog", "-o", "a.svg")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err == "error: nothing found in stack: blog\n   = help      `pystackdsl ls` lists the stacks\n"
    assert not Path("a.svg").exists()


def test_a_swarm_that_does_not_answer(run: Run, folder: Path) -> None:
    ended = run("graph", "--live", "shop", "-H", "unix:///nowhere.sock", "-o", "a.svg")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "no Docker daemon answers at unix:///nowhere.sock" in ended.err
    assert not Path("a.svg").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stack.py", "--live", "shop"], "--live draws what runs, and a file is named"),
        (["-c", "a.yml", "--live", "shop"], "--live draws what runs, and a file is named"),
        (["--live", "shop", "--set", "a=b"], "--set is for a file, and none is named"),
        (["--live"], "--live needs a value"),
        (["--live", ""], "--live is empty"),
        (["--context", "prod"], "add --live STACK"),
        (["-H", "tcp://a:1"], "add --live STACK"),
    ],
)
def test_a_wrong_command_line(run: Run, stack: Path, daemon: Daemon, words: list[str], told: str) -> None:
    ended = run("graph", *words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert told in " ".join(ended.err.split())
    assert daemon.calls == []


@pytest.mark.parametrize("file", ["a.png", "a.pdf", "a.svg.txt"])
def test_a_picture_of_a_kind_that_is_not_made(run: Run, folder: Path, file: str) -> None:
    ended = run("graph", VOTING, "-o", file)
    assert ended.status == exits.USAGE
    assert ".svg, .mmd or .dot" in ended.err
    assert not (folder / file).exists()


@pytest.mark.parametrize("file", ["picture", "./picture", "a.b/picture"])
def test_a_name_without_an_ending_is_svg(run: Run, folder: Path, file: str) -> None:
    (folder / "a.b").mkdir()
    assert run("graph", VOTING, "-o", file).status == exits.DONE
    assert (folder / file).read_text().startswith("<svg")
