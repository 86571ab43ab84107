"""The law of lifting: what a swarm has of a stack, read back, asks the same of the Engine, and reads back as itself."""

from __future__ import annotations

import base64
from typing import Any

import attrs
from hypothesis import assume, given
from property.strategies import ENV, FILES, stacks

from pystackdsl import Stack
from pystackdsl.compose import load
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import Severity
from pystackdsl.model.validity import findings
from pystackdsl.swarm.lift import lift_stack
from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.specs import Kind, Specs

Tree = dict[str, Any]


def settled(stack: Stack) -> Stack:
    """The stack with every value filled in, and no file but those that are there."""
    found = load(spell(stack, folder=FILES), environment=ENV, base=FILES)
    files = [*found.secrets.values(), *found.configs.values()]
    for file in files:
        if file.file is not None and file.external is not True:
            file.__dict__.update(file=None, content=f"content of {file.file}")
    return found


def live_of(specs: Specs) -> Live:
    """A swarm that holds exactly this; IDs are names."""

    def held(kind: Kind) -> dict[str, Tree]:
        return {spec["Name"]: {"ID": spec["Name"], "Spec": spec} for spec in specs.of(kind).values()}

    configs = held("configs")
    for key, spec in specs.configs.items():
        data = base64.b64encode(specs.contents["configs", key]).decode()
        configs[spec["Name"]]["Spec"] = {**spec, "Data": data}
    return Live(
        stack=specs.stack,
        swarm=Swarm(id="x", where="here", nodes=1, api=(1, 41)),
        networks={spec["Name"]: {**spec, "Id": spec["Name"]} for spec in specs.networks.values()},
        secrets=held("secrets"),
        configs=configs,
        services=held("services"),
    )


def meant(specs: Specs) -> Tree:
    """What is asked for, in normal form, each kind by full name; secrets are not read back."""
    kinds: tuple[Kind, ...] = ("networks", "configs", "services")
    found: Tree = {kind: {spec["Name"]: normal(kind, spec) for spec in specs.of(kind).values()} for kind in kinds}
    contents = {(kind, specs.of(kind)[key]["Name"]): data for (kind, key), data in specs.contents.items()}
    return found | {"contents": {at: data for at, data in contents.items() if at[0] == "configs"}}


def is_deployable(stack: Stack) -> bool:
    """Whether an Engine takes the stack: texts of any sort may hold a placeholder that is none, and two resources may
    be under one name.
    """
    for held in (stack.networks, stack.secrets, stack.configs):
        names = [str(each.name) for each in held.values() if each.name and each.external is not True]
        if len(set(names)) < len(names):
            return False
    return all(finding.severity is not Severity.ERROR for finding in findings(stack))


def joins_each_once(spec: Tree) -> bool:
    """Whether a service joins no network twice, as two external ones of one name: no swarm has such a service."""
    targets = [each["Target"] for each in spec["TaskTemplate"]["Networks"]]
    return len(set(targets)) == len(targets)


@given(stack=stacks())
def test_what_is_read_back_asks_the_same(stack: Stack) -> None:
    meant_so = settled(stack)
    assume(is_deployable(meant_so))
    asked = lower(meant_so, "s", environment={})
    assume(all(map(joins_each_once, asked.services.values())))
    back = lift_stack(live_of(asked))
    assert back.left == {}
    again = lower(back.stack, "s", environment={})
    assert meant(again) == meant(asked)
    live = attrs.evolve(live_of(again), secrets=live_of(asked).secrets)
    assert lift_stack(live).stack == back.stack
