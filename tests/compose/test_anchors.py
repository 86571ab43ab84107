"""The blocks that others are merged from, read as what they are used for."""

from __future__ import annotations

from typing import Any

import pytest

from pystackdsl import Deploy, Healthcheck, Logging, Service
from pystackdsl.compose.anchors import anchored
from pystackdsl.compose.front import StackText, load_texts
from pystackdsl.diagnostics import KeyPath
from pystackdsl.model.variable import CLOSE, OPEN, Open


def blocks(text: str) -> dict[str, tuple[str, Any]]:
    """By anchor, the path and the value."""
    loaded = load_texts([StackText(text.encode())], environment={}, base=None, mode="open")
    found = anchored(loaded.documents[0], loaded.stack, {})
    return {name: (str(path), value) for name, (path, value) in found.items()}


def test_a_block_is_what_it_is_merged_into() -> None:
    found = blocks("""\
x-app: &app
  image: app
  networks: [back]
  environment: &env {A: 1, B: "${B}"}
  deploy: &deploy {replicas: "${N:-2}"}
  logging: &log {driver: none}
services:
  a: {<<: *app, hostname: a}
  b: {<<: *app, deploy: {<<: *deploy, mode: replicated}, environment: {<<: *env, C: c}, logging: {<<: *log}}
networks: {back: {}}
""")
    assert {name: path for name, (path, _) in found.items()} == {
        "app": "x-app",
        "env": "x-app.environment",
        "deploy": "x-app.deploy",
        "log": "x-app.logging",
    }
    assert found["deploy"][1] == Deploy(replicas=None) or found["deploy"][1].replicas == Open(f"{OPEN}N:-2{CLOSE}")
    assert found["env"][1] == {"A": "1", "B": f"{OPEN}B{CLOSE}"}
    assert found["log"][1] == Logging(driver="none")
    app = found["app"][1]
    assert isinstance(app, Service)
    assert (app.image, app.environment, app.deploy) == ("app", found["env"][1], found["deploy"][1])


def test_references_are_to_the_resources_of_the_stack() -> None:
    text = "x-a: &a {image: a, networks: [n]}\nservices: {a: {<<: *a}}\nnetworks: {n: {}}\n"
    loaded = load_texts([StackText(text.encode())], environment={}, base=None)
    block = anchored(loaded.documents[0], loaded.stack, {})["a"][1]
    assert block.networks[0].network is loaded.stack.networks["n"]


def test_a_service_may_be_the_block() -> None:
    found = blocks("services:\n  a: &a {image: a, tty: true}\n  b: {<<: *a, image: b}\n")
    assert found["a"][0] == "services.a"
    assert found["a"][1].tty is True


def test_a_block_inside_a_block_inside_a_block() -> None:
    found = blocks("""\
x-one: &one
  deploy:
    restart_policy: &policy {delay: 5s}
x-two: &two {<<: *one, image: two}
services:
  a: {<<: *two}
  b: {image: b, healthcheck: &check {test: t}}
  c: {image: c, healthcheck: {<<: *check, retries: 2}, deploy: {restart_policy: {<<: *policy}}}
""")
    assert str(found["policy"][1].delay) == "5s"
    assert found["check"] == ("services.b.healthcheck", Healthcheck(test="t"))
    assert found["two"][1].image == "two"
    assert found["one"][1].image is None


def test_one_name_given_twice_is_two_blocks() -> None:
    found = blocks("x-a: &a {image: a}\nx-b: &b {<<: *a}\nx-c: &a {image: c}\nservices: {a: {<<: *b}, c: {<<: *a}}\n")
    assert found["a"][1].image == "a"
    assert found["a_2"][1].image == "c"


@pytest.mark.parametrize(
    "text",
    [
        "x-a: &a {image: a}\nservices: {b: {image: b}}\n",
        "x-a: &a [1]\nx-b: *a\nservices: {b: {image: b}}\n",
        "x-a: &a {k: v}\nx-b: {<<: *a}\nservices: {b: {image: b}}\n",
        "x-all: &all {a: {image: a}}\nservices: {<<: *all, b: {image: b}}\n",
        "x-p: &p {target: 80}\nservices: {b: {image: b, ports: [{<<: *p, published: 80}]}}\n",
        "services: {b: {image: b}}\n",
    ],
)
def test_what_cannot_be_read_alone_is_left_out(text: str) -> None:
    assert blocks(text) == {}


def test_a_block_is_found_by_where_it_is_written() -> None:
    text = "x-a: &a {image: a}\nservices: {a: {<<: *a}, b: {<<: [*a, {tty: true}]}}\n"
    assert blocks(text)["a"][0] == str(KeyPath("x-a"))
