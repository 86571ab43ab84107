"""The law of schema versions: the one that is written is the lowest from 3.9 on that Docker takes, and a lower one is
written for exactly where Docker takes it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.long_form import long_form
from property.strategies import ENV, FILES, stacks
from rig.judge import Judge

from pystackdsl import Stack
from pystackdsl.compose.codec import spell
from pystackdsl.compose.survey import DEFAULT_SCHEMA, required_schema
from pystackdsl.diagnostics import InvalidStack


def restated(text: str, minor: int) -> str:
    """The same text, under another schema version."""
    return re.sub(r'\Aversion: "[0-9.]*"', f'version: "3.{minor}"', text)


def faults(stack: Stack, minor: int) -> list[str]:
    """What is said when a schema that is too old is asked for."""
    try:
        spell(stack, schema=minor, folder=FILES)
    except InvalidStack as error:
        return [str(finding) for finding in error.findings]
    return []


def only_clusters_need(stack: Stack, minor: int) -> bool:
    """Whether Docker takes the text under an older schema all the same: a cluster spec is an extension field there."""
    return minor == 10 and any(volume.cluster_spec is not None for volume in stack.volumes.values())


@given(stack=stacks())
@pytest.mark.judge
def test_the_version_is_the_lowest_that_docker_takes(judge: Judge, stack: Stack) -> None:
    minor = required_schema(stack, None)
    text = spell(stack, folder=FILES)
    assert text.startswith(f'version: "3.{minor}"\n')
    assert judge.accepts(text, cwd=FILES, env=ENV)[0]
    if minor > DEFAULT_SCHEMA and not only_clusters_need(stack, minor):
        assert not judge.accepts(restated(text, minor - 1), cwd=FILES, env=ENV)[0], text


@given(stack=stacks(), minor=st.integers(0, 13))
@pytest.mark.judge
def test_a_schema_asked_for_is_written_for_or_refused_with_every_key_that_is_too_new(
    judge: Judge, stack: Stack, minor: int
) -> None:
    refusals = faults(stack, minor)
    if not refusals:
        text = spell(stack, schema=minor, folder=FILES)
        read = judge.config(text, cwd=FILES, env=ENV)
        assert read.startswith(f'version: "3.{minor}"\n')
        assert restated(read, 13) == judge.config(long_form(stack, 13), cwd=FILES, env=ENV), text
        return
    needed = [int(match) for match in re.findall(r"needs schema 3\.([0-9]+)", "\n".join(refusals))]
    assert len(needed) == len(refusals)
    assert minor < min(needed) <= max(needed) <= 13
    text = restated(spell(stack, schema=max(needed), folder=FILES), minor)
    assert not judge.accepts(text, cwd=FILES, env=ENV)[0] or only_clusters_need(stack, max(needed)), text
