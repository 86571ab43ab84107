"""The cures of what only a deploy refuses, as people read them who write YAML: none of them is spelled in Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rig import ROOT

from pystackdsl.cli.main import main
from pystackdsl.compose import load
from pystackdsl.model.validity import findings

PYTHON = re.compile(r"\w+=[\[(\"'\w]|\w=,|\b(True|False|None)\b|\b[A-Z]\w+\([^)]|\.at\(")
"""What a cure in Python looks like."""

SERVICE = "services:\n  a:\n    image: x\n"

FAULTS = [
    ("services: {a: {}}", "an image"),
    (SERVICE + "    healthcheck: {test: [curl, x]}", 'test: ["CMD", "curl", …]'),
    (SERVICE + "    restart: sometimes", "deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}"),
    (
        SERVICE + "    secrets: [s, {source: t, target: s}]\nsecrets: {s: {file: x}, t: {file: y}}",
        "{source: …, target: …}",
    ),
    (SERVICE + "    secrets: [{source: s, mode: 440}]\nsecrets: {s: {file: x}}", "write 0440"),
    ("services: {}\nsecrets: {s: {}}", "file: ./s.txt,  or  external: true"),
    (SERVICE + "    volumes: [{type: image, target: /x}]", "a source: an image's name"),
    (SERVICE + "    volumes: [{type: tmpfs}]", "a target: a path in the container"),
    (SERVICE + "    volumes: [{type: tmpfs, target: /x, bind: {propagation: private}}]", "tmpfs options alone"),
    (SERVICE + "    ports: [{published: 80}]", "a target: the port inside the container"),
    (
        SERVICE + "    ports: ['53:54/udp']\n    deploy: {endpoint_mode: dnsrr}",
        "{target: 54, published: 53, protocol: udp, mode: host}",
    ),
    (SERVICE + "    ports: ['80:80']\n  b:\n    image: x\n    ports: ['80:80']", "with mode: host"),
    (SERVICE + "    networks: [n]\nnetworks: {n: {ipam: {driver: none}}}", 'write "default"'),
    (SERVICE + "    networks: [n]\nnetworks: {n: {driver: bridge}}", "{external: true, name: bridge}"),
    (SERVICE + "    networks: [n]\nnetworks: {n: {driver: ipvlan}}", "leave the driver out"),
    ("services: {}\nnetworks: {n: {ipam: {config: [{subnet: 'fd00::/64'}]}}}", "declare it external"),
    (SERVICE + "    deploy: {mode: global, replicas: 2}", 'the mode "replicated"'),
    (
        SERVICE + "    deploy: {resources: {reservations: {generic_resources: [{}]}}}",
        "discrete_resource_spec: {kind: gpu, value: 1}",
    ),
    (SERVICE + "    deploy: {placement: {preferences: [{spread: x}]}}", "spread: node.labels.zone"),
    (SERVICE + "    deploy: {resources: {limits: {memory: '512'}}}", 'for 512 megabytes write "512M"'),
    ('version: "3.7"\nservices: {}\nvolumes: {v: {x-cluster-spec: {group: g}}}', 'write version: "3.10" or later'),
    ("services:\n  " + "a" * 70 + ": {image: x}", "shorten"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_a_cure_is_spelled_in_yaml(text: str, told: str) -> None:
    said = "\n".join(f"{each.expected}; {each.help_in_yaml or each.help}" for each in findings(load(text)))
    assert told in said
    assert not PYTHON.search(said)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "golden" / "mistakes").glob("*.txt")), ids=lambda path: path.stem
)
def test_no_mistake_is_answered_in_python(path) -> None:
    for line in path.read_text().splitlines():
        if line.strip().startswith(("= expected", "= help")):
            assert not PYTHON.search(line)


@pytest.mark.parametrize("key", ["environment", "labels", "sysctls"])
def test_an_empty_name_is_marked_in_its_list(key: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(f'{SERVICE}    {key}:\n      - a=1\n      - "=b"\n')
    assert main(["build", str(file)]) == 1
    assert "stack.yml:6:9\n" in capsys.readouterr().err


def test_a_host_without_an_address_is_told_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(f"{SERVICE}    extra_hosts: [db]\n")
    assert main(["build", str(file)]) == 0
    assert capsys.readouterr().err.count("warning:") == 1


@pytest.mark.parametrize(
    "said",
    [
        "environment: DB_PASSWORD=hunter2",
        "command: [a, {--password: hunter2}]",
        "cap_add: PASSWORD=hunter2",
        "labels: [{token: hunter2}]",
        "environment: {DB_PASSWORD: @hunter2}",
        "environment: {DB_PASSWORD: *hunter2}",
        "environment: {PASSWORD: [hunter2]}",
        "environment: {'DB_PASSWORD=hunter2': {a: b}}",
        "environment: ['DB_PASSWORD=hunter2': x]",
        "environment: {A: '${PW:-hunter2'}",
        """environment: {DB_PASSWORD: 'it's hunter2'}""",
        "environment:\n      DB_PASSWORD:hunter2",
        "environment:\n      DB_PASSWORD: [hunter2",
        "command:\nrun --password hunter2",
        "environment:\n      DB_PASSWORD hunter2",
        "secrets: [{db_password: hunter2}]",
        "environment:\n      A: b\n      DB_PASSWORD hunter2\n      C: d",
        "environment: {API_TOKEN: {a: hunter2}}",
        "build:\n      args: {DB_PASSWORD: {hunter2: 1}}",
        "environment: {DB_PASSWORD: a hunter2, B: {}}",
        "secrets: [s]\nsecrets:\n  s:\n    content: hunter2",
        "secrets: [s]\nsecrets: {s: {content: hunter2}}",
        "secrets: [s]\nsecrets:\n  s:\n    content: |\n    hunter2\n",
    ],
)
def test_neither_a_fault_nor_its_cure_tells_a_secret(
    said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "stack.yml"
    file.write_text(f"services:\n  a:\n    image: x\n    {said}\n")
    assert main(["build", str(file)]) == 1
    told = capsys.readouterr()
    assert "hunter2" not in told.out + told.err
    assert "stack.yml:" in told.err
