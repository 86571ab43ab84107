"""`ls`, `services` and `ps` beside their namesakes: the same bytes for the same swarm. `logs` and `rm` on the same stack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.engine import Engine, wait

from pystackdsl.cli import exits
from pystackdsl.cli.main import main

STACK = """\
version: "3.9"
services:
  web:
    image: busybox:latest
    command: httpd -f
    ports: ["8080:80", "9000-9002:9000-9002", {target: 81, published: 8181, mode: host}, "53:53/udp", "9200:1", "9201:3"]
    deploy: {replicas: 2, placement: {max_replicas_per_node: 4}}
    stop_signal: SIGKILL
    networks: [n]
  talker:
    image: busybox:latest
    command: sh -c 'echo to out; echo to err >&2; sleep 1000'
    stop_signal: SIGKILL
    networks: [n]
  bad:
    image: busybox:latest
    command: sh -c 'echo dying; exit 3'
    deploy: {restart_policy: {condition: on-failure, delay: 0s, max_attempts: 2}}
    networks: [n]
  everywhere: {image: busybox:latest, command: sleep 1000, stop_signal: SIGKILL, deploy: {mode: global}, networks: [n]}
  job: {image: busybox:latest, command: "true", deploy: {mode: replicated-job, replicas: 2}, networks: [n]}
  sweep: {image: busybox:latest, command: "true", deploy: {mode: global-job}, networks: [n]}
  none: {image: "other.example/none@sha256:%s", deploy: {replicas: 0}, networks: [n]}
networks: {n: {}}
""" % ("0" * 64)
AGE = re.compile(r"\b(less than a second|about a minute|about an hour|\d+ (second|minute|hour)s?) ago *")


@pytest.fixture(scope="module")
def shown(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with the stack, all of whose tasks have become what they will be (one waits for a port for ever)."""
    file = tmp_path_factory.mktemp("operate") / "stack.yml"
    file.write_text(STACK)
    engine.docker("stack", "deploy", "--detach", "--compose-file", file, "operate")
    label = json.dumps({"label": ["com.docker.stack.namespace=operate"]})

    def settled() -> bool:
        tasks = engine.call("GET", "/tasks", query={"filters": label})
        states = [task["Status"]["State"] for task in tasks]
        ended = states.count("failed") == 3 and states.count("complete") == 3
        return ended and states.count("running") == 3

    try:
        wait(settled, "tasks of the stack", 120)
        yield engine
    finally:  # its ports are wanted by other stacks
        engine.remove("operate")


def ours(capsys: pytest.CaptureFixture[str], engine: Engine, *words: str) -> tuple[int, str, str]:
    status = main([words[0], "--host", engine.host, *words[1:]])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    "words",
    [
        "ls",
        "ls --format json",
        "ls --format {{.Name}}={{.Services}}",
        "ls --format raw",
        "services operate",
        "services operate -q",
        "services operate --format json",
        "services operate --format raw",
        "services operate --format raw -q",
        "services operate --filter name=operate_web",
        "services operate --filter mode=global",
        "services operate --filter label=no.such",
        r"services operate --format table\s{{.Name}}\t{{upper\s.Mode}}\t{{.Ports}}",
        r"services operate --format {{.ID}}\t{{json\s.Replicas}}\n{{range\s$i,\s$e\s:=\ssplit\s.Name\s\"_\"}}{{$i}}:{{$e}},{{end}}",
        r"services operate --format {{if\seq\s.Mode\s\"global\"}}{{title\s.Name}}{{else}}{{pad\s.Name\s1\s2}}|{{end}}",
        r"services operate --format {{printf\s\"%-30s|%q\"\s.Name\s.Image}}{{len\s.Ports}}",
        r"services operate --format {{truncate\s.Name\s9}}{{join\s(split\s.Name\s\"e\")\s\"E\"}}",
        r"services operate --format {{with\s.Ports}}{{.}}{{else}}none{{end}}{{/*\scomment\s*/}}",
        "services nothing",
        "ps operate -q",
        "ps operate -q --no-trunc",
        "ps operate --filter desired-state=running --format {{.Name}}",
        "ps operate --filter name=operate_bad --format json",
        "ps operate --filter node=none-such",
        r"ps operate --format {{.Name}}|{{.Image}}|{{.Node}}|{{.DesiredState}}|{{.Error}}|{{.Ports}}",
        r"ps operate --no-trunc --format {{.ID}}|{{.Image}}|{{.Error}}",
        r"ps operate --format table\s{{.Name}}\t{{.DesiredState}}\t{{.Error}}",
        "ps operate",
        "ps operate --no-resolve",
        "ps operate --no-trunc",
        "ps operate --format raw",
        "ps nothing",
    ],
)
def test_what_is_printed_is_what_docker_prints(shown: Engine, capsys: pytest.CaptureFixture[str], words: str) -> None:
    command = [word.replace(r"\s", " ").replace(r"\"", '"') for word in words.split(" ")]
    docker = shown.docker("stack", *command, check=False)
    status, out, _ = ours(capsys, shown, *command)
    assert (status, AGE.sub("AGE ", out)) == (docker.returncode, AGE.sub("AGE ", docker.stdout))


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["ps", "operate", "--format", "{{.Nam}}"], exits.FAILED, "did you mean .Name?"),
        (["services", "operate", "--filter", "name"], exits.USAGE, "NAME=VALUE"),
        (["services", "operate", "--filter", "foo=1"], exits.FAILED, "nvalid filter"),
        (["ps", "''"], exits.FAILED, "is no name for a stack"),
        (["logs", "operate", "talkr"], exits.FAILED, "did you mean talker?"),
        (["logs", "nothing"], exits.FAILED, "nothing found in stack"),
    ],
)
def test_what_cannot_be_shown(shown: Engine, capsys, words: list[str], status: int, told: str) -> None:
    ended, out, err = ours(capsys, shown, *words)
    assert (ended, out) == (status, "")
    assert told in err


