"""Every key of Compose has a home in the model, and each home says the right things: one golden stack uses them all.

Compared are three sources that know nothing of each other: the table of Docker's keys, the model's declarations and
the Docker CLI's verdicts.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from typing import Any

import pytest
import yaml
from conformance.compose_keys import COUNTS, LEAVES, UNSCHEMED
from conformance.every_key import DECLARED, FOLDER, STACK, TREE, Declared, alone, as_counted, steps_to
from rig.golden import Golden
from rig.judge import Judge

from pystackdsl import Config, Network, Secret, Service, Stack, Volume
from pystackdsl.compose.codec import spell


def only(declared: Declared, minor: int) -> str:
    """A stack file that uses one key alone, and none below it, under a schema version."""
    steps = steps_to(declared.path, TREE)
    assert steps, f"{declared.path} is not used in {FOLDER.name}/stack.py"
    tree = alone(steps, TREE)
    if not declared.is_leaf:
        holder = functools.reduce(lambda node, step: node[step if isinstance(node, dict) else 0], steps[:-1], tree)
        holder[steps[-1]] = type(holder[steps[-1]])()
    return json.dumps(tree | {"version": f"3.{minor}"})


def test_the_golden_stack_is_written_as_reviewed(golden: Golden) -> None:
    golden("every_key/stack.yml", spell(STACK, folder=FOLDER))


def test_docker_reads_the_golden_stack_as_meant(judge: Judge) -> None:
    read = judge.config(spell(STACK, folder=FOLDER), cwd=FOLDER).replace(str(FOLDER), "/stack")
    assert yaml.safe_load(read) == yaml.safe_load((FOLDER / "config.yml").read_text())
    assert judge.config(FOLDER / "stack.yml").replace(str(FOLDER), "/stack") == read


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.path)
def test_every_declared_key_is_used_in_the_golden_stack(declared: Declared) -> None:
    assert steps_to(declared.path, TREE), f"say {declared.path} in tests/golden/every_key/stack.py"


def test_the_table_counts_as_docker_does() -> None:
    assert Counter(path.partition(".")[0] for path in LEAVES) == COUNTS
    assert len(LEAVES) == 165


def test_every_leaf_has_one_typed_home_and_the_model_has_no_others() -> None:
    homes = [as_counted(declared.path) for declared in DECLARED if declared.is_leaf]
    assert len(homes) == len(set(homes))
    assert set(homes) == {*LEAVES, *UNSCHEMED}


@pytest.mark.parametrize(
    "declared", [declared for declared in DECLARED if declared.is_leaf], ids=lambda declared: declared.path
)
def test_each_key_says_the_version_that_brought_it(declared: Declared) -> None:
    assert declared.since == {**LEAVES, **UNSCHEMED}[as_counted(declared.path)]
    assert declared.key.minor == declared.since or declared.key.minor == 0


CLUSTER = "volumes.*.x-cluster-spec"


@pytest.mark.parametrize("declared", DECLARED, ids=lambda declared: declared.path)
def test_docker_takes_each_key_from_its_version_on_and_not_before(judge: Judge, declared: Declared) -> None:
    for minor in {declared.since, 13}:
        assert judge.accepts(only(declared, minor), cwd=FOLDER) == (True, "")
    if declared.since and not declared.path.startswith(CLUSTER):
        accepted, message = judge.accepts(only(declared, declared.since - 1), cwd=FOLDER)
        assert not accepted
        assert "not allowed" in message or "must be" in message


def test_a_cluster_spec_is_any_extension_field_to_older_schemas(judge: Judge) -> None:
    misspelt = '{"version": "3.%d", "volumes": {"v": {"x-cluster-spec": {"accessibility_requirements": 1}}}}'
    assert not judge.accepts(misspelt % 10)[0]
    before = judge.accepts(misspelt % 9)[1]
    assert "must be a mapping" not in before  # the schema lets it pass, and decoding refuses it


@pytest.mark.parametrize("minor", range(5))
@pytest.mark.parametrize("resource", [Network(external=True, name="full"), Volume(external=True, name="full")])
def test_an_external_name_has_its_old_home_in_old_schemas(judge: Judge, resource: Any, minor: int) -> None:
    kind = "networks" if isinstance(resource, Network) else "volumes"
    stack = Stack(services={"a": Service(image="a")}, **{kind: {"r": resource}})
    text = spell(stack, schema=minor, format="json")
    is_old = minor < {"networks": 5, "volumes": 4}[kind]
    assert json.loads(text)[kind]["r"] == (
        {"external": {"name": "full"}} if is_old else {"name": "full", "external": True}
    )
    assert judge.read(text).data[kind]["r"] == {"name": "full", "external": True}


@pytest.mark.parametrize(
    ("kind", "first", "resource"),
    [("secrets", 1, Secret(external=True, name="full")), ("configs", 3, Config(external=True, name="full"))],
)
def test_an_external_secret_or_config_has_its_old_home_in_old_schemas(
    judge: Judge, kind: str, first: int, resource: Any
) -> None:
    stack = Stack(services={"a": Service(image="a")}, **{kind: {"r": resource}})
    for minor in range(first, 14):
        text = spell(stack, schema=minor, format="json")
        verdict = judge.read(text)
        assert verdict.data[kind]["r"] == {"name": "full", "external": True}
        assert "deprecated" not in verdict.message
        assert (json.loads(text)[kind]["r"] == {"external": {"name": "full"}}) == (minor < 5)
