"""`pystackdsl graph`: reviewed pictures of stacks, from Python and from YAML, and what it says where it cannot draw."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rig import ROOT

from pystackdsl.cli import exits

from .conftest import Run

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
    assert run("graph", "-o", "stack.py").status == exits.FAILED
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
