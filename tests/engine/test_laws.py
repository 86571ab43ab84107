"""The laws of takeover, idempotence and change, for random stacks on a real Engine; `trials` says what they are.

Every stack in which nothing is found has to be taken. `--hypothesis-profile=deep -rP` tries many, and tells how many
and of what they were made.
"""

from __future__ import annotations

import collections
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.trials import Trial, changes, goes_both_ways, keys_said, quiet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from property.named_files import with_files
from property.strategies import ENV, FILES, stacks
from property.test_lift import is_deployable, joins_each_once
from property.test_strategies import every_class
from rig import HOME
from rig.engine import Engine as Rig
from rig.proxy import proxied

from pystackdsl import Secret, Stack, swarm
from pystackdsl.compose import load
from pystackdsl.compose.codec import spell
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.model.key import Key, keys_of
from pystackdsl.swarm.specs import KINDS

NUMBERS = itertools.count(1)
SHELL = {"HOME": HOME} | ENV
MOST = settings.default.max_examples if settings.default else 0
FEW = settings(
    max_examples=MOST // 4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a stack takes hundreds of deployments
    suppress_health_check=list(HealthCheck),
)
IS_DEEP = MOST >= 1000
"""Whether there are enough stacks to say every key."""
SHARED = st.sampled_from(["a", "b", "c"])
"""Names of resources, so that two stacks have some in common."""


class Bench:
    """An Engine with a folder for stacks, and the figures of what was tried there."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.tried: collections.Counter[str] = collections.Counter()
        self.keys: set[Key] = set()

    def text(self, stack: Stack, **options: Any) -> str:
        """The text of a random stack, moved to the folder."""
        object.__setattr__(stack, "base", self.trial.folder)
        return spell(stack, folder=self.trial.folder, **options)

    def deployable(self, text: str) -> Stack | None:
        """The stack of a text with all its values, whose services run nothing; None where it cannot be deployed."""
        self.tried["drawn"] += 1
        try:
            stack = load(self._written(text), environment=SHELL)
        except InvalidStack:
            return None
        found = with_files(quiet(stack), self.trial.folder)
        self.trial.name = f"law{next(NUMBERS)}"
        if found is None or not is_deployable(found):
            return None
        specs = self.trial.asked(found)
        made = {(kind, spec["Name"]) for kind in KINDS for spec in specs.of(kind).values()}
        is_at_odds = any((each.kind, each.name) in made for each in specs.externals)
        if any(re.fullmatch("[0-9a-z]{1,4}", name) for _, name in made):
            return None  # Docker takes it for the beginning of an ID, and updates what has that
        if is_at_odds or not all(map(joins_each_once, specs.services.values())):
            return None
        self.tried["deployed"] += 1
        self.keys |= keys_said(found)
        return found

    def _written(self, text: str) -> Path:
        file = self.trial.folder / "stack.yml"
        file.write_text(text)
        return file

    def report(self) -> None:
        print(dict(self.tried), f"{len(self.keys & KEYS)} of {len(KEYS)} keys")  # shown by -rP


PLUGINS = {keys_of(Secret)[field][0] for field in ("driver", "driver_opts")}
KEYS = {key for cls in every_class() for key, _ in keys_of(cls).values() if key.api and not key.local} - PLUGINS
"""All that reaches the Engine, but for what only a plugin takes; tests/conformance looks at that."""


@pytest.fixture(scope="module")
def bench(engine: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("stacks")
    for file in FILES.iterdir():
        shutil.copy(file, folder)
    with proxied(engine.socket, tmp_path_factory.mktemp("p") / "s") as proxy:
        manager = swarm.connect(host=proxy.host)
        yield Bench(Trial(engine, proxy, manager, folder, ""))
        manager.close()


@FEW
@given(stack=stacks())
def try_takeover(bench: Bench, stack: Stack) -> None:
    found = bench.deployable(bench.text(stack))
    if found is not None:
        for name in goes_both_ways(bench.trial, found):
            bench.tried[name.partition(" ")[0]] += 1


def test_takeover_and_idempotence(bench: Bench) -> None:
    try_takeover(bench)
    bench.report()
    assert bench.tried["deployed"] > bench.tried["drawn"] / 3
    if IS_DEEP:
        assert {key.name for key in KEYS - bench.keys} == set()


def mixed(draw: st.DrawFn, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """A stack that has some of one and some of the other."""
    found = {**before, **after}
    for kind in ("networks", "volumes", "secrets", "configs"):
        one, other = before.get(kind, {}), after.get(kind, {})
        found[kind] = {name: draw(st.sampled_from([part[name] for part in (one, other) if name in part]))
                       for name in {**one, **other}}  # fmt: skip
    one, other = before["services"], after["services"]
    found["services"] = {
        name: {key: value for key, value in (one[name] | other[name]).items() if key == "image" or draw(st.booleans())}
        if name in one
        else other[name]
        for name in other
    }
    return found


@FEW
@given(data=st.data(), stack=stacks(names=SHARED), other=stacks(names=SHARED))
def try_change(bench: Bench, data: st.DataObject, stack: Stack, other: Stack) -> None:
    before = json.loads(bench.text(stack, format="json"))
    after = mixed(data.draw, before, json.loads(bench.text(other, format="json")))
    one, other_one = bench.deployable(_text(before)), bench.deployable(_text(after))
    if one is not None and other_one is not None:
        bench.tried["changed"] += 1
        changes(bench.trial, one, other_one)


def _text(tree: dict[str, Any]) -> str:
    """JSON that YAML readers take: without surrogates, and without what YAML forbids."""
    text = json.dumps(tree, ensure_ascii=False)
    return re.sub("[\x7f-\U0010ffff]", lambda found: f"\\U{ord(found[0]):08x}", text)


def test_change(bench: Bench) -> None:
    try_change(bench)
    bench.report()
    assert bench.tried["changed"]
