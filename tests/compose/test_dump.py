"""`dump`, the public door: a checked text or every error, and the findings as values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from rig.judge import Judge

from pystackdsl import Config, Network, Secret, Service, Stack, var
from pystackdsl.compose import dump, findings, ignored
from pystackdsl.diagnostics import Diagnostic, InvalidStack, Severity
from pystackdsl.model.variable import environment

NET = Network()
STACK = Stack(services={"web": Service(image="nginx", networks=[NET], pid="host")}, networks={"front": NET})


def test_only_what_was_said_is_written_in_the_order_of_compose() -> None:
    assert dump(STACK) == (
        'version: "3.9"\n'
        "services:\n"
        "  web:\n"
        "    image: nginx\n"
        "    networks:\n"
        "      - front\n"
        "    pid: host\n"
        "networks:\n"
        "  front: {}\n"
    )


def test_an_empty_stack_has_no_services() -> None:
    assert dump(Stack()) == 'version: "3.9"\nservices: {}\n'


def test_json_ends_like_a_text_file(judge: Judge) -> None:
    text = dump(STACK, format="json")
    assert text.endswith("}\n")
    assert json.loads(text) == yaml.safe_load(dump(STACK))
    assert judge.same(text, dump(STACK))


def test_paths_are_written_as_seen_from_the_folder() -> None:
    stack = Stack(secrets={"s": Secret(file="./a")}, base=Path("/s"))
    assert "file: ../s/a\n" in dump(stack, folder=Path("/t"))


def test_a_schema_may_be_asked_for() -> None:
    assert dump(Stack(), schema=0).startswith('version: "3.0"\n')
    outside = Stack(networks={"net": Network(external=True, name="full")})
    assert dump(outside, schema=0).endswith("  net:\n    external:\n      name: full\n")
    with pytest.raises(InvalidStack, match=r"needs schema 3\.7"):
        dump(Stack(services={"a": Service(image="a", init=True)}), schema=6)


def test_all_errors_come_at_once_and_warnings_do_not() -> None:
    stack = Stack(services={"a": Service(image="a", networks=[Network()], pid="host"), "b": Service(networks=[NET])})
    with pytest.raises(InvalidStack) as caught:
        dump(stack)
    assert len(caught.value.findings) >= 3  # two networks that are not held, and an image that is missing
    assert {finding.severity for finding in caught.value.findings} == {Severity.ERROR}
    assert {finding.path[1] for finding in caught.value.findings} == {"a", "b"}


def test_findings_are_errors_and_notices() -> None:
    stack = Stack(services={"a": Service(image="a", networks=[Network()], pid="host")})
    found = findings(stack)
    assert all(isinstance(finding, Diagnostic) for finding in found)
    assert [finding for finding in found if finding.severity is Severity.ERROR]
    assert set(ignored(stack)) <= set(found)
    assert "pid" in ignored(stack)[0].summary


def test_a_path_of_what_is_not_held_is_an_error_wherever_it_stands() -> None:
    path = Secret(external=True).path
    for said in ({"labels": {path: ""}}, {"labels": {"a": path}}, {"command": [path]}, {"x": {"x-a": [{"b": path}]}}):
        with pytest.raises(InvalidStack, match="does not hold"):
            dump(Stack(services={"a": Service(image="a", **said)}))
    with pytest.raises(InvalidStack, match="the stack speaks of the path"):
        dump(Stack(x={"x-a": {"b": path}}))


def test_a_label_may_be_named_by_a_variable(judge: Judge) -> None:
    token = environment.set(None)
    try:
        text = dump(Stack(services={"a": Service(image="a", labels={f"routers.{var('NAME')}.rule": "x"})}))
    finally:
        environment.reset(token)
    assert judge.read(text, env={"NAME": "web"}).data["services"]["a"]["labels"] == {"routers.web.rule": "x"}


def test_content_is_not_lost_on_the_way() -> None:
    with pytest.raises(InvalidStack) as caught:
        dump(Stack(configs={"c": Config(content="a")}))
    assert caught.value.findings[0].help


def test_secrets_are_not_shown() -> None:
    with pytest.raises(InvalidStack) as caught:
        dump(Stack(secrets={"s": Secret(content="hush")}))
    assert "hush" not in str(caught.value)


def test_the_stack_is_unchanged_and_may_be_written_again() -> None:
    before = STACK.resolved()
    assert dump(STACK) == dump(STACK)
    assert STACK.resolved() == before


def test_variables_are_written_open_or_resolved() -> None:
    def stack() -> Stack:
        return Stack(
            services={"a": Service(image=f"nginx:{var('TAG', default='1')}", tty=var("TTY", bool, default=False))}
        )

    token = environment.set(None)
    try:
        text = dump(stack())
    finally:
        environment.reset(token)
    assert "image: nginx:${TAG:-1}\n" in text
    assert "tty: ${TTY:-false}\n" in text
    token = environment.set({"TAG": "2", "TTY": "yes"})
    try:
        text = dump(stack())
    finally:
        environment.reset(token)
    assert "image: nginx:2\n" in text
    assert "tty: true\n" in text
