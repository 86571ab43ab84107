"""The laws of the YAML front end: what we write, we read back as the stack that it was, and as Docker reads it."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given
from property.long_form import spelled
from property.strategies import ENV, FILES, stacks
from rig import HOME
from rig.judge import Judge

from pystackdsl import Port, PortRange, Stack
from pystackdsl.compose import dump, load
from pystackdsl.compose.canonical import canonical
from pystackdsl.compose.codec import spell
from pystackdsl.compose.front import Loaded, StackText, load_texts
from pystackdsl.content.environment import environments
from pystackdsl.model.alteration import altered

READ_WITH = ENV | {"HOME": HOME}


def loaded(text: str, mode: Any) -> Loaded:
    return load_texts([StackText(text.encode())], environment=READ_WITH, base=FILES, mode=mode)


def as_text_has_it(stack: Stack, version: str | None) -> Stack:
    """The stack with what Compose text cannot tell apart: services by name, long ranges of ports as single ports."""
    names = stack.names()
    services = {}
    for key, service in stack.services.items():
        depends = service.depends_on and tuple(d if isinstance(d, str) else names.key(d) for d in service.depends_on)
        ports = service.ports and tuple(each for port in service.ports for each in single(port))
        services[key] = altered(service, depends_on=depends, ports=ports)
    return attrs.evolve(stack, services=services, version=version)


def single(port: Any) -> list[Any]:
    if type(port) is not Port or port.is_short or not isinstance(port.target, PortRange):
        return [port]
    return [
        altered(
            port,
            published=None if published is None else PortRange(published, published),
            target=None if target is None else PortRange(target, target),
        )
        for published, target in port.pairs()
    ]


@given(stack=stacks())
def test_what_is_written_reads_back_as_the_same_stack(stack: Stack) -> None:
    text = spell(stack, folder=FILES)
    again = loaded(text, "open").stack
    assert again == as_text_has_it(stack, again.version)
    assert spell(again, folder=FILES) == text


@given(stack=stacks())
def test_values_are_put_in_as_docker_does(judge: Judge, stack: Stack) -> None:
    text = spell(stack, folder=FILES)
    mine = loaded(text, "substitute").stack
    long = canonical(mine, environments(mine, READ_WITH), HOME)
    for said in (spelled(as_input(long)), spell(mine, folder=FILES)):
        assert judge.same(text, said, env=ENV, cwd=FILES)


def as_input(tree: Any) -> Any:
    """What Docker prints as it would be written: a dollar doubled, limits of zero said, and no host twice in one
    spelling, which Docker prints and does not take."""
    if isinstance(tree, dict):
        found = {key: as_input(each) for key, each in tree.items()}
        for name, limit in found.get("ulimits", {}).items():
            found["ulimits"][name] = {"soft": 0, "hard": 0} | limit if isinstance(limit, dict) and limit else limit or 0
        hosts = found.get("extra_hosts")
        if isinstance(hosts, list):
            found["extra_hosts"] = [h.replace(":", "=", 1) if h in hosts[:at] else h for at, h in enumerate(hosts)]
        return found
    if isinstance(tree, list):
        return [as_input(each) for each in tree]
    return tree.replace("$", "$$") if isinstance(tree, str) else tree


def test_the_doors_are_exported_together() -> None:
    stack = load("services: {web: {image: nginx}}")
    assert load(dump(stack)) == attrs.evolve(stack, version="3.9")
