"""The law of the text writer: what it writes is what YAML readers read, PyYAML's two and Docker's."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.judge import Judge

from pystackdsl.compose.text import write, write_json

PIECES = [*"abe01_.,:#-+?!|>%@`=&*~$'\"\\{}[] \t\n\r\0\x07\x1b\x7f\x85\xa0é日👍\u200d\u3000\U0010ffff"]
PIECES += [
    "yes",
    "on",
    "null",
    "true",
    "-1",
    "0x",
    "0o7",
    "1e3",
    ".inf",
    "nan",
    "22:22",
    "2001-01-01",
    "<<",
    "---",
    "...",
]
PIECES += [": ", " #", "- ", "  ", "\n\n", "\n ", "${A}"]
PIECES += ["\u2028", "\u2029", "\ufeff", "\ue000", "\ufffd", "\ufffe", "\uffff", "\U0001fffe"]

characters = st.characters(exclude_categories=["Cs"])
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), characters), max_size=8).map("".join),
    st.lists(st.sampled_from(["a", " ", "\n", "\t", "#", "-", ":", "b: c"]), max_size=12).map("".join),
    st.text(characters),
)


def trees_with(floats: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, object]]:
    scalars = st.one_of(texts, texts, st.none(), st.booleans(), st.integers(), floats)
    nodes = st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
        max_leaves=20,
    )
    return st.dictionaries(texts, nodes, max_size=6)


trees = trees_with(st.floats(allow_nan=False))
trees_for_docker = trees_with(st.floats(allow_nan=False, allow_infinity=False))  # it refuses other numbers everywhere


@given(trees)
@settings(max_examples=400, deadline=None)
def test_pyyaml_reads_what_was_written(tree: dict[str, object]) -> None:
    text = write(tree)
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        read = yaml.load(text, loader)
        assert read == tree
        assert repr(read) == repr(tree)  # 1 is not 1.0 and not True, and order counts


@given(trees)
@settings(max_examples=100, deadline=None)
def test_the_text_can_be_seen_and_stored(tree: dict[str, object]) -> None:
    text = write(tree)
    assert text.endswith("\n")
    assert text.encode().decode() == text
    assert not set(text) & set("\r\0\x1b\x7f\x85\xa0\u2028\u2029\ufeff\ufffe\uffff")
    assert write(json.loads(json.dumps(tree))) == text


@given(st.dictionaries(texts, st.one_of(texts, st.lists(texts), st.dictionaries(texts, st.integers()))))
@settings(max_examples=100, deadline=None)
def test_json_reads_what_was_written(tree: dict[str, object]) -> None:
    assert json.loads(write_json(tree)) == tree


@given(
    x=trees_for_docker,
    values=st.lists(texts, max_size=30),
    labels=st.dictionaries(texts.filter(lambda key: "\n" not in key), texts, max_size=10),
)
@settings(max_examples=60, deadline=None)
@pytest.mark.judge
def test_docker_reads_what_was_written(
    judge: Judge, x: dict[str, object], values: list[str], labels: dict[str, str]
) -> None:
    service = {
        "image": "a",
        "environment": {f"V{index}": literal(value) for index, value in enumerate(values)},
        "labels": {key: literal(value) for key, value in labels.items() if key},
        "command": [literal(value) for value in values],
    }
    stack = {"version": "3.9", "services": {"a": service}, "x-test": literal(x)}
    read = judge.config(write(stack))
    assert read == judge.config(everywhere_escaped(stack))
    assert read == judge.config(write_json(stack))
    assert "x-test" in read


def literal(node: object) -> object:
    """The tree with what Docker would interpolate escaped: values, and no keys."""
    if isinstance(node, str):
        return node.replace("$", "$$")
    if isinstance(node, dict):
        return {key: literal(value) for key, value in node.items()}
    return [literal(item) for item in node] if isinstance(node, list) else node


def everywhere_escaped(node: object) -> str:
    """Another spelling of a tree: in one line, with each character of each text as an escape."""
    if isinstance(node, str):
        return '"' + "".join(f"\\U{ord(character):08x}" for character in node) + '"'
    if isinstance(node, dict):
        return "{" + ", ".join(f"? {everywhere_escaped(k)} : {everywhere_escaped(v)}" for k, v in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(everywhere_escaped, node)) + "]"
    return json.dumps(node)
