"""The laws of equality: a copy of a stack, however made, equals it and is spelled alike; so does an unchanged part."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import attrs
from hypothesis import given
from property.strategies import FILES, stacks

from pystackdsl import Stack, default_network, evolve
from pystackdsl.compose.codec import spell
from pystackdsl.model.value import Resource, Value

COPIES: dict[str, Callable[[Stack], Stack]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda stack: pickle.loads(pickle.dumps(stack)),
    "evolve": evolve,
    "evolve the parts": lambda stack: evolve(
        stack, **{field.name: getattr(stack, field.name) for field in attrs.fields(Stack)}
    ),
}


@given(stack=stacks())
def test_a_copy_of_a_stack_equals_it(stack: Stack) -> None:
    text = spell(stack, folder=FILES)
    for how, made in COPIES.items():
        other = made(stack)
        assert other is not stack, how
        assert other == stack, how
        assert spell(other, folder=FILES) == text, how


@given(stack=stacks())
def test_the_references_of_a_copy_lead_into_the_copy(stack: Stack) -> None:
    other = copy.deepcopy(stack)
    held = {id(resource) for _, _, resource in other.resources()} | {id(default_network)}
    assert all(id(resource) in held for resource in references(other))
    own = {id(resource) for _, _, resource in stack.resources()}
    assert not own & {id(resource) for _, _, resource in other.resources()}


@given(stack=stacks())
def test_a_part_that_is_evolved_by_nothing_is_equal(stack: Stack) -> None:
    for part in parts(stack):
        assert evolve(part) == part
        assert hash(evolve(part)) == hash(part)


def parts(value: Any) -> Iterator[Value]:
    """Every value of a stack that is no resource."""
    if isinstance(value, Value):
        if not isinstance(value, (Resource, Stack)):
            yield value
        for item in vars(value).values():
            yield from parts(item)
    elif isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from parts(item)


def references(stack: Stack) -> Iterator[Resource]:
    """Every resource that another one refers to."""
    for _, _, resource in stack.resources():
        values = [vars(resource), *(vars(part) for part in parts(resource))]
        for value in values:
            for item in value.values():
                yield from (each for each in (item if type(item) is tuple else (item,)) if isinstance(each, Resource))
