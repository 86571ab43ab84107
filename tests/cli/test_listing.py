"""`ls`, `ps`, `services` as scripts call them: their flags in all spellings, configured formats, and what is told."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from rig.fake import Daemon, answering
from rig.judge import Judge

LABELS = {"com.docker.stack.namespace": "shop"}


def service(key: str) -> dict[str, Any]:
    template = {"ContainerSpec": {"Image": "web:1"}}
    spec = {"Name": f"shop_{key}", "Labels": LABELS, "Mode": {"Global": {}}, "TaskTemplate": template}
    return {"ID": f"{key:0<25}", "Spec": spec, "ServiceStatus": {"RunningTasks": 1, "DesiredTasks": 2}}


def task(number: int, error: str = "") -> dict[str, Any]:
    return {
        "ID": f"{number:025}", "ServiceID": f"{'web':0<25}", "Slot": 1, "NodeID": "n1", "DesiredState": "running",
        "CreatedAt": f"2026-01-01T00:00:{number:02}Z", "Spec": {"ContainerSpec": {"Image": "web:1"}},
        "Status": {"State": "running", "Timestamp": "2026-01-01T00:00:00Z", "Err": error, "PortStatus": {}},
    }  # fmt: skip


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    lists: dict[str, list[dict[str, Any]]] = {
        "services": [service("web"), service("db")],
        "tasks": [task(1), task(2, "x" * 40)],
        "nodes": [{"ID": "n1", "Spec": {}, "Description": {"Hostname": "worker"}}],
    }
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder:
        monkeypatch.setenv("DOCKER_CONFIG", folder)
        with answering(lists, Path(folder)) as daemon:
            monkeypatch.setenv("DOCKER_HOST", daemon.host)
            yield daemon


def configure(daemon: Daemon, **settings: str) -> None:
    Path(str(daemon.server_address)).with_name("config.json").write_text(json.dumps(settings))


SAME: Sequence[Sequence[str]] = [
    ["ls"],
    ["list"],
    ["ls", "--format", ""],
    ["ls", "--format=table"],
    ["ls", "--format", "raw"],
    ["ls", "--format", "table {{.Services}}"],
    ["ls", "--format", r"  table\t{{.Name}}"],
    ["ls", "--format", r"tablet{{.Name}}\n"],
    ["services", "shop", "-q"],
    ["services", "-q=true", "shop"],
    ["services", "--quiet=false", "shop"],
    ["services", "-q", "--quiet=0", "shop", "--format", "raw"],
    ["services", "shop", "-f", "", "--filter", "name=shop_web"],
    ["ps", "shop", "-q", "--no-trunc"],
    ["ps", "--no-trunc=T", "--no-resolve=1", "--format", "{{.Name}} {{.Node}} {{.Error}}", "shop"],
    ["ps", "-qf", "desired-state=running", "shop"],
    ["ps", "shop", "--format", "raw", "--quiet"],
]


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_scripts_get_what_docker_prints(judge: Judge, daemon: Daemon, run, words: Sequence[str]) -> None:
    said = judge.ask(daemon.host, "stack", *words)
    assert (said.returncode, said.stdout) == (0, run(*words).out)


@pytest.mark.parametrize("words", [["ps", "shop"], ["ps", "shop", "-q"], ["services", "shop"], ["services", "-q", "shop"], ["ls"],
                                   ["ps", "shop", "--format", "json"]], ids=" ".join)  # fmt: skip
def test_dockers_configuration_says_the_format(judge: Judge, daemon: Daemon, run, words: Sequence[str]) -> None:
    configure(daemon, tasksFormat="T {{.ID}}", servicesFormat=r"table {{.Name}}\t{{.Mode}}", stacksFormat="S {{.Name}}")
    config = str(Path(str(daemon.server_address)).parent)
    said = judge.ask(daemon.host, "stack", *words, env={"DOCKER_CONFIG": config})
    assert (said.returncode, said.stdout) == (0, run(*words).out)


def test_ps_asks_once_for_all_names(daemon: Daemon, run) -> None:
    run("ps", "shop", "-q")
    assert daemon.calls == ["GET /tasks", "GET /services", "GET /nodes"]
    daemon.calls.clear()
    run("ps", "shop", "--no-resolve")
    assert daemon.calls == ["GET /tasks"]


def test_a_service_that_was_not_listed_is_asked_for(daemon: Daemon, run) -> None:
    daemon.lists = {**daemon.lists, "tasks": [task(1) | {"ServiceID": "gone"}]}
    assert run("ps", "shop", "--format", "{{.Name}}").out == "gone.1\n"
    assert "GET /services/gone" in daemon.calls


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["ps"], 125, "STACK"),
        (["ps", "a", "b"], 125, 'unexpected argument "b"'),
        (["ps", " ' "], 1, "is no name for a stack"),
        (["ps", "shop", "-q=maybe"], 125, '-q cannot be "maybe"'),
        (["ps", "shop", "-f", "name"], 125, "NAME=VALUE"),
        (["ls", "--format", "{{.Nam}}"], 1, "--format: there is no field .Nam"),
        (["ls", "--format", r"table {{.Name}}\t{{uper .Name}}"], 1, "did you mean upper?"),
        (["ls", "--format", "{{pad .Name 99999999 1}}"], 1, "the text becomes too long"),
        (["ls", "-H", "unix:///nowhere"], 1, "no Docker daemon answers at unix:///nowhere"),
        (["rm"], 125, "STACK"),
    ],
)
def test_what_cannot_be_done_is_told(daemon: Daemon, run, words: Sequence[str], status: int, said: str) -> None:
    ended = run(*words)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_the_place_in_a_template_is_shown(daemon: Daemon, run) -> None:
    err = run("ls", "--format", r"table  {{.Name}}\t{{.Servics}} x").err
    line, carets = err.splitlines()[2:4]
    assert line[carets.index("^") : carets.rindex("^") + 1] == ".Servics"


def test_a_stack_without_anything(daemon: Daemon, run) -> None:
    daemon.lists = {"services": [], "tasks": [], "nodes": []}
    assert run("ls").out == "NAME      SERVICES\n"
    assert run("ls", "--format", "json") == (0, "", "")
    assert run("services", "shop") == (0, "", "Nothing found in stack: shop\n")
    ended = run("ps", "shop")
    assert (ended.status, ended.out, "nothing found in stack: shop" in ended.err) == (1, "", True)


def test_raw_lines_are_no_objects(capsys: pytest.CaptureFixture[str]) -> None:
    from pystackdsl.cli.main import main

    assert main(["logs", "--raw", "--format", "json", "shop"]) == 125
    assert "--raw leaves out what --format json gives" in capsys.readouterr().err
