"""What `docker stack config` takes and a real Engine refuses, we refuse, and little else."""

from __future__ import annotations

from itertools import islice

from conformance.deploys import FOLDER, STRICTER, deploy, deployable, refusals
from conformance.mutants import Mutant
from rig import ROOT
from rig.engine import Engine

from pystackdsl.compose.document import read


def test_the_seed_is_deployed(engine: Engine, stack_name: str) -> None:
    seed = Mutant("as it is", (), read((FOLDER / "stack.yml").read_bytes()).tree)
    found = deploy(engine, seed, stack_name)
    assert not found.refusal
    assert not found.ours


def test_mutants_are_taken_by_both_or_refused_by_both(engine: Engine, stack_name: str) -> None:
    tried = [deploy(engine, mutant, f"{stack_name}{at}") for at, mutant in enumerate(islice(deployable(seed=31), 15))]
    assert not [found.disagreement for found in tried if found.disagreement]


def test_where_we_are_stricter_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "differences.md").read_text()
    for _, reason in STRICTER:
        assert reason in text


def test_no_refusal_is_without_a_reason() -> None:
    assert refusals("services: {a: {image: 'a b'}}")[0].startswith("deploy: ")
    assert refusals("services: {a: {image: a, ports: ['80:80']}, b: {image: b, ports: ['80:81']}}")
