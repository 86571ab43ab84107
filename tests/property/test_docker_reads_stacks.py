"""The law of emission: Docker takes the text of every valid stack, as YAML and as JSON, and reads what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from property.long_form import long_form
from property.strategies import ENV, FILES, stacks
from rig.judge import Judge

from pystackdsl import Stack
from pystackdsl.compose.codec import spell
from pystackdsl.compose.survey import required_schema


@given(stack=stacks())
@pytest.mark.judge
def test_docker_reads_every_stack_as_meant(judge: Judge, stack: Stack) -> None:
    text = spell(stack, folder=FILES)
    meant = long_form(stack, required_schema(stack, None))
    assert judge.same(text, meant, cwd=FILES, env=ENV), text


@given(stack=stacks())
@pytest.mark.judge
def test_docker_reads_json_as_yaml(judge: Judge, stack: Stack) -> None:
    yaml, json = spell(stack, folder=FILES), spell(stack, folder=FILES, format="json")
    assert judge.same(yaml, json, cwd=FILES, env=ENV), json
