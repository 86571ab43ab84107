"""What becomes of a stack from a text before it is written as Python: open values, and paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from pystackdsl import Service, Stack
from pystackdsl.compose.front import StackText, load_texts
from pystackdsl.compose.paths import rebased
from pystackdsl.diagnostics import InvalidStack, KeyPath
from pystackdsl.model.variable import CLOSE, OPEN, Open
from pystackdsl.python.fitting import fitted


def opened(service: str, rest: str = "") -> Stack:
    """A stack with its variables open."""
    text = f"services: {{a: {{image: a, {service}}}}}\n{rest}"
    return load_texts([StackText(text.encode())], environment={}, base=None, mode="open").stack


def variable(inner: str) -> str:
    return f"{OPEN}{inner}{CLOSE}"


@pytest.mark.parametrize(
    ("deploy", "field", "expected"),
    [
        ("replicas: '${N}'", "replicas", Open(variable("N"))),
        ("replicas: '${N:-2}'", "replicas", Open(variable("N:-2"))),
        ("replicas: '${N-2}'", "replicas", Open(variable("N-2"))),
        ("replicas: '${N:?how many}'", "replicas", Open(variable("N:?how many"))),
        ("replicas: '${N:-007}'", "replicas", Open(variable("N:-7"))),
    ],
)
def test_what_has_a_type_stays_open(deploy: str, field: str, expected: Open) -> None:
    fit = fitted(opened(f"deploy: {{{deploy}}}"), {"N": "5"})
    assert getattr(fit.stack.services["a"].deploy, field) == expected
    assert fit.resolved == {}


@pytest.mark.parametrize(
    ("said", "expected"), [("yes", "true"), ("off", "false"), ("TRUE", "true"), ("true", "true"), ("n", "false")]
)
def test_a_truth_has_one_spelling(said: str, expected: str) -> None:
    fit = fitted(opened("tty: true", f"networks: {{n: {{attachable: '${{A:-{said}}}'}}}}"), {})
    assert fit.stack.networks["n"].attachable == Open(variable(f"A:-{expected}"))


@pytest.mark.parametrize(
    ("deploy", "environment", "expected", "resolved"),
    [
        ("mode: '${M}'", {"M": "global"}, ("mode", "global"), {"M": "global"}),
        ("mode: '${M:-global}'", {}, ("mode", "global"), {"M": "global"}),
        ("mode: '${A}${B}'", {"A": "glo", "B": "bal"}, ("mode", "global"), {"A": "glo", "B": "bal"}),
        ("replicas: '1${N}'", {"N": "0"}, ("replicas", 10), {"N": "0"}),
        ("replicas: '${N:-two}'", {"N": "3"}, ("replicas", 3), {"N": "3"}),
    ],
)
def test_what_has_none_gets_its_value(
    deploy: str, environment: dict[str, str], expected: tuple[str, object], resolved: dict[str, str]
) -> None:
    fit = fitted(opened(f"deploy: {{{deploy}}}"), environment)
    assert getattr(fit.stack.services["a"].deploy, expected[0]) == expected[1]
    assert fit.resolved == resolved


@pytest.mark.parametrize(
    ("deploy", "environment", "path", "told"),
    [
        ("mode: '${M:?say it}'", {}, "services.a.deploy.mode", "has no value: say it"),
        ("mode: '${M}'", {"M": "globule"}, "services.a.deploy.mode", "globule"),
        ("replicas: '1${N}'", {"N": "x"}, "services.a.deploy.replicas", "has no value that fits"),
        ("replicas: '1${N}'", {"N": "_0"}, "services.a.deploy.replicas", "has no value that fits"),
        ("replicas: '${N:-two}'", {}, "services.a.deploy.replicas", "has no value that fits"),
        ("restart_policy: {condition: '${C}'}", {"C": "x"}, "services.a.deploy.restart_policy.condition", "x"),
    ],
)
def test_a_value_that_does_not_fit_is_told_at_its_place(
    deploy: str, environment: dict[str, str], path: str, told: str
) -> None:
    with pytest.raises(InvalidStack) as raised:
        fitted(opened(f"deploy: {{{deploy}}}"), environment)
    (finding,) = raised.value.findings
    assert str(finding.path) == path
    assert told in str(finding)


def test_all_faults_at_once() -> None:
    with pytest.raises(InvalidStack) as raised:
        fitted(opened("deploy: {mode: '${M:?m}', replicas: '1${N:?n}', endpoint_mode: '${E:?e}'}"), {})
    assert len(raised.value.findings) == 3


def test_where_nothing_changes_everything_stays_the_same() -> None:
    stack = opened(
        "networks: [n], volumes: ['v:/v', /x:/y], deploy: {replicas: 2}", "networks: {n: {}}\nvolumes: {v: {}}\n"
    )
    fit = fitted(stack, {})
    assert fit.stack == stack
    assert fit.stack.services["a"] is stack.services["a"]


def test_references_lead_to_the_new_resources() -> None:
    stack = opened(
        "networks: [n], secrets: [s], configs: [{source: c, target: /c}]",
        "networks: {n: {attachable: '${A:-yes}'}}\nsecrets: {s: {file: ./s}}\nconfigs: {c: {file: ./c}}\n",
    )
    fit = fitted(stack, {}, lambda path: f"../{path}")
    service = fit.stack.services["a"]
    assert service.networks and service.secrets and service.configs  # noqa: PT018 - for type checkers
    assert service.networks[0].network is fit.stack.networks["n"]
    assert service.secrets[0].granted is fit.stack.secrets["s"]
    assert service.configs[0].granted is fit.stack.configs["c"]
    assert fit.stack.secrets["s"].file == ".././s"


def test_relative_paths_are_seen_from_another_folder() -> None:
    stack = opened(
        "build: {context: ./src, dockerfile: ./Dockerfile}, env_file: [a.env, /b.env], "
        "volumes: ['./a:/a', '/b:/b', '~/c:/c', '../d:/d', {type: bind, source: e, target: /e}, './${F}/f:/f', '.:/g', 'v:/v']",
        "volumes: {v: {}}",
    )
    fit = fitted(stack, {}, rebased(Path("/stacks/shop"), Path("/stacks")))
    service = fit.stack.services["a"]
    assert service.build and service.volumes  # noqa: PT018 - for type checkers
    assert (service.build.context, service.build.dockerfile) == ("./shop/src", "./Dockerfile")
    assert service.env_file == ("shop/a.env", "/b.env")
    sources = [mount.text if isinstance(mount, Open) else mount.source for mount in service.volumes]
    assert sources[:-1] == ["./shop/a", "/b", "~/c", "./d", "shop/e", f"./shop/{variable('F')}/f:/f", "./shop"]


def test_blocks_are_made_ready_too() -> None:
    stack = opened("networks: [n]", "networks: {n: {attachable: '${A:-yes}'}}")
    block = Service(image="b", networks=[stack.networks["n"]])
    fit = fitted(stack, {}, anchored={"block": (KeyPath("x-b"), block)})
    path, ready = fit.anchored["block"]
    assert path == KeyPath("x-b")
    assert ready.networks[0].network is fit.stack.networks["n"]
