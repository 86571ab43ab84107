"""Bodies without what is the very same in both: they mean the same exactly where the whole bodies do."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import attrs
import pytest
from rig import ROOT
from swarm.live import desired, live, raw, service

from pystackdsl.compose import load
from pystackdsl.swarm.carried import unlike
from pystackdsl.swarm.compare import compare
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.specs import Spec

APIS = pytest.mark.parametrize("api", [(1, 41), (1, 45), (1, 50)])


def same(left: Spec, right: Spec, api: tuple[int, int]) -> bool:
    return normal("services", left, api=api) == normal("services", right, api=api)


def one_less(spec: Spec) -> Iterator[Spec]:
    """The body without one field, or with nothing in it."""
    for above in ((), ("TaskTemplate",), ("TaskTemplate", "ContainerSpec"), ("EndpointSpec",), ("Mode", "Replicated")):
        inner = spec
        for name in above:
            inner = inner[name]
        for field in inner:
            for value in (None, {}, []):
                changed = deepcopy(spec)
                place = changed
                for name in above:
                    place = place[name]
                if value is None:
                    del place[field]
                else:
                    place[field] = value
                yield changed


@APIS
def test_what_is_left_tells_whether_all_means_the_same(api: tuple[int, int]) -> None:
    stack = load(ROOT / "tests" / "golden" / "lowered" / "stack.yml", environment={})
    [spec] = lower(stack, "ref1", environment={}).services.values()
    verdicts = set()
    for changed in one_less(spec):
        if not isinstance(changed.get("TaskTemplate"), dict) or not changed["TaskTemplate"].get("ContainerSpec"):
            continue
        whole = same(spec, changed, api)
        assert same(*unlike(spec, changed), api) == whole
        verdicts.add(whole)
    assert verdicts == {True, False}
    assert unlike(spec, deepcopy(spec)) == ({}, {})


@APIS
def test_what_the_engine_fills_in_is_no_change(api: tuple[int, int]) -> None:
    there = service("a", container={"Isolation": "default"}, template={"Runtime": "container"}, replicas=1)
    there["EndpointSpec"] = {"Mode": "vip"}
    assert same(*unlike(there, service("a")), api)
    found = live(desired(), services=[raw(there)])
    found = attrs.evolve(found, swarm=attrs.evolve(found.swarm, api=api))
    assert compare(attrs.evolve(desired(), services={"a": service("a")}), found).is_empty
