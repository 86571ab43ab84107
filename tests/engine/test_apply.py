"""`apply`, `deploy` and `rollback` as they are typed, on a real engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from rig import ROOT
from rig.engine import Engine as Rig
from rig.engine import wait
from rig.proxy import proxied

VERB = [sys.executable, "-m", "pystackdsl"]
STACK = """
from pystackdsl import Config, Deploy, Network, Secret, Service, UpdateConfig
net = Network(driver="overlay")
pw = Secret(file="pw")
conf = Config(content={content!r})
quick = UpdateConfig(monitor="1s", delay="0s", parallelism=0)
api = Service(
    image="apply:1", networks=[net], configs=[conf], secrets=[pw],
    deploy=Deploy(replicas={replicas}, update_config=quick, labels={labels!r}),
)
{more}
"""


def run(
    rig: Rig, folder: Path, *words: str, status: int | None = 0, host: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command, and fail where it ends with another exit code."""
    done = subprocess.run(
        [*VERB, *words],
        cwd=folder,
        env=environment(rig, host),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert status in {None, done.returncode}, done.stdout + done.stderr
    return done


def environment(rig: Rig, host: str = "") -> Mapping[str, str]:
    return {**os.environ, "DOCKER_HOST": host or rig.host, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}


def write(folder: Path, *, replicas: int = 1, content: str = "one", labels: Any = None, more: str = "") -> None:
    (folder / "pw").write_text("secret")
    (folder / "stack.py").write_text(STACK.format(replicas=replicas, content=content, labels=labels or {}, more=more))


@pytest.fixture
def folder(engine: Rig, stack_name: str, tmp_path: Path) -> Path:
    """A folder that is called as the stack is."""
    engine.image("apply:1")
    made = tmp_path / stack_name
    made.mkdir()
    write(made)
    return made


def test_the_voting_stack_from_python_to_a_converged_swarm(engine: Rig, stack_name: str, tmp_path: Path) -> None:
    source = ROOT / "examples" / "voting"
    folder = tmp_path / "voting"
    folder.mkdir()
    for file in source.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    stack = json.loads(run(engine, folder, "build", "--format", "json").stdout)
    for service in stack["services"].values():
        engine.image(service["image"], programs=["pg_isready", "redis-cli"])
    apply = ("apply", "--name", stack_name, "--yes", "--resolve-image", "never")
    first = run(engine, folder, *apply)
    assert "Plan: " in first.stdout
    assert f"{len(stack['services'])} services converged" in first.stderr
    assert engine.services(stack_name)[f"{stack_name}_vote"] == (2, 2)

    text = (folder / "stack.py").read_text()
    (folder / "stack.py").write_text(text.replace("replicas=2", "replicas=3"))
    assert "deploy.replicas" in run(engine, folder, "plan", *apply[1:3], "--resolve-image", "never").stdout
    run(engine, folder, *apply)
    assert engine.services(stack_name)[f"{stack_name}_vote"] == (3, 3)
    assert "No changes." in run(engine, folder, *apply).stdout


def test_a_second_apply_writes_nothing(engine: Rig, folder: Path, tmp_path: Path) -> None:
    write(folder, replicas=0)
    run(engine, folder, "apply", "--yes")
    with proxied(engine.socket, tmp_path / "s") as proxy:
        run(engine, folder, "apply", "--yes", host=proxy.host)
        assert (proxy.writes, len(proxy.calls) <= 8) == ([], True)
        write(folder, replicas=0, labels={"a": "b"})
        proxy.reset()
        run(engine, folder, "apply", "--yes", host=proxy.host)
        assert [call.line.partition("/")[0] for call in proxy.writes] == ["POST "]


def test_content_that_changes_rotates_and_comes_back(engine: Rig, stack_name: str, folder: Path) -> None:
    def configs() -> set[str]:
        found = engine.docker("config", "ls", "--format", "{{.Name}}").stdout.split()
        return {name.removeprefix(f"{stack_name}_conf") for name in found if name.startswith(f"{stack_name}_conf")}

    write(folder, replicas=0)
    run(engine, folder, "apply", "--yes")
    assert configs() == {""}
    write(folder, replicas=0, content="two")
    run(engine, folder, "apply", "--yes")
    assert len(configs()) == 2
    write(folder, replicas=0, content="one")
    run(engine, folder, "apply", "--yes")
    assert "" in configs()


def test_a_kept_plan_rotates_a_secret_that_docker_made(engine: Rig, stack_name: str, folder: Path) -> None:
    (folder / "stack.yml").write_text(
        "services:\n  a:\n    image: apply:1\n    secrets: [pw]\n    deploy: {replicas: 0, endpoint_mode: dnsrr}\n"
        "secrets: {pw: {file: pw}}\n"
    )
    engine.docker("stack", "deploy", "--resolve-image", "never", "-c", str(folder / "stack.yml"), stack_name)
    (folder / "pw").write_text("another")
    words = ("stack.yml", "--name", stack_name, "--resolve-image", "never")
    assert "is unknown" in run(engine, folder, "plan", *words).stdout
    kept = run(engine, folder, "plan", *words, "--out", "kept.plan").stdout
    assert "-/+ secret pw" in kept
    assert "is unknown" not in kept
    run(engine, folder, "apply", "--plan", "kept.plan", "--yes", "--detach")
    assert "No changes." in run(engine, folder, "plan", *words).stdout


def test_apply_right_after_rm_waits_for_the_dying_network(engine: Rig, stack_name: str, folder: Path) -> None:
    for _ in range(3):
        run(engine, folder, "apply", "--yes", "--resolve-image", "never")
        assert engine.services(stack_name) == {f"{stack_name}_api": (1, 1)}
        engine.docker("stack", "rm", stack_name)
    run(engine, folder, "apply", "--yes", "--detach", "--resolve-image", "never")


def test_two_applies_at_once_leave_one_stack_and_clear_outcomes(engine: Rig, stack_name: str, folder: Path) -> None:
    apply = ("apply", "--yes", "--resolve-image", "never")
    with ThreadPoolExecutor(2) as pool:
        write(folder, replicas=0)
        first = list(pool.map(lambda _: run(engine, folder, *apply, status=None), range(2)))
        assert 0 in {done.returncode for done in first}
        assert all(done.returncode in {0, 8} for done in first), [done.stderr for done in first]
        run(engine, folder, *apply)
        other = folder.parent / "other"
        other.mkdir()
        for each, label in ((folder, "one"), (other, "two")):
            write(each, replicas=0, labels={"who": label})
        both = list(
            pool.map(lambda each: run(engine, each, *apply, "--name", stack_name, status=None), (folder, other))
        )
    assert all(done.returncode in {0, 8} for done in both), [done.stderr for done in both]
    (service,) = engine.call("GET", "/services", query={"filters": json.dumps({"name": [f"{stack_name}_api"]})})
    assert service["Spec"]["Labels"]["who"] in {"one", "two"}
    for done in both:
        assert done.returncode == 0 or "somebody else" in done.stderr or "has been changed" in done.stderr


def test_ctrl_c_ends_it_with_a_report(engine: Rig, stack_name: str, folder: Path) -> None:
    write(folder, more='sick = Service(image="apply:sick", networks=[net])')
    engine.image("apply:sick", health="sleep 1; exit 1")
    with subprocess.Popen(
        [*VERB, "apply", "--yes", "--progress", "plain", "--resolve-image", "never"],
        cwd=folder, env=environment(engine), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as apply:  # fmt: skip
        assert apply.stderr
        told = ""
        for line in apply.stderr:
            told += line
            if "1 starting" in line and "sick" in line:
                apply.send_signal(signal.SIGINT)
                break
        told += apply.stderr.read()
    assert apply.returncode == 130, told
    assert "service sick did not converge" in told
    assert "(interrupted)" in told
    assert f"{stack_name}: interrupted (exit code 130)" in told


def test_nobody_to_ask_is_refused_before_anything(engine: Rig, folder: Path) -> None:
    done = subprocess.run(
        [*VERB, "apply"], cwd=folder, env=environment(engine), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (125, "")
    assert "--yes" in done.stderr


def test_atomic_brings_back_what_was(engine: Rig, stack_name: str, folder: Path) -> None:
    engine.image("apply:broken", command="exit 3")
    apply = ("apply", "--yes", "--resolve-image", "never")
    run(engine, folder, *apply)
    text = (folder / "stack.py").read_text().replace("apply:1", "apply:broken")
    (folder / "stack.py").write_text(text + 'new = Service(image="apply:1", networks=[net])\n')
    done = run(engine, folder, *apply, "--atomic", status=None)
    assert done.returncode in {4, 7}, done.stderr
    assert "brought back: api" in done.stderr
    assert engine.services(stack_name) == {f"{stack_name}_api": (1, 1)}
    (service,) = engine.call("GET", "/services", query={"filters": json.dumps({"name": [f"{stack_name}_api"]})})
    assert service["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] == "apply:1"


def test_rollback_returns_to_what_was_before_the_last_apply(engine: Rig, stack_name: str, folder: Path) -> None:
    write(folder, replicas=0, more='other = Service(image="apply:1", networks=[net], deploy=Deploy(replicas=0))')
    text = (folder / "stack.py").read_text()
    run(engine, folder, "apply", "--yes")
    for old, new in (
        ('other = Service(image="apply:1"', 'other = Service(image="apply:2"'),
        ("labels={}", "labels={'a': 'b'}"),
    ):
        text = text.replace(old, new)
        (folder / "stack.py").write_text(text)
        run(engine, folder, "apply", "--yes", "--resolve-image", "never")
    done = run(engine, folder, "rollback", "--yes", stack_name)
    assert "service api" in done.stdout
    assert "other" not in done.stdout
    assert "deploy.labels" in run(engine, folder, "plan", "--resolve-image", "never").stdout
    again = run(engine, folder, "rollback", "--yes", stack_name)
    assert "nothing to roll back" in again.stderr


def test_deploy_speaks_as_docker_does(engine: Rig, stack_name: str, tmp_path: Path) -> None:
    def deploy(text: str, *words: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "stack.yml").write_text(text)
        return run(engine, tmp_path, "deploy", "-c", "stack.yml", *words, stack_name)

    def sorted_lines(text: str) -> list[str]:
        return sorted(text.splitlines())

    one = "services: {a: {image: busybox, deploy: {replicas: 0}}, b: {image: busybox, deploy: {replicas: 0}}}"
    ours = sorted_lines(deploy(one, "--resolve-image=never").stdout)
    engine.remove(stack_name)
    docker = engine.docker("stack", "deploy", "--detach=true", "-c", str(tmp_path / "stack.yml"), stack_name).stdout
    assert ours == sorted_lines(docker)
    assert deploy(one, "--resolve-image", "never", "--quiet").stdout == ""
    changed = one.replace("busybox, deploy: {replicas: 0}}, b", "busybox, deploy: {replicas: 0, labels: {x: y}}}, b")
    assert deploy(changed, "--resolve-image=never").stdout.startswith(f"Updating service {stack_name}_a (id: ")
    gone = "services: {a: {image: busybox, deploy: {replicas: 0, labels: {x: y}}}}"
    assert deploy(gone, "--prune", "-d=false", "--resolve-image=never").stdout == f"Removing service {stack_name}_b\n"


def test_a_network_is_made_anew_where_that_was_asked_for(engine: Rig, stack_name: str, folder: Path) -> None:
    apply = ("apply", "--yes", "--resolve-image", "never")
    write(folder, more='plain = Service(image="apply:1", networks=[net], deploy=Deploy(update_config=quick))')
    run(engine, folder, *apply)
    text = (folder / "stack.py").read_text()
    (folder / "stack.py").write_text(text.replace('driver="overlay"', 'driver="overlay", attachable=True'))
    assert "attachable" in run(engine, folder, *apply).stdout
    run(engine, folder, *apply, "--replace-networks")
    network = engine.call("GET", f"/networks/{stack_name}_net")
    assert network["Attachable"]
    wait(
        lambda: engine.services(stack_name) == {f"{stack_name}_{key}": (1, 1) for key in ("api", "plain")}, "tasks", 30
    )
    assert "No changes." in run(engine, folder, "plan", "--resolve-image", "never").stdout
