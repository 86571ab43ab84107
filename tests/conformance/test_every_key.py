"""Every key of Compose has a home in the model, and each home says the right things: one golden stack uses them all.

Compared are three sources that know nothing of each other: the table of Docker's keys, the model's declarations and
the Docker CLI's verdicts.
"""

from __future__ import annotations

import functools
import json
import runpy
import typing
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from conformance.compose_keys import COUNTS, LEAVES, UNSCHEMED
from rig import ROOT
from rig.golden import Golden
from rig.judge import Judge

from pystackdsl import Network, NetworkAttachment, Secret, Service, Stack, Volume
from pystackdsl.compose.codec import spell
from pystackdsl.model.key import Key, keys_of
from pystackdsl.model.value import FrozenDict, Resource, Value

FOLDER = ROOT / "tests" / "golden" / "every_key"
STACK = Stack.of(runpy.run_path(str(FOLDER / "stack.py")), base=FOLDER)


class Declared(typing.NamedTuple):
    """One key of the model: its path, its declaration, and the newest schema that it or a key above it needs."""

    path: str
    key: Key
    since: int
    is_leaf: bool


def declared_keys(cls: type = Stack, prefix: str = "", above: int = 0) -> Iterator[Declared]:
    """Every key of the model by its path, read from the declarations alone."""
    for key, hint in keys_of(cls).values():
        if key.local:
            continue
        inner, named = _inside(hint, is_root=cls is Stack)
        path, since = f"{prefix}{key.name}", max(above, key.minor)
        yield Declared(path, key, since, is_leaf=inner is None)
        if inner is not None:
            yield from declared_keys(inner, f"{path}.*." if named else f"{path}.", since)


def _inside(hint: Any, *, is_root: bool) -> tuple[type[Value] | None, bool]:
    """The model class whose keys stand below a value of this type, and whether names of the user's stand between."""
    for part in (hint, *typing.get_args(hint)):
        origin, arguments = typing.get_origin(part), typing.get_args(part)
        members = arguments[:1] if origin is tuple else arguments[1:] if origin is FrozenDict else (part,)
        for member in members:
            if isinstance(member, type) and issubclass(member, Value) and (is_root or not issubclass(member, Resource)):
                return member, origin is FrozenDict or member is NetworkAttachment
    return None, False


def as_counted(path: str) -> str:
    """The path under which the table counts a declared key: `external` as the name it may hold."""
    return path + ".name" if path.endswith(".external") else path


DECLARED = list(declared_keys())
TREE = json.loads(spell(STACK, format="json", folder=FOLDER))


def steps_to(path: str, tree: Any) -> list[str | int] | None:
    """The first place in a plain tree that a path leads to, lists on the way entered; None when there is none."""
    return next(_matches(path.split(".") if path else [], tree), None)


def _matches(segments: list[str], tree: Any) -> Iterator[list[str | int]]:
    if not segments:
        yield []
    elif isinstance(tree, list):
        yield from ([i, *rest] for i, item in enumerate(tree) for rest in _matches(segments, item))
    elif isinstance(tree, dict):
        first, *others = segments
        for key, item in tree.items():
            is_extension = key.startswith("x-") and key != "x-cluster-spec"
            if key == first or first == "*" or (first == "x-*" and is_extension):
                yield from ([key, *rest] for rest in _matches(others, item))


def alone(steps: list[str | int], tree: Any) -> Any:
    """A tree that says nothing but what stands at one place, and what Docker demands beside it."""
    if not steps:
        return tree
    step, *rest = steps
    inner = alone(rest, tree[step])
    if isinstance(step, int):
        return [inner]
    beside = {key: tree[key] for key in ("type", "source", "soft", "hard") if key in tree}
    return beside | {step: inner}


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


def test_an_external_secret_has_its_old_home_in_old_schemas(judge: Judge) -> None:
    stack = Stack(services={"a": Service(image="a")}, secrets={"s": Secret(external=True, name="full")})
    for minor in range(1, 14):
        verdict = judge.read(spell(stack, schema=minor))
        assert verdict.data["secrets"]["s"] == {"name": "full", "external": True}
        assert "deprecated" not in verdict.message
