"""The laws of variables: Docker puts in what we put in, a doubled dollar is one, and an open variable resolves alike."""

from __future__ import annotations

import json
import string

from hypothesis import given, settings
from hypothesis import strategies as st
from rig.judge import Judge

from pystackdsl.compose.document import read
from pystackdsl.compose.interpolate import interpolate
from pystackdsl.model.variable import resolve

ENV = {"A": "aval", "B": "b-val", "E": "", "D": "$A", "K": "kv", "\u212a": "kelvin", "VAR:?a": "odd"}

PIECES = [*"$ABUEK{}1 x:é\n\u212a\u017f", "$$", "${", ":-", "-", ":?", "?", ":+", "+", "a-b", "_x1", "VAR"]
PIECES += ["$A", "${B}", "${U:-d}", "${U-}", "${U?m}", "${E:?m}", "${A!}", "${VAR:?a-b}"]

templates = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
names = st.from_regex("[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)


def uncast(path):
    return None


def put_in(texts, env=ENV, mode="substitute"):
    return interpolate({"x-t": texts}, env, uncast, mode)


@given(st.lists(templates, min_size=60, max_size=60))
@settings(max_examples=15, deadline=None)
def test_docker_puts_in_the_same(judge: Judge, texts):
    sound = [text for text in texts if not put_in([text]).has_errors]
    source = "x-t: " + json.dumps(sound)
    theirs = read(judge.config(source, env=ENV)).tree["x-t"]
    assert [_written(text) for text in theirs] == [_written(text) for text in put_in(sound).tree["x-t"]]


def _written(text):
    """Docker loses line breaks that begin a text when it writes them."""
    return text.lstrip("\n")


faults = st.sampled_from(["$", "$ {A}", "${A!}", "${}", "${A", "$1", "${U?m}", "${E:?}", "${A:+x}"])


@given(st.lists(st.tuples(templates, faults, st.sampled_from(["", " x", "$$", "-"])).map("".join), max_size=5))
@settings(max_examples=15, deadline=None)
def test_docker_refuses_the_same(judge: Judge, texts):
    for text in texts:
        if put_in([text]).has_errors:
            assert not judge.accepts("x-t: " + json.dumps(text), env=ENV)[0], text


@given(st.text())
def test_a_doubled_dollar_is_one(text):
    done = put_in([text.replace("$", "$$")])
    assert done.tree == {"x-t": [text]}
    assert done.findings == []


@given(templates, st.dictionaries(names, st.text(string.printable), max_size=3))
def test_any_text_and_any_environment_can_be_met(text, env):
    done = put_in([text], env)
    assert done.has_errors or isinstance(done.tree["x-t"][0], str)
    assert all(finding.summary and finding.path == ("x-t", 0) for finding in done.findings)


class EverythingSet(dict):
    """An environment in which every variable has a value."""

    def get(self, name, default=None):
        return f"<{name}>"


@given(templates)
def test_an_open_variable_resolves_to_what_is_put_in(text):
    closed, opened = (put_in([text], EverythingSet(), mode) for mode in ("substitute", "open"))
    assert closed.has_errors is opened.has_errors
    if not closed.has_errors:
        assert resolve(opened.tree["x-t"][0], EverythingSet()) == closed.tree["x-t"][0]
