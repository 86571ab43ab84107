"""The law of the text: PyYAML reads from it the very tree that we had, as JSON does from the other spelling."""

from __future__ import annotations

import json

import yaml
from hypothesis import given
from property.strategies import FILES, stacks

from pystackdsl import Stack
from pystackdsl.compose.codec import spell


@given(stack=stacks())
def test_pyyaml_reads_back_what_was_said(stack: Stack) -> None:
    text = spell(stack, folder=FILES)
    tree = json.loads(spell(stack, folder=FILES, format="json"))
    read = yaml.load(text, yaml.CSafeLoader)
    assert read == tree
    assert repr(read) == repr(tree)  # 1 is not 1.0 and not True, and order counts


@given(stack=stacks())
def test_nothing_of_our_own_marks_is_left_in_the_text(stack: Stack) -> None:
    assert not set(spell(stack, folder=FILES)) & set("\ufdd0\ufdd1\ufdd2\ufdd3")
