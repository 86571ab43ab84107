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
    ('    dns: ["x]\n    dns_search: ["y"]\n', 4, 'the quote " is not closed', 'write " at the end'),
]


@pytest.mark.parametrize(("rest", "at", "summary", "help"), CURES)
def test_a_slip_is_told_with_what_mends_it(rest: str, at: int, summary: str, help: str) -> None:
    fault = told(SERVICE + rest)
    assert summary in fault.summary
    assert help in fault.help
    assert line(fault) == at
