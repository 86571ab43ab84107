"""Names in the swarm."""

from __future__ import annotations

import pytest

from pystackdsl.swarm.names import check_stack_name, descoped, is_built_in, scoped


def test_a_name_is_that_of_the_stack_and_the_key() -> None:
    assert scoped("shop", "web") == "shop_web"
    assert descoped("shop", "shop_web") == "web"
    assert descoped("shop", "shop_shop_web") == "shop_web"
    assert descoped("shop", "other") == "other"


@pytest.mark.parametrize("name", ["a", "shop", "Shop-2_b", "0", "x" * 61])
def test_names_that_every_engine_takes(name: str) -> None:
    assert check_stack_name(name) is None


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("", "give it one: name=… in the stack, or --name NAME"),
        ("a b", 'call it "a-b"'),
        ("-shop", 'call it "shop"'),
        ("a.b", 'call it "a-b"'),
        ("é", "give it another name"),
        ("x" * 70, "shorten it by 9"),
    ],
)
def test_names_that_none_takes(name: str, help: str) -> None:
    found = check_stack_name(name)
    assert found is not None
    assert found.help == help


def test_networks_of_dockers_own() -> None:
    assert is_built_in("host")
    assert is_built_in("container:x")
    assert not is_built_in("hosts")
