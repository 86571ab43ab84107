"""Everyday slips in stack files: the cure that people are told, which mends the file when it is followed."""

from __future__ import annotations

import pytest

from pystackdsl.compose import load
from pystackdsl.diagnostics import Diagnostic, InvalidStack

SERVICE = "services:\n  a:\n    image: x\n"


def told(text: str) -> Diagnostic:
    with pytest.raises(InvalidStack) as caught:
        load(text, environment={})
    [fault] = caught.value.findings
    return fault


def line(fault: Diagnostic) -> int:
    return fault.places[0].span.line


CONFLICT = "<<<<<<< HEAD\n    tty: true\n=======\n    tty: false\n>>>>>>> branch\n"

LIMITS = "    deploy: {resources: {limits: {"

CURES = [
    # what follows SERVICE, line, summary, help
    ("    secrets: [s]\n", 4, 'no secret "s"', "secrets: {s: {file: ./s.txt}}"),
    ("    configs: [c]\n", 4, 'no config "c"', "configs: {c: {file: ./c.txt}}"),
    ("    networks: [n]\n", 4, 'no network "n"', "networks: {n: {}}"),
    ("    volumes: [{type: volume, source: ./x, target: /x}]\n", 4, 'no volume "./x"', "type: bind"),
    ("    volumes: [{type: volume, source: /x, target: /x}]\n", 4, 'no volume "/x"', "type: bind"),
    ("    volumes: ['d/e:/x']\n", 4, 'no volume "d/e"', "./d/e"),
    ("    ports: [8080: 80]\n", 4, "the key 8080 is not text", '"8080:80"'),
    ("    ports:\n      - 8080: 80\n", 5, "the key 8080 is not text", '"8080:80"'),
    ("    ports:\n      8080: 80\n", 5, "the key 8080 is not text", '["8080:80"]'),
    ("    network: [n]\n", 4, "`network` is not a key", "did you mean `networks`?"),
    ("    config: [n]\n", 4, "`config` is not a key", "did you mean `configs`?"),
    (CONFLICT, 4, "merge conflict", "keep one side"),
    (CONFLICT[27:], 4, "merge conflict", "keep one side"),
    ("    tty: true\n>>>>>>> branch\n", 5, "merge conflict", "keep one side"),
    ("    command: |\n    echo hi\n", 5, "command: |", "indent the text further than `command`"),
    ("    command: |\n   echo hi\n", 5, "command: |", "indent the text further than `command`"),
    ("    command: |\n      echo a\n    echo b\n    tty: true\n", 6, "command: |", "indent the text further"),
    ('   ports:\n    - "80:80"\n', 4, "indented by 3 spaces", "indent it by 4 spaces"),
    ("   deploy:\n    replicas: 2\n", 4, "indented by 3 spaces", "indent it by 4 spaces, and what is below it further"),
    ('    hostname: "x\n    ports:\n      - "80:80"\n', 4, 'the quote " is not closed', 'write " at the end'),
    ("    hostname: 'x\n    user: 'y'\n", 4, "the quote ' is not closed", "write ' at the end"),
    ("    environment:\n      - A: b\n", 5, "a mapping is not text", "write `- A=…`, or leave out the dashes: `A: …`"),
    ("    labels:\n      - A: b\n", 5, "a mapping is not text", "write `- A=…`, or leave out the dashes: `A: …`"),
    ("    command:\n      - echo a: b\n", 5, "a mapping is not text", '"echo a: b"'),
    ("    depends_on:\n      - db:\n", 5, "a mapping is not text", "leave out the colon: db"),
    ("    extra_hosts:\n      - a: 10.0.0.1\n", 5, "a mapping is not text", "a:10.0.0.1"),
    ("    hostname: {{.Node.Hostname}}\n", 4, "a mapping cannot be a key", '"{{.Node.Hostname}}"'),
    ("    ports: 80:80\n", 4, "not a list of ports", 'write it as a list: ["80:80"]'),
    ("    ports: 8080\n", 4, "not a list of ports", "write it as a list: [8080]"),
    ('    ports: {"8080": 80}\n', 4, "not a list of ports", 'write it as a list: ["8080:80"]'),
    ("    networks: n\n", 4, "not a list of networks", "write it as a list: [n]"),
    ("    volumes: ./a:/b\n", 4, "not a list of mounts", 'write it as a list: ["./a:/b"]'),
    ("    volumes: {data: /b}\n", 4, "not a list of mounts", 'write it as a list: ["data:/b"]'),
    ("    secrets: s\n", 4, "not a list of secrets", "write it as a list: [s]"),
    ("    depends_on: db\n", 4, "not a list", "write it as a list: [db]"),
    (
        "    deploy:\n      placement:\n        constraints: node.role == manager\n",
        6,
        "not a list",
        'write it as a list: ["node.role == manager"]',
    ),
    (LIMITS + "memory: 512}}}\n", 4, "512 of what? a size needs a unit", 'for 512 megabytes write "512M"'),
    (LIMITS + "memory: 1.5}}}\n", 4, "1.5 of what? a size needs a unit", 'for 1.5 gigabytes write "1.5G"'),
    (LIMITS + "memory: 536870912}}}\n", 4, "536870912 of what?", 'put it in quotes: "536870912"'),
    (LIMITS + "memory: 0}}}\n", 4, "0 of what?", 'put it in quotes: "0"'),
    (LIMITS + 'pids: "5"}}}\n', 4, '"5" is not a whole number', "leave out the quotes: 5"),
    (LIMITS + 'pids: "${N:-5}"}}}\n', 4, "does not turn a variable into a number", "write the number itself"),
    ("    volumes: [{type: bind, src: ./a, target: /x}]\n", 4, "`src` is not a key of a mount", "`source`"),
    ("    volumes: [{type: tmpfs, dst: /x}]\n", 4, "`dst` is not a key of a mount", "`target`"),
    ("    volumes: [{type: tmpfs, destination: /x}]\n", 4, "`destination` is not a key", "`target`"),
    ("    ports: [{target: 80, protocol: tpc}]\n", 4, '"tpc" is not a known value', 'did you mean "tcp"?'),
    ("    secrets: [{s: x}]\nsecrets: {s: {file: ./s}}\n", 4, "this secret has no source", "{source: s, target: x}"),
    ("    secrets: [s: ]\nsecrets: {s: {file: ./s}}\n", 4, "this secret has no source", "the colon: s"),
    (
        "    networks: [m, {n: {aliases: [b]}}]\nnetworks: {n: {}, m: {}}\n",
        4,
        "a mapping is not text",
        "leave out the dashes, and write a mapping:  networks: {m: {}, n: {…}}",
    ),
    ("networks:\n  back:\n    external:\n      nam: x\n", 7, "`nam` is not a key of external", "`name`"),
    ("    env: {A: b}\n", 4, "`env` is not a key", "did you mean `environment`?"),
    ("    cmd: x\n", 4, "`cmd` is not a key", "did you mean `command`?"),
    ("    workdir: /x\n", 4, "`workdir` is not a key", "did you mean `working_dir`?"),
    ("    volumes:\n      - data:\n", 5, "this mount has no type", 'write "data:/path/in/the/container"'),
    ("    volumes:\n      - data: /x\n", 5, "this mount has no type", 'write "data:/x"'),
    ('    dns: ["x]\n    dns_search: ["y"]\n', 4, 'the quote " is not closed', 'write " at the end'),
]


@pytest.mark.parametrize(("rest", "at", "summary", "help"), CURES)
def test_a_slip_is_told_with_what_mends_it(rest: str, at: int, summary: str, help: str) -> None:
    fault = told(SERVICE + rest)
    assert summary in fault.summary
    assert help in fault.help
    assert line(fault) == at


def test_a_service_without_a_space_behind_its_only_colon() -> None:
    fault = told("services:\n  a:\n    image:nginx:1\n")
    assert fault.help == "write a space after the colon: `image: nginx:1`"
    assert told("services:\n  a: nginx\n").help == ""


def test_services_as_a_list_are_marked_at_the_first_item() -> None:
    fault = told("services:\n  - a:\n      image: x\n")
    assert line(fault) == 2
    assert "dash" in fault.help
