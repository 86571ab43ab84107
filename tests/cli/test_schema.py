"""`pystackdsl schema`, and the line that `build` writes for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pystackdsl.cli import exits

from .conftest import Run


def test_the_newest_schema_is_printed(run: Run) -> None:
    ended = run("schema")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert json.loads(ended.out)["title"] == "Docker Swarm stack, version 3.13"


def test_an_older_one_lacks_newer_keys(run: Run) -> None:
    older, newer = (json.loads(run("schema", "--version", version).out) for version in ("3.0", "3.13"))
    assert (older["required"], newer.get("required")) == (["version"], None)
    assert "secrets" not in older["properties"]
    assert "secrets" in newer["properties"]


def test_it_is_written_to_a_file(run: Run) -> None:
    ended = run("schema", "-o", "stack.schema.json")
    assert (ended.status, ended.out) == (exits.DONE, "")
    assert "# yaml-language-server: $schema=stack.schema.json\n" in ended.err
    assert json.loads(Path("stack.schema.json").read_text())["$defs"]


@pytest.mark.parametrize("version", ["2.4", "3.14", "3", "3.x", "newest"])
def test_other_versions_are_refused(run: Run, version: str) -> None:
    ended = run("schema", "--version", version)
    assert ended.status == exits.USAGE
    assert "3.0 to 3.13" in ended.err


def test_build_writes_the_line_for_editors(run: Run, stack: Path) -> None:
    plain = run("build").out
    line = "# yaml-language-server: $schema=./stack.schema.json\n"
    assert run("build", "--editor-schema", "./stack.schema.json").out == line + plain
    assert run("build", "--editor-schema", "./stack.schema.json", "-o", "a.yml").status == exits.DONE
    assert run("build", "--editor-schema", "./stack.schema.json", "--check", "a.yml").status == exits.DONE
    assert run("build", "--check", "a.yml").status == exits.FAILED


@pytest.mark.parametrize("words", [("--format", "json", "--editor-schema", "a"), ("--editor-schema", "a\nb: c")])
def test_a_line_that_cannot_be_written(run: Run, stack: Path, words: tuple[str, ...]) -> None:
    ended = run("build", *words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
