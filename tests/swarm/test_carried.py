"""Bodies without what is the very same in both: they mean the same exactly where the whole bodies do."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from rig import ROOT

from pystackdsl.compose import load
from pystackdsl.swarm.carried import unlike
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.normal import normal
from pystackdsl.swarm.specs import Spec

API = (1, 41)


def same(left: Spec, right: Spec) -> bool:
    return normal("services", left, api=API) == normal("services", right, api=API)


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


def test_what_is_left_tells_whether_all_means_the_same() -> None:
    stack = load(ROOT / "tests" / "golden" / "lowered" / "stack.yml", environment={})
    [spec] = lower(stack, "ref1", environment={}).services.values()
    verdicts = set()
    for changed in one_less(spec):
        if not isinstance(changed.get("TaskTemplate"), dict) or not changed["TaskTemplate"].get("ContainerSpec"):
            continue
        whole = same(spec, changed)
        assert same(*unlike(spec, changed)) == whole
        verdicts.add(whole)
    assert verdicts == {True, False}
    assert unlike(spec, deepcopy(spec)) == ({}, {})
