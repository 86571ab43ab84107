"""Rules about what secrets, configs and environments hold, and about what nobody uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint.asking import Case, cases, found, service

from pystackdsl import Config, Secret, Service, Stack
from pystackdsl.lint import check, chosen

ENVIRONMENT = "services.web.environment"


def secret(content: str, image: str = "example/app:1", more: str = "secrets=[s]") -> str:
    return service(f'image="{image}", {more}', f"s = Secret(content={content})")


def environment(said: str) -> str:
    return service(f'image="a:1", environment={{{said}}}')


CASES = [
    *cases(
        "crlf-content",
        finds={
            secret(r'"hunter22\r\n"'): "secrets.s.content",
            secret(r'b"-----BEGIN KEY-----\r\nabc\r\n"'): "secrets.s.content",
            service('image="a:1", configs=[c]', r'c = Config(content="#!/bin/sh\r\ntrue\r\n")'): "configs.c.content",
        },
        silent=(
            secret(r'"hunter22\n"'),
            secret(r'b"\0\r\n"'),
            service('image="a:1", configs=[c]', r'c = Config(content="a=1\r\n")'),
            service('image="a:1", secrets=[s]', "s = Secret(external=True)"),
        ),
    ),
    *cases(
        "newline-after-secret",
        finds={secret(r'"hunter22\n"'): "secrets.s.content"},
        silent=(
            secret('"hunter22"'),
            secret(r'"a\nb\n"'),
            secret(r'"hunter22\n"', "postgres:16"),
            secret(r'"hunter22\n"', more=""),
            secret(r'"\n"'),
        ),
    ),
    *cases(
        "oversized-content",
        finds={secret('"x" * 512_000'): "secrets.s.content"},
        silent=(secret('"x" * 511_999'),),
    ),
    *cases(
        "unused-definition",
        finds={
            service('image="a:1"', "n = Network()"): "networks.n",
            service('image="a:1", networks=[m]', "n = Network(external=True)\nm = Network()"): "networks.n",
            service('image="a:1"', "v = Volume()\ns = Secret(external=True)\nc = Config(external=True)"): (
                "volumes.v",
                "secrets.s",
                "configs.c",
            ),
            service('image="a:1", networks=[m]', "default = Network()\nm = Network()"): "networks.default",
        },
        silent=(
            service('image="a:1"', "default = Network()"),
            service(
                'image="a:1", volumes=[v.at("/v")], secrets=[s.at("x")], configs=[c]',
                "v = Volume()\ns = Secret(external=True)\nc = Config(external=True)",
            ),
            service('image="a:1", credential_spec=CredentialSpec(config=c)', "c = Config(external=True)"),
        ),
    ),
    *cases(
        "python-value-in-environment",
        finds={
            environment('"A": "None"'): f"{ENVIRONMENT}.A",
            environment('"A": str(object())'): f"{ENVIRONMENT}.A",
            environment('"A": str(["a", "b"])'): f"{ENVIRONMENT}.A",
            environment('"A": str({"a": 1})'): f"{ENVIRONMENT}.A",
            environment('"A": 0.1 + 0.2'): f"{ENVIRONMENT}.A",
            environment('"A": float("nan")'): f"{ENVIRONMENT}.A",
        },
        silent=(
            environment('"A": "none", "B": "None of it", "C": 0.3, "D": "1.10", "E": 3.14159265'),
            environment('"COOKIE_SAMESITE": "None"'),
            environment("""'A': '["a", "b"]', 'B': '{"a": 1}'"""),
            environment('"A": None'),
        ),
    ),
    *cases(
        "capitalised-boolean",
        finds={environment('"A": "True"'): f"{ENVIRONMENT}.A"},
        silent=(environment('"A": "true", "B": "Truely"'),),
    ),
    *cases(
        "variables-differing-in-case",
        finds={environment('"Path": "a", "PATH": "b"'): f"{ENVIRONMENT}.PATH"},
        silent=(environment('"http_proxy": "a", "HTTP_PROXY": "a", "NO_PROXY": "b", "no_proxy": "b"'),),
    ),
    *cases(
        "literal-interpolation",
        finds={
            environment('"A": "${TAG}"'): f"{ENVIRONMENT}.A",
            environment('"A": "http://${HOST:-a}:80"'): f"{ENVIRONMENT}.A",
            service('image="a:1", deploy=Deploy(labels={"a": "${HOST}"})'): "services.web.deploy.labels.a",
        },
        silent=(
            environment('"A": "$5", "B": "$remote_addr", "C": "${spring.x}", "D": "$$", "E": "${lower}"'),
            environment('"A": var("TAG", default="x")'),
        ),
    ),
    *cases(
        "shell-filled-variable",
        finds={environment('"A": ""'): f"{ENVIRONMENT}.A"},
        silent=(environment('"A": None, "B": "x"'),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths


def test_a_dollar_in_yaml_was_asked_for() -> None:
    text = "services: {web: {image: 'a:1', environment: {A: '$${TAG}'}}}\n"
    assert found("literal-interpolation", text, language="yaml") == ()


def test_files_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_bytes(b"hunter22\r\n")
    (tmp_path / "start.sh").write_bytes(b"#!/bin/sh\r\n")
    token, start = Secret(file="./token.txt"), Config(file="./start.sh")
    stack = Stack(
        services={"web": Service(image="a:1", secrets=[token], configs=[start])},
        secrets={"token": token},
        configs={"start": start},
        base=tmp_path,
    )
    found = check(stack, rules=chosen(["crlf-content"]))
    assert [str(each.path) for each in found if each.rule == "PSD602"] == ["secrets.token.file", "configs.start.file"]


def test_a_file_that_is_not_there_is_no_matter_of_its_content(tmp_path: Path) -> None:
    token = Secret(file="./token.txt")
    stack = Stack(services={"web": Service(image="a:1", secrets=[token])}, secrets={"token": token}, base=tmp_path)
    assert [each for each in check(stack, rules=chosen(["PSD602", "PSD603"])) if each.rule != "PSD001"] == []