def test_logs_of_all_tasks(shown: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = ours(capsys, shown, "logs", "operate")
    assert (status, err) == (exits.DONE, "")
    lines = [re.sub(" +", " ", line) for line in out.splitlines()]
    assert lines.count("bad.1 | dying") == 3
    assert "talker.1 | to out" in lines
    status, out, _ = ours(capsys, shown, "logs", "--format", "json", "operate", "talker")
    found = [json.loads(line) for line in out.splitlines()]
    assert {(line["stream"], line["text"]) for line in found} == {("stdout", "to out"), ("stderr", "to err")}
    status, out, _ = ours(capsys, shown, "logs", "--raw", "--tail", "1", "operate", "bad")
    assert set(out.splitlines()) == {"dying"}
    status, out, _ = ours(capsys, shown, "logs", "--since", "2999-01-01", "operate")
    assert (status, out) == (exits.DONE, "")


def test_what_others_use_is_told_and_removed_afterwards(engine: Engine, capsys, tmp_path: Path) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(
        'version: "3.9"\nservices: {a: {image: "busybox:latest", command: sleep 1000, stop_signal: SIGKILL, networks: [n]}}\n'
        "networks: {n: {attachable: true}}\nsecrets: {s: {file: stack.yml}}\n"
    )
    engine.docker("stack", "deploy", "--detach", "--compose-file", file, "held")
    engine.converge("held")
    engine.docker("run", "-d", "--name", "guest", "--network", "held_n", "busybox", "sleep", "1000")
    engine.docker("service", "create", "-d", "--name", "other", "--secret", "held_s", "busybox", "sleep", "1000")
    status, out, err = ours(capsys, engine, "rm", "held")
    assert (status, out) == (exits.FAILED, "Removing service held_a\n")
    assert "secret held_s cannot be removed" in err
    assert "network held_n cannot be removed" in err
    engine.docker("rm", "-f", "guest")
    engine.docker("service", "rm", "other")
    status, out, err = ours(capsys, engine, "rm", "held")
    assert (status, out, err) == (exits.DONE, "Removing secret held_s\nRemoving network held_n\n", "")


def test_several_stacks_at_once_and_time_that_is_up(engine: Engine, capsys, tmp_path: Path) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(
        'version: "3.9"\nservices: {a: {image: "busybox:latest", command: sleep 1000, networks: [n]}}\nnetworks: {n: {}}\n'
    )
    for name in ("one", "two"):
        engine.docker("stack", "deploy", "--detach", "--compose-file", file, name)
        engine.converge(name)
    status, out, err = ours(capsys, engine, "rm", "one", "--timeout=1s", "two", "-d=false")
    assert status == exits.TIMED_OUT
    assert [line.split()[-1] for line in out.splitlines()] == ["one_a", "one_n", "two_a", "two_n"]
    assert "one is not gone after" in err
    status, out, err = ours(capsys, engine, "down", "one", "two")
    assert (status, out) == (exits.DONE, "")


def test_a_stack_is_removed_and_can_be_deployed_again(engine: Engine, capsys, tmp_path: Path) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(
        'version: "3.9"\nservices: {a: {image: "busybox:latest", command: sleep 1000, stop_signal: SIGKILL, networks: [n]}}\n'
        "networks: {n: {}}\nconfigs: {c: {file: stack.yml}}\nsecrets: {s: {file: stack.yml}}\n"
    )
    for _ in range(2):
        engine.docker("stack", "deploy", "--detach", "--compose-file", file, "again")
        status, out, err = ours(capsys, engine, "rm", "again", "never-there")
        kinds = [line.split()[1] for line in out.splitlines()]
        assert (status, kinds) == (exits.DONE, ["service", "secret", "config", "network"]), err
        assert "Nothing found in stack: never-there" in err
        label = json.dumps({"label": ["com.docker.stack.namespace=again"]})
        assert engine.call("GET", "/networks", query={"filters": label}) == []
