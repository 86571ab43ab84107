"""Relative paths: written as seen from where the text lies, so that Docker finds the same files there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rig.judge import Judge

from pystackdsl import Build, Config, CredentialSpec, Mount, Secret, Service, Stack
from pystackdsl.compose.codec import spell
from pystackdsl.compose.paths import rebased
from pystackdsl.model.variable import CLOSE, OPEN


@pytest.mark.parametrize(
    ("folder", "path", "written"),
    [
        ("/s", "./a/b", "./a/b"),
        ("/s", "a", "a"),
        ("/s", "./a//b/", "./a//b/"),
        ("/", "./a", "./s/a"),
        ("/", "a", "s/a"),
        ("/", ".", "./s"),
        ("/", "..", "."),
        ("/", "../x", "./x"),
        ("/", ".env", "./s/.env"),
        ("/s/out", "./a", "../a"),
        ("/s/out", ".", ".."),
        ("/s/out", "./out", "."),
        ("/s/out", "out/a", "a"),
        ("/s/out", "./out/a", "./a"),
        ("/s/out", "./out/.a", "./.a"),
        ("/s/out", "out/.a", ".a"),
        ("/s/out", "./out/..a", "./..a"),
        ("/t", "./a b/é", "../s/a b/é"),
        ("/t", "/abs", "/abs"),
        ("/t", "~/a", "~/a"),
        ("/t", "~", "~"),
        ("/t", r"C:\a", r"C:\a"),
        ("/t", "C:/a", "C:/a"),
        ("/t", r"\\server\share", r"\\server\share"),
        ("/t", "", ""),
    ],
)
def test_a_path_of_the_node_is_written_as_seen_from_the_folder(folder: str, path: str, written: str) -> None:
    rebase = rebased(Path("/s"), Path(folder)) or str
    assert rebase(path) == written


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("${DIR}/a", "${DIR}/a"),
        ("./${DIR}", "../s/${DIR}"),
        ("./a/${DIR}/b", "../s/a/${DIR}/b"),
        ("./a-${DIR:-x/../y}/../b", "../s/a-${DIR:-x/../y}/../b"),
        ("conf.${ENV:-a//b}.ini", "../s/conf.${ENV:-a//b}.ini"),
        ("./${A}${B}", "../s/${A}${B}"),
    ],
)
def test_the_variables_of_a_path_are_left_alone(path: str, written: str) -> None:
    rebase = rebased(Path("/s"), Path("/t"))
    assert rebase is not None
    inside = path.replace("${", OPEN).replace("}", CLOSE)
    assert rebase(inside).replace(OPEN, "${").replace(CLOSE, "}") == written


def stack_in(base: Path | None) -> Stack:
    secret, config = Secret(file="./secret.txt"), Config(file="conf/app.ini")
    service = Service(
        image="a",
        env_file=["./a.env", "b.env"],
        volumes=["./data:/data:ro", "/abs:/abs", "~/home:/home", Mount(type="bind", source="..", target="/up")],
        secrets=[secret],
        configs=[config],
        build=Build(context="./src", dockerfile="Dockerfile"),
        credential_spec=CredentialSpec(file="spec.json"),
    )
    return Stack(services={"a": service}, secrets={"s": secret}, configs={"c": config}, base=base)


def test_every_path_is_rebased_and_nothing_else() -> None:
    tree: Any = json.loads(spell(stack_in(Path("/s")), format="json", folder=Path("/s/out")))
    said = tree["services"]["a"]
    assert said["env_file"] == ["../a.env", "../b.env"]
    assert said["volumes"] == ["../data:/data:ro", "/abs:/abs", "~/home:/home", "../..:/up"]
    assert said["build"] == {"context": "../src", "dockerfile": "Dockerfile"}
    assert said["credential_spec"] == {"file": "spec.json"}
    assert tree["secrets"] == {"s": {"file": "../secret.txt"}}
    assert tree["configs"] == {"c": {"file": "../conf/app.ini"}}


@pytest.mark.parametrize("context", ["https://example.org/a.git", "git@example.org:a.git", "/src", "github.com/a/b"])
def test_a_build_context_from_elsewhere_is_no_path(context: str) -> None:
    stack = Stack(services={"a": Service(build=context)}, base=Path("/s"))
    moved = json.loads(spell(stack, format="json", folder=Path("/t")))["services"]["a"]["build"]["context"]
    assert moved == context


def test_docker_finds_the_same_files_wherever_the_text_lies(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=1")
    (tmp_path / "b.env").write_text("B=2")
    here = judge.read(spell(stack_in(tmp_path), folder=tmp_path), cwd=tmp_path).data
    for folder in (tmp_path / "deep" / "er", tmp_path.parent, Path("/")):
        folder.mkdir(exist_ok=True, parents=True)
        there = judge.read(spell(stack_in(tmp_path), folder=folder), cwd=folder).data
        for tree in (here, there):
            tree["services"]["a"].pop("env_file", None)  # shown as it is written
            tree["services"]["a"].pop("build", None)
        assert there == here


def test_the_working_folder_stands_in_for_what_is_not_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stack = Stack(secrets={"s": Secret(file="./x")})
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert "file: ./x\n" in spell(stack)
    assert "file: ./below/x\n" in spell(stack, folder=tmp_path)
    assert "file: ../x\n" in spell(Stack(secrets=stack.secrets, base=tmp_path))
    assert "file: ../x\n" in spell(Stack(secrets=stack.secrets, base=".."))
    assert "file: ./x\n" in spell(Stack(secrets=stack.secrets, base=tmp_path), folder=Path(".."))
