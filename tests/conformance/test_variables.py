"""A variable may stand wherever Docker reads one, with the same meaning as its value; elsewhere it is refused by both.

For every key of the golden stack its value is left open, once with the value in the environment and once as default.
"""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.every_key import DECLARED, FOLDER, STACK, Declared
from rig.judge import Judge

from pystackdsl import FileMode, Network, Service, Stack, Volume
from pystackdsl.compose import ignored
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import Severity
from pystackdsl.model.value import FrozenDict, Resource, Value
from pystackdsl.model.variable import Open, Variable

NESTED = ("block_volume", "x")


def places(value: Any, cls: type, field: str) -> Iterator[Value]:
    """Every value of a class in a stack that says a key, references not followed."""
    if isinstance(value, Value):
        if type(value) is cls and getattr(value, field) is not None:
            yield value
        for item in vars(value).values():
            below = item if isinstance(item, (tuple, dict)) or not isinstance(item, Resource) else None
            yield from places(below, cls, field)
    elif isinstance(value, (tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            is_held = isinstance(value, FrozenDict) or not isinstance(item, Resource)
            yield from places(item, cls, field) if is_held else ()


def last_of(old: Any) -> Any:
    """The value, or the last item of it, that a variable takes the place of."""
    items = [*old.values()] if isinstance(old, FrozenDict) else old if type(old) is tuple else [old]
    return next(item for item in reversed(items) if item is not None)


def text_of(value: Any) -> str:
    """What a variable has to hold to mean a value."""
    if isinstance(value, FileMode):
        return str(value.number)
    return str(value).lower() if isinstance(value, bool) else str(value)


def opened(hint: Any, old: Any, token: str) -> Any:
    """The old value with a variable in place of it, or of its last item."""
    if isinstance(old, FrozenDict):
        name = next(name for name in reversed(old) if old[name] is not None)
        return FrozenDict({**old, name: token})
    if type(old) is tuple:
        return (*old[:-1], token if isinstance(old[-1], str) else Open(token))
    parts = (hint, *typing.get_args(hint))
    return token if str in parts and not isinstance(old, bool) else Open(token)


def with_variable(declared: Declared, *, default: bool) -> tuple[Stack, str]:
    """The golden stack with a variable at a key, and the value that stood there."""
    stack = copy.deepcopy(STACK)
    *_, place = places(stack, declared.cls, declared.field)
    old = getattr(place, declared.field)
    text = text_of(last_of(old))
    variable = Variable("V", default=text if default else None)
    place.__dict__[declared.field] = opened(declared.hint, old, variable.token)
    return stack, text


def is_open_to_variables(declared: Declared) -> bool:
    parts = [declared.hint, *typing.get_args(declared.hint)]
    refers = any(isinstance(part, type) and issubclass(part, Resource) for part in parts if part is not types.NoneType)
    only_refers = refers and str not in parts
    return declared.is_leaf and not only_refers and declared.field not in NESTED and declared.path != "version"


@pytest.fixture(scope="module")
def meant(judge: Judge) -> str:
    """What Docker reads when no value is left open."""
    return judge.config(spell(STACK, folder=FOLDER), cwd=FOLDER)


OPEN_KEYS = list(filter(is_open_to_variables, DECLARED))


@pytest.mark.parametrize("declared", OPEN_KEYS, ids=lambda declared: declared.path)
def test_a_variable_means_its_value_or_is_refused_by_us_and_by_docker(
    judge: Judge, meant: str, declared: Declared
) -> None:
    for default in (False, True):
        stack, value = with_variable(declared, default=default)
        if default and "}" in value:  # no default can hold it
            continue
        text = spell(stack, folder=FOLDER)
        assert "${V" in text
        errors = [finding for finding in ignored(stack) if finding.severity is Severity.ERROR]
        verdict = judge.read(text, cwd=FOLDER, env={} if default else {"V": value})
        if errors:
            assert not verdict.accepted
            assert all("variable" in finding.summary and finding.help and finding.subjects for finding in errors)
        else:
            assert verdict.text == meant, verdict.message


def test_most_keys_take_variables_and_these_do_not() -> None:
    """Docker's own table of casts, as far as it has holes: numbers and truth values that are not in it."""
    refused = {
        declared.path
        for declared in OPEN_KEYS
        if any(finding.severity is Severity.ERROR for finding in ignored(with_variable(declared, default=True)[0]))
    }
    assert refused == {
        "services.*.deploy.resources.limits.pids",
        "services.*.deploy.resources.reservations.generic_resources.discrete_resource_spec.value",
        "services.*.init",
        "services.*.volumes.tmpfs.size",
    }


@pytest.mark.parametrize(
    "stack",
    [
        Stack(services={"a.b": Service(image="a", tty=Open("\ufdd0T:-true\ufdd1"))}),
        Stack(networks={"a.b": Network(internal=Open("\ufdd0T:-true\ufdd1"))}),
        Stack(volumes={"a.b": Volume(external=Open("\ufdd0T:-true\ufdd1"))}),
    ],
)
def test_docker_casts_nothing_under_a_name_with_a_dot(judge: Judge, stack: Stack) -> None:
    (finding,) = ignored(stack)
    assert finding.severity is Severity.ERROR
    assert "dot" in finding.summary
    assert not judge.accepts(spell(stack))[0]
    assert judge.accepts(spell(stack).replace("a.b", "ab"))[0]
