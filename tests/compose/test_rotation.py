"""Names that change with content: what they are made of, how long they get, and that an engine takes them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.engine import Engine

from pystackdsl import Config, Secret, evolve
from pystackdsl.compose.rotation import rotated_name
from pystackdsl.content.item import Item
from pystackdsl.content.rotation import DIGITS, LONGEST
from pystackdsl.diagnostics import Diagnostic, KeyPath

WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
keys = st.text(st.sampled_from(WORD + "_.-"), min_size=1, max_size=80)
stacks = st.text(st.sampled_from(WORD + "_-"), max_size=52).map(lambda rest: f"s{rest}")


def name_of(resource: Config | Secret, key: str, content: bytes, stack: str = "shop") -> str:
    found = rotated_name(Item(resource, key), stack, content)
    assert isinstance(found, str)
    return found


def test_a_config_shows_the_beginning_of_its_digest() -> None:
    digest = hashlib.sha256(b"listen 80;").hexdigest()
    assert name_of(Config(content="x"), "nginx_conf", b"listen 80;") == f"shop_nginx_conf-{digest[:8]}"


def test_a_secret_shows_a_slow_digest() -> None:
    name = name_of(Secret(file="x"), "pw", b"hunter2")
    assert name == "shop_pw-27310099"
    assert hashlib.sha256(b"hunter2").hexdigest()[:8] not in name


def test_one_password_has_a_name_of_its_own_in_each_place() -> None:
    places = [("shop", "pw"), ("shop", "pw2"), ("shop2", "pw")]
    names = [name_of(Secret(file="x"), key, b"hunter2", stack) for stack, key in places]
    assert len({name.rpartition("-")[2] for name in names}) == 3


@pytest.mark.parametrize("resource", [Config(file="a"), Secret(file="a")])
def test_what_the_engine_does_with_the_content_counts(resource: Config | Secret) -> None:
    others: list[dict[str, Any]] = [{}, {"template_driver": "golang"}, {"template_driver": "other"}]
    assert len({name_of(evolve(resource, **other), "a", b"x") for other in others}) == 3
    assert name_of(evolve(resource, labels={"a": "b"}), "a", b"x") == name_of(resource, "a", b"x")


@given(keys, stacks, st.binary(min_size=1, max_size=20), st.binary(min_size=1, max_size=20))
def test_names_are_such_as_docker_takes(key: str, stack: str, content: bytes, other: bytes) -> None:
    config = Config(content="x")
    name = name_of(config, key, content, stack)
    assert len(name) <= LONGEST
    assert name.startswith(f"{stack}_{key[:1]}")
    assert name[-DIGITS - 1] == "-"
    assert name[0].isalnum()
    assert name == name_of(config, key, content, stack)
    assert (name == name_of(config, key, other, stack)) is (content == other)


@given(keys, keys, stacks)
def test_two_keys_never_share_a_name(key: str, other: str, stack: str) -> None:
    config = Config(content="x")
    assert (name_of(config, key, b"x", stack) == name_of(config, other, b"x", stack)) is (key == other)


def test_long_keys_are_cut() -> None:
    config, content = Config(content="x"), b"x"
    whole = name_of(config, "k" * 50, content)
    assert (len(whole), whole) == (64, f"shop_{'k' * 50}-{hashlib.sha256(content).hexdigest()[:8]}")
    cut = name_of(config, "k" * 51, content)
    assert len(cut) == 64
    assert cut[:-8] == whole[:-8]
    assert cut != whole


@pytest.mark.parametrize(
    ("stack", "key", "help"),
    [
        ("s" * 54, "a", "choose another stack name"),
        ("s" * 200, "a", "choose another stack name"),
        ("-s", "a", "choose another stack name"),
        ("my stack", "a", "choose another stack name"),
        ("ü", "a", "choose another stack name"),
        ("s\n", "a", "choose another stack name"),
        ("shop", "a b", "give it a `name` of your own"),
        ("shop", "ü", "give it a `name` of your own"),
    ],
)
def test_names_that_docker_refuses(stack: str, key: str, help: str) -> None:
    found = rotated_name(Item(Config(content="x"), key), stack, b"x")
    assert isinstance(found, Diagnostic)
    assert found.help == help
    assert found.path == KeyPath("configs", key)


PROGRAM = """
from pystackdsl import Secret
from pystackdsl.compose.rotation import rotated_name
from pystackdsl.content.item import Item
print(rotated_name(Item(Secret(file="x"), "pw"), "shop", b"hunter2"), end="")
"""


def test_every_machine_finds_the_same_name() -> None:
    env = {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "shop_pw-27310099"


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=1, max_size=100))
def test_a_secret_is_not_in_its_name(content: bytes) -> None:
    name = name_of(Secret(file="x"), "pw", content)
    digest = name.rpartition("-")[2]
    assert len(digest) == DIGITS
    for fast in ("sha256", "sha1", "md5", "blake2b"):
        assert not hashlib.new(fast, content).hexdigest().startswith(digest)


def test_an_engine_takes_the_longest_name(engine: Engine) -> None:
    name = name_of(Config(content="x"), "k" * 70, b"x")
    assert len(name) == LONGEST
    engine.docker("config", "create", name, "-", input="x")
    refused = engine.docker("config", "create", f"{name}0", "-", input="x", check=False)
    assert refused.returncode != 0
