"""The laws of the YAML reader: it reads what Docker reads, and nothing makes it fail in another way than by saying so."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from property.test_text_round_trip import trees_for_docker
from property.yaml_mutants import PLAIN, differs, lined_mutant, mutant, number, soup
from rig.judge import Judge

from pystackdsl.compose import document
from pystackdsl.compose.document import read
from pystackdsl.compose.goscalar import Timestamp, go_text, plain_value
from pystackdsl.compose.lines import lines_of
from pystackdsl.compose.text import write
from pystackdsl.diagnostics import InvalidStack, KeyPath

randoms = st.randoms(use_true_random=False)
almost_yaml = st.one_of(randoms.map(mutant), randoms.map(lined_mutant), randoms.map(soup))


@given(
    st.one_of(
        almost_yaml, st.text(), st.binary(), almost_yaml.map(str.encode), almost_yaml.map(lambda t: t.encode("utf-16"))
    )
)
@settings(max_examples=300, deadline=None)
def test_no_text_makes_it_fail(text):
    try:
        found = read(text)
    except InvalidStack as error:
        refusal = error
    else:
        assert all(found.marks.nearest(path) for path in found.marks.paths())
        assert found.marks.notes.comments is not None
        return
    assert refusal.findings
    assert all(finding.places[0].span.line >= 1 for finding in refusal.findings)


def _by_lines_as_by_libyaml(text: str) -> bool:
    """Whether a text is read line by line; what differs when libyaml reads it fails."""
    found = lines_of(text.encode())
    if found is None:
        return False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "lines_of", lambda _data: None)
        slow = read(text)
    assert repr(slow.tree) == repr(found.tree)
    assert slow.respelled == {KeyPath(*path): source for path, source in found.respelled.items()}
    assert slow.findings == ()
    return True


def test_plain_lines_are_read_by_themselves():
    assert _by_lines_as_by_libyaml(PLAIN)


@given(st.one_of(randoms.map(lined_mutant), randoms.map(lined_mutant), almost_yaml))
@settings(max_examples=400, deadline=None)
def test_what_is_read_line_by_line_libyaml_reads_alike(text):
    _by_lines_as_by_libyaml(text)


@given(almost_yaml)
@settings(max_examples=200, deadline=None)
def test_where_the_parser_in_python_reads_a_text_it_reads_what_libyaml_reads(text):
    """It is stricter about tags and about the heads of texts on several lines."""
    with pytest.MonkeyPatch.context() as patch:
        found = _read_or_none(text)
        patch.setattr(yaml, "__with_libyaml__", False)
        again = _read_or_none(text)
    assert found is None or again is None or repr(found) == repr(again)


def _read_or_none(text: str) -> object:
    try:
        return read(text).tree
    except InvalidStack:
        return None


@given(trees_for_docker)
@settings(max_examples=200, deadline=None)
def test_what_we_write_we_read(tree):
    assume(not {"\ufdd0", "\ufdd1"} & set(json.dumps(tree, ensure_ascii=False)))
    found = read(write(tree)).tree
    assert json.dumps(found, sort_keys=True) == json.dumps(_with_docker_numbers(tree), sort_keys=True)


def _with_docker_numbers(tree):
    """Docker's numbers end at 64 bits, and are floats beyond."""
    if isinstance(tree, dict):
        return {key: _with_docker_numbers(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_with_docker_numbers(value) for value in tree]
    return plain_value(str(tree)) if type(tree) is int else tree


@given(st.lists(almost_yaml, min_size=8, max_size=8))
@settings(max_examples=15, deadline=None)
def test_docker_reads_the_same(judge: Judge, texts):
    for text in texts:
        assert differs(text, judge) == ""


def _is_plain(text: str) -> bool:
    """Whether a text is one unquoted scalar of a list, of a value that Docker takes."""
    try:
        items = read(f"- {text}\n- x".join(["x-t:\n", "\n"])).tree["x-t"]
    except InvalidStack:
        return False
    plain = plain_value(text) if text else None
    return len(items) == 2 and repr(items[0]) == repr(plain)


@given(st.lists(randoms.map(number).filter(_is_plain), min_size=60, max_size=60))
@settings(max_examples=8, deadline=None)
def test_docker_takes_the_same_for_numbers(judge: Judge, texts):
    lines = "".join(f"- {text}\n" for text in texts)
    ours, theirs = (read(source).tree["x-t"] for source in (f"x-t:\n{lines}", judge.config(f"x-t:\n{lines}")))
    for text, one, other in zip(texts, ours, theirs, strict=True):
        assert _kind(one) == _kind(other), text


@given(st.lists(randoms.map(number).filter(_is_plain), min_size=60, max_size=60))
@settings(max_examples=8, deadline=None)
def test_docker_spells_numbers_as_we_do(judge: Judge, texts):
    texts = [text for text in texts if type(plain_value(text)) not in (bool, type(None))]
    lines = "".join(f"\n      K{at}: {text}" for at, text in enumerate(texts))
    source = f"services:\n  a:\n    image: x\n    environment:{lines or ' {}'}\n"
    theirs = read(judge.config(source)).tree["services"]["a"].get("environment", {})
    assert theirs == {f"K{at}": go_text(plain_value(text)) for at, text in enumerate(texts)}


def _kind(value: object) -> object:
    if isinstance(value, Timestamp):
        return "a date", value.rfc3339
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "a number", float(value)
    return value
