"""Keys that are no keys: what people are told, and that Docker refuses them all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rig.judge import Judge

import pystackdsl
from pystackdsl import Deploy, Network, NetworkAttachment, Service, Stack
from pystackdsl.compose import load
from pystackdsl.compose.foreign import FOREIGN
from pystackdsl.compose.strangers import displaced, stranger
from pystackdsl.diagnostics import Diagnostic, InvalidStack
from pystackdsl.model.key import keys_of

HOLDERS: dict[str, Any] = {
    "Stack": lambda inner: {"services": {}, **inner},
    "Service": lambda inner: {"services": {"a": {"image": "a", **inner}}},
    "Port": lambda inner: {"services": {"a": {"image": "a", "ports": [{"target": 80, **inner}]}}},
    "NetworkAttachment": lambda inner: {
        "services": {"a": {"image": "a", "networks": {"n": inner}}},
        "networks": {"n": {}},
    },
    "Network": lambda inner: {"services": {}, "networks": {"n": inner}},
    "Ipam": lambda inner: {"services": {}, "networks": {"n": {"ipam": inner}}},
    "IpamConfig": lambda inner: {"services": {}, "networks": {"n": {"ipam": {"config": [inner]}}}},
    "Secret": lambda inner: {"services": {}, "secrets": {"s": inner}},
    "Config": lambda inner: {"services": {}, "configs": {"s": inner}},
    "Deploy": lambda inner: {"services": {"a": {"image": "a", "deploy": inner}}},
    "Limits": lambda inner: {"services": {"a": {"image": "a", "deploy": {"resources": {"limits": inner}}}}},
    "Reservations": lambda inner: {"services": {"a": {"image": "a", "deploy": {"resources": {"reservations": inner}}}}},
    "Mount": lambda inner: {"services": {"a": {"image": "a", "volumes": [{"type": "tmpfs", "target": "/a", **inner}]}}},
    "Build": lambda inner: {"version": "3.9", "services": {"a": {"image": "a", "build": inner}}},
}
"""By class, a stack file with some more in the mapping of that class."""

ALL = [(cls, key) for cls, keys in FOREIGN.items() for key in keys]


def told(text: str) -> list[Diagnostic]:
    with pytest.raises(InvalidStack) as caught:
        load(text)
    return list(caught.value.findings)


@pytest.mark.parametrize(("cls", "key"), ALL)
def test_docker_refuses_each_foreign_key_and_we_say_what_to_write(judge: Judge, cls: str, key: str) -> None:
    text = json.dumps(HOLDERS[cls]({key: "x"}))
    assert not judge.accepts(text)[0]
    [fault] = told(text)
    assert key in fault.summary
    assert FOREIGN[cls][key].instead in fault.help
    assert FOREIGN[cls][key].instead or f"{FOREIGN[cls][key].into[-1]}: " in fault.help
    assert fault.at_key
    assert fault.rule == "schema"


def test_no_key_of_swarm_is_in_the_table() -> None:
    for cls, keys in FOREIGN.items():
        declared = {key.name for key, _ in keys_of(getattr(pystackdsl, cls)).values() if not key.local}
        assert not declared & set(keys)


@pytest.mark.parametrize(
    ("cls", "name", "item", "help"),
    [
        (Service, "imgae", "x", "did you mean `image`?"),
        (Service, "PORTS", [], "did you mean `ports`?"),
        (Service, "replicas", 3, "it belongs under `deploy`:  deploy: {replicas: 3}"),
        (Service, "spread", "x", ""),
        (Service, "cpus", "1", 'write  deploy: {resources: {limits: {cpus: "1"}}}'),
        (Service, "interval", "5s", 'it belongs under `healthcheck`:  healthcheck: {interval: "5s"}'),
        (Service, "DEBUG", "1", "indent it below `environment:`, as a variable of it"),
        (Service, "db", {"image": "a"}, "indent it less, as far as web"),
        (Deploy, "image", "a", "indent it less: it is a key of the service web"),
        (Deploy, "cache", {"build": "."}, "indent it less, as far as web"),
        (Deploy, "parallelism", 1, "it belongs under `update_config`:  update_config: {parallelism: 1}"),
        (Network, "config", [], "it belongs under `ipam`:  ipam: {config: …}"),
        (NetworkAttachment, "alias", [], "did you mean `aliases`?"),
        (Stack, "api", {"image": "a"}, "indent it below `services:`"),
        (Stack, "ports", [], "indent it below the service's name"),
        (Stack, "service", {}, "did you mean `services`?"),
        (Stack, "nonsense", {}, ""),
    ],
)
def test_what_a_key_was_meant_to_be(cls: type, name: str, item: Any, help: str) -> None:
    [fault] = stranger(cls, name, item, 13, "service web").findings
    assert fault.help == help
    assert f"`{name}`" in fault.summary


@pytest.mark.parametrize(
    ("rest", "helps"),
    [
        ("scale: 3", ["write  deploy: {replicas: 3}"]),
        ("scale: '3'", ["write  deploy: {replicas: 3}"]),
        ("pids_limit: 9", ["write  deploy: {resources: {limits: {pids: 9}}}"]),
        ("scale: 3\n    deploy: {mode: replicated}", ["write  replicas: 3  below the `deploy:` that is there"]),
        ("deploy:\n    scale: 3", ["write  replicas: 3  below the `deploy:` that is there"]),
        ("scale: 3\n    deploy: {replicas: 3}", ["leave it out: `deploy.replicas` is there"]),
        (
            "mem_limit: 512m\n    cpus: 0.5",
            [
                'write  deploy: {resources: {limits: {memory: "512m"}}}',
                'write  cpus: "0.5"  below the `deploy.resources.limits:` that is there',
            ],
        ),
        (
            "mem_limit: ${M:-1G}\n    deploy: {resources: {reservations: {cpus: '1'}}}",
            ['write  limits: {memory: "1G"}  below the `deploy.resources:` that is there'],
        ),
        (
            "replicas: 3\n    deploy: {mode: replicated}",
            ["it belongs under `deploy`:  replicas: 3  below the `deploy:` that is there"],
        ),
    ],
)
def test_the_value_of_a_key_that_moves_is_written_where_it_goes(rest: str, helps: list[str]) -> None:
    assert [fault.help for fault in told(f"services:\n  a:\n    image: x\n    {rest}\n")] == helps


def test_keys_of_later_versions_are_no_guesses() -> None:
    [fault] = stranger(Service, "initt", True, 5).findings
    assert "did you mean `init`" not in fault.help
    [fault] = stranger(Service, "initt", True, 13).findings
    assert fault.help == "did you mean `init`?"


@pytest.mark.parametrize(
    ("kind", "name", "item", "before", "help"),
    [
        ("services", "volumes", {"data": {}}, "web", "indent it as far as `services`: it is a key of the top level"),
        ("services", "networks", None, None, "indent it as far as `services`: it is a key of the top level"),
        ("services", "ports", ["80:80"], "web", "indent it further, as a key of the service web"),
        ("services", "environment", {"A": "b"}, "web", "indent it further, as a key of the service web"),
        ("networks", "secrets", {"s": {}}, "front", "indent it as far as `networks`: it is a key of the top level"),
    ],
)
def test_what_stands_among_resources(kind: str, name: str, item: Any, before: str | None, help: str) -> None:
    found = displaced(kind, name, item, before)
    assert found is not None
    assert found.findings[0].help == help


@pytest.mark.parametrize(
    ("kind", "name", "item", "before"),
    [
        ("services", "networks", {"image": "a"}, "web"),
        ("services", "ports", {"image": "a", "imgae": "b"}, "web"),
        ("services", "web", {"imgae": "b"}, None),
        ("services", "ports", ["80:80"], None),
        ("volumes", "ports", {"x": 1}, "data"),
    ],
)
def test_what_may_be_a_resource_is_read_as_one(kind: str, name: str, item: Any, before: str | None) -> None:
    assert displaced(kind, name, item, before) is None


def test_a_service_called_like_a_section_is_fine() -> None:
    stack = load("services: {networks: {image: a}, ports: {image: b}}")
    assert list(stack.services) == ["networks", "ports"]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("services: {a: {image: a}}\nvolumes:\ndata:\n", "indent it below `volumes:`"),
        ("services:\nweb: {image: a}\n", "indent it below `services:`"),
        (
            "services:\n  web:\n    image: a\n  ports: ['80:80']\n  deploy:\n    mode: global\n",
            "indent it further, as a key of the service web",
        ),
        (
            "services: {web: {image: a, environment: {A: b, ports: ['80:80']}}}\n",
            "if this is the service's key `ports`, indent it less",
        ),
    ],
)
def test_what_wrong_indentation_has_moved(judge: Judge, text: str, help: str) -> None:
    assert not judge.accepts(text)[0]
    assert told(text)[-1].help == help
