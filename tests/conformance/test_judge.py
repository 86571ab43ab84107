"""The judge itself: it accepts, refuses with a reason, compares by meaning, and does not depend on the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from rig.judge import Judge

STACK = "services: {web: {image: 'nginx:${TAG:-1}', environment: {B: '2', A: '1'}, volumes: ['~/x:/x', './y:/y']}}"


def test_docker_renders_what_it_takes(judge: Judge) -> None:
    web = judge.read(STACK).data["services"]["web"]
    assert web["image"] == "nginx:1"
    assert [volume["source"] for volume in web["volumes"]] == ["/home/user/x", "/y"]


def test_environment_and_folder_are_given_by_the_test(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "of the machine")
    web = judge.read(STACK, env={"TAG": "2"}, cwd="/tmp").data["services"]["web"]
    assert web["image"] == "nginx:2"
    assert web["volumes"][1]["source"] == "/tmp/y"
    assert "nginx:1" in judge.config(STACK)
    assert "nginx:${TAG:-1}" in judge.config(STACK, skip_interpolation=True)


def test_a_refusal_tells_the_reason(judge: Judge) -> None:
    accepted, message = judge.accepts("services: {web: {image: a, imaeg: b}}")
    assert not accepted
    assert "imaeg" in message
    assert judge.accepts("services: {web: {image: a}}") == (True, "")
    with pytest.raises(AssertionError, match="imaeg"):
        judge.config("services: {web: {imaeg: b}}")


def test_spellings_are_the_same_where_docker_reads_the_same(judge: Judge) -> None:
    short = "services: {web: {image: a, ports: ['80:8000'], stop_grace_period: 90s}}"
    long = """
        services:
          web:
            stop_grace_period: 1m30s
            ports: [{target: 8000, published: 80, mode: ingress, protocol: tcp}]
            image: a
    """
    assert judge.same(short, long)
    other = judge.same(short, long.replace("8000", "8001"))
    assert not other
    assert "+        target: 8001" in repr(other)


def test_files_are_merged_in_order(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("services: {web: {image: a, volumes: ['./y:/y']}}")
    (tmp_path / "two.yml").write_text("services: {web: {image: b}}")
    web = judge.read(tmp_path / "one.yml", tmp_path / "two.yml").data["services"]["web"]
    assert web["image"] == "b"
    assert web["volumes"][0]["source"] == f"{tmp_path}/y"
