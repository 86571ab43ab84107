"""Several files merged: Docker and we make the same of them, for every kind of field and whatever the files say."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from conformance.front_door import Ours, difference, disagreement, ours
from conformance.merging import ENV, ENV_FILES, TOP, _joinable, fields, merged_trees, pairs, said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rig.judge import Judge, Verdict

from pystackdsl.cli.main import main
from pystackdsl.compose import findings
from pystackdsl.compose.codec import spell
from pystackdsl.compose.document import read
from pystackdsl.diagnostics import Severity

PAIRS = list(pairs())
BATCH = 220


def both(judge: Judge, folder: Path, *trees: dict[str, Any]) -> tuple[Verdict, Ours]:
    """What Docker and we make of files with these trees."""
    files = []
    for name, text in ENV_FILES.items():
        (folder / name).write_text(text)
    for at, tree in enumerate(trees):
        files.append(folder / f"{at}.yml")
        files[-1].write_text(json.dumps(tree))
    return judge.read(*files, env=ENV, cwd=folder), ours(*files, env=ENV, cwd=folder)


def files_of(services: Sequence[Sequence[dict[str, Any] | None]]) -> list[dict[str, Any]]:
    """Files in which each service says what it does in that file; None is a file that does not have it."""
    found: list[dict[str, Any]] = []
    for at in range(len(services[0])):
        held = {f"s{i}": service[at] for i, service in enumerate(services) if service[at] is not None}
        found.append({"services": held, **(TOP if at == 0 else {})})
    return found


@pytest.mark.parametrize("start", range(0, len(PAIRS), BATCH))
def test_each_kind_of_field_is_merged_as_docker_does(judge: Judge, tmp_path: Path, start: int) -> None:
    batch = PAIRS[start : start + BATCH]
    verdict, mine = both(judge, tmp_path, *files_of(batch))
    assert verdict.accepted, verdict.message
    assert mine.long is not None, mine.reasons
    theirs = read(verdict.text).tree["services"]
    for at, pair in enumerate(batch):
        found = difference(theirs[f"s{at}"], mine.long["services"][f"s{at}"])
        assert found is None, (pair, found)
    assert disagreement(verdict, mine) is None


values = st.sampled_from([(path, value) for path, values in fields().items() for value in values if path != ("x-a",)])
services = st.lists(values, max_size=8).map(
    lambda chosen: functools.reduce(
        merged_trees, [said(path, value) for path, value in chosen if (path, value) != (("deploy",), None)], {}
    )
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(services, services | st.none(), services | st.none()), min_size=15, max_size=25))
def test_three_files_are_merged_as_docker_does(judge: Judge, tmp_path: Path, drawn: Any) -> None:
    verdict, mine = both(judge, tmp_path, *files_of(drawn))
    assert verdict.accepted, verdict.message
    assert disagreement(verdict, mine) is None


@pytest.mark.parametrize("one", [{}, {"a": 1}, 5, "", 0, False, "t", {"l": [1]}])
def test_a_list_is_not_joined_to_anything_else(judge: Judge, tmp_path: Path, one: Any) -> None:
    assert not _joinable(one, [1])
    trees = [{"services": {"a": {"image": "a", "x-a": value}}} for value in (one, [1])]
    verdict, mine = both(judge, tmp_path, *trees)
    assert "cannot append" in verdict.message
    assert mine.is_refused


RESOURCES: Any = {
    "networks": [None, {}, {"driver": "x"}, {"external": True}, {"labels": {"a": "b"}}],
    "volumes": [None, {}, {"driver": "x"}, {"external": {"name": "y"}}, {"labels": {"a": "b"}, "name": "z"}],
    "secrets": [{}, {"file": "./x"}, {"external": True}, {"driver": "d"}],
    "configs": [{}, {"file": "./x"}, {"external": True, "name": "z"}],
}


def test_later_resources_replace_earlier_ones_as_a_whole(judge: Judge, tmp_path: Path) -> None:
    first: Any = {"services": {"a": {"image": "a"}}, "x-root": 1}
    later: Any = {"services": {}, "x-root": 2, "x-later": 3}
    for kind, choices in RESOURCES.items():
        first[kind] = {f"r{i}-{j}": one for i, one in enumerate(choices) for j, _ in enumerate(choices)}
        later[kind] = {f"r{i}-{j}": other for i, _ in enumerate(choices) for j, other in enumerate(choices)}
        later[kind]["new"] = choices[-1]
    verdict, mine = both(judge, tmp_path, first, later)
    assert verdict.accepted, verdict.message
    assert disagreement(verdict, mine) is None


def test_a_service_may_use_what_another_file_declares(judge: Judge, tmp_path: Path) -> None:
    trees = [
        {"services": {"a": {"image": "a", "networks": ["n"], "volumes": ["v:/v"]}}},
        {"networks": {"n": {}}, "volumes": {"v": {"driver": "x"}}},
    ]
    verdict, mine = both(judge, tmp_path, *trees)
    assert verdict.accepted
    assert disagreement(verdict, mine) is None


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [("3.8", "3.8", True), ("3", None, True), (None, "3.13", True), ("3.8", "3.9", False), ("3.8", None, False)],
)
def test_files_are_of_one_version(
    judge: Judge, tmp_path: Path, one: str | None, other: str | None, agree: bool
) -> None:
    trees = [{"services": {}} | ({"version": version} if version else {}) for version in (one, other)]
    verdict, mine = both(judge, tmp_path, *trees)
    assert verdict.accepted is agree
    assert mine.is_refused is not agree


def test_paths_start_from_the_first_file(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    one, other = tmp_path / "one.yml", tmp_path / "sub" / "other.yml"
    one.write_text("services: {a: {image: a}}")
    other.write_text("services: {a: {volumes: ['./x:/x']}}\nsecrets: {s: {file: ./s}}")
    verdict = judge.read(one, other)
    assert disagreement(verdict, ours(one, other, cwd=tmp_path)) is None


def test_a_second_file_that_is_empty_is_refused(judge: Judge, tmp_path: Path) -> None:
    one, other = tmp_path / "one.yml", tmp_path / "other.yml"
    one.write_text("services: {}")
    other.write_text("")
    assert not judge.read(one, other).accepted
    assert ours(one, other, cwd=tmp_path).is_refused


def test_what_two_files_repeat_is_taken_and_written_once(judge: Judge, tmp_path: Path) -> None:
    lists = {
        "cap_add": ["NET_ADMIN"], "cap_drop": ["ALL"], "dns": ["1.1.1.1"], "dns_search": ["a.b"], "tmpfs": ["/t"],
        "expose": ["80"], "extra_hosts": ["a:1.2.3.4"], "devices": ["/dev/a:/dev/a"], "security_opt": ["x"],
        "depends_on": ["s"], "links": ["s"], "external_links": ["s"],
    }  # fmt: skip
    tree = {"services": {"s": {"image": "x", **lists, "build": {"context": ".", "cache_from": ["x"]}}}}
    verdict, mine = both(judge, tmp_path, tree, tree)
    assert disagreement(verdict, mine) is None
    assert mine.loaded is not None
    assert {found.severity for found in findings(mine.loaded.stack)} <= {Severity.INFO, Severity.WARNING}
    once = judge.read(spell(attrs.evolve(mine.loaded.stack, version="3.13"), folder=tmp_path), cwd=tmp_path)
    assert {name: once.data["services"]["s"][name] for name in lists} == lists


def test_of_an_env_file_that_is_named_again_the_last_mention_counts(judge: Judge, tmp_path: Path) -> None:
    one, other = ({"services": {"s": {"image": "x", "env_file": files}}} for files in (["a.env", "b.env"], ["a.env"]))
    verdict, mine = both(judge, tmp_path, one, other)
    assert disagreement(verdict, mine) is None
    assert mine.loaded is not None
    text = spell(attrs.evolve(mine.loaded.stack, version="3.13"), folder=tmp_path)
    assert (
        judge.read(text, cwd=tmp_path).data["services"]["s"]["environment"]
        == (verdict.data["services"]["s"]["environment"])
    )


DECIDING = {
    "image": ("app:1", "${UNSET}"), "hostname": ("h", "${UNSET:-}"), "user": ("u", "${U:-}"), "tty": (True, "${T:-false}"),
    "working_dir": ("/a", "${W:-}"), "command": ("a b", "${C:-}"), "ports": (["80:80"], ["${P:-80}:8080"]),
    "volumes": (["one:/a"], ["two:${A:-/a}"]), "environment": ({"A": "1", "B": "2"}, {"A": "${A_:-}", "C": "${C_:-3}"}),
    "cap_add": (["NET_ADMIN"], ["${N:-ALL}"]), "stop_grace_period": ("1m", "${S:-0s}"), "domainname": ("a", "${D:-}"),
    "logging": ({"driver": "a", "options": {"x": "y"}}, {"driver": "${L:-a}", "options": {"z": "1"}}),
    "deploy": ({"restart_policy": {"condition": "any", "delay": "5s"}, "replicas": 2}, {"restart_policy": {"condition": "${R:-}", "delay": "${Y:-0s}"}, "replicas": "${Z:-0}"}),
    "healthcheck": ({"test": "a", "retries": 3}, {"test": "${H:-}", "retries": "${RE:-0}"}),
    "labels": (["a=1", "b=2"], ["a=${LA:-}", "c=${LC:-3}"]), "dns": (["1.1.1.1"], ["${DNS:-1.0.0.1}"]),
    "build": ({"context": ".", "target": "a"}, {"context": "${CTX:-}", "target": "${TT:-b}"}),
    "networks": ({"n": {"ipv4_address": "10.0.0.1"}}, {"n": {"ipv4_address": "${IP:-}"}}),
}  # fmt: skip
"""For each key what two files say, where the value of a variable decides what comes of both."""


@pytest.mark.parametrize(
    "env", [{}, {"UNSET": "b:2", "A": "/b", "A_": "x", "P": "81", "T": "true", "B": "shell", "L": "b"}]
)
def test_a_variable_that_decides_what_is_merged_is_put_in(
    judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: dict[str, str]
) -> None:
    for name in {"B": "", **env}:
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    tops = {"volumes": {"one": None, "two": None}, "networks": {"n": None}}
    for at in range(2):
        services = {key: {"image": "x", key: said[at]} for key, said in DECIDING.items()}
        services["inherits"] = {"image": "x", "environment": {"B": ("y", None)[at], "LAST": None}}
        (tmp_path / f"{at}.yml").write_text(json.dumps({"services": services, **(tops if at == 0 else {})}))
    files = [tmp_path / f"{at}.yml" for at in range(2)]
    assert (
        main(["build", "-o", str(tmp_path / "built.yml"), *(word for file in files for word in ("-c", str(file)))]) == 0
    )
    before, after = (judge.read(*each, env=env) for each in (files, [tmp_path / "built.yml"]))
    assert after.data["services"] == before.data["services"]
    built = (tmp_path / "built.yml").read_text()
    assert "${LC:-3}" in built  # what decides nothing stays open
    assert "${C_:-3}" in built
