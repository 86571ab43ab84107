"""The random stacks leave out nothing that the model declares."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest
from property.strategies import Held, drawn

from pystackdsl import Config, Mount, Network, Secret, Service, Stack, Volume
from pystackdsl.model.key import keys_of
from pystackdsl.model.value import Value

HELD = Held({"n": Network()}, {"v": Volume()}, {"s": Secret(file="s")}, {"c": Config(file="c")}, {"a": Service()})


def classes(hint: Any) -> Iterator[type[Value]]:
    if isinstance(hint, type) and issubclass(hint, Value) and hint.__module__ != Value.__module__:
        yield hint
    for part in typing.get_args(hint):
        yield from classes(part)


def every_class() -> set[type[Value]]:
    """The classes that a stack is made of, found from the declarations."""
    found: set[type[Value]] = set()
    waiting: list[type[Value]] = [Stack]
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.add(cls)
            waiting += [part for _, hint in keys_of(cls).values() for part in classes(hint)]
    return found - {Stack}


@pytest.mark.parametrize("cls", sorted(every_class(), key=lambda cls: cls.__name__))
def test_every_declared_key_may_be_drawn(cls: type[Value]) -> None:
    declared = {name for name, (key, _) in keys_of(cls).items() if not key.local}
    by_hand = {"type"} if cls is Mount else set()
    assert set(drawn(cls, HELD)) == declared - by_hand
