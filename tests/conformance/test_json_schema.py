"""The JSON Schema takes and refuses what Docker does; where it cannot, the reference says so."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
from conformance.front_door import sections
from conformance.mutants import FOLDER, sample
from conformance.test_stack_files import CASES, ENV, NAMES, STACKS
from jsonschema import Draft202012Validator
from rig import ROOT
from rig.judge import Judge

from pystackdsl.compose.document import read
from pystackdsl.compose.reading import stated_minor
from pystackdsl.compose.schema import json_schema
from pystackdsl.diagnostics import InvalidStack

PAGE = ROOT / "docs" / "reference" / "schema.md"

BEYOND: tuple[tuple[str, str], ...] = (
    ("^invalid interpolation format|error while interpolating|required variable", "**Variables**"),
    (r"^services\.a\.b\.", "**A service's name with a dot**"),
    ("time.Time", "**Dates**"),
    ("invalid type float64 for (?:ports?|ulimits)", "**Whole numbers with a point**"),
    ("format 'duration'|overflows uint", "**Numbers and durations beyond 64 bits.**"),
    ("format 'ports'", "**Ports**"),
    ("^.*EOF found", "**Commands**"),
    ("no such file or directory", "**Files that are not there**"),
    ("cluster-spec|^panic: ", "**Cluster volumes before 3.10**"),
)
"""What Docker says of files that the schema takes, and the item of the page that tells why."""


@cache
def validator(minor: int) -> Draft202012Validator:
    return Draft202012Validator(json_schema(minor))


def plain(tree: Any) -> Any:
    """A tree as JSON has it: a point in time is the text that stands in the file."""
    if isinstance(tree, dict):
        return {name: plain(item) for name, item in tree.items()}
    if isinstance(tree, list):
        return [plain(item) for item in tree]
    return tree if tree is None or isinstance(tree, str | int | float) else str(tree)


def faults(text: str | bytes) -> str:
    """What the schema of the file's version has against it; nothing where it takes the file."""
    tree = read(text).tree
    try:
        minor = stated_minor(tree)
    except InvalidStack:
        minor = 13
    found = next(validator(minor).iter_errors(plain(tree)), None)
    return f"{'.'.join(map(str, found.absolute_path))}: {found.message}" if found else ""


def is_beyond(message: str) -> bool:
    return any(re.search(pattern, message, re.MULTILINE) for pattern, _ in BEYOND)


@pytest.mark.parametrize("minor", range(14))
def test_it_is_a_valid_schema(minor: int) -> None:
    Draft202012Validator.check_schema(json_schema(minor))


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_every_case(name: str) -> None:
    assert faults((CASES / f"{name}.yml").read_bytes()) == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{file.stem}: {title}")
        for file in sorted((STACKS / "accepted").glob("*.yml"))
        for title, text in sections(file)
    ],
)
def test_it_takes_what_docker_takes(text: str) -> None:
    assert faults(text) == ""


def test_it_refuses_what_docker_refuses(judge: Judge) -> None:
    lax, refused = [], 0
    for file in sorted((STACKS / "refused").glob("*.yml")):
        for title, text in sections(file):
            try:
                found = faults(text)
            except InvalidStack:  # no tree at all: the YAML itself is wrong
                continue
            refused += bool(found)
            if not found:
                message = judge.read(text, env=ENV, cwd=STACKS).message
                lax += [] if is_beyond(message) else [f"{file.stem}: {title}: {message}"]
    assert lax == []
    assert refused > 150


def test_docker_and_the_schema_agree_about_mutants(judge: Judge) -> None:
    tried = sample(300, 20240607)
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda mutant: judge.read(mutant.text, cwd=FOLDER), tried))
    strict, lax, refused = [], [], 0
    for mutant, verdict in zip(tried, verdicts, strict=True):
        found = faults(mutant.text)
        refused += bool(found)
        if verdict.accepted and found:
            strict.append(f"{mutant}: {found}")
        elif not verdict.accepted and not found and not is_beyond(verdict.message):
            lax.append(f"{mutant.tree.get('version')} {mutant}: {verdict.message}")
    assert (strict, lax) == ([], [])
    assert refused > 150


@pytest.mark.parametrize("item", [item for _, item in BEYOND])
def test_the_page_names_each_limit(item: str) -> None:
    assert f"- {item}" in PAGE.read_text()


def test_every_key_is_explained() -> None:
    schema = json_schema()
    for name, definition in schema["$defs"].items():
        for key, value in definition["properties"].items():
            assert re.search(r"Since 3\.\d+\.$", value["description"]), f"{name}.{key}"
    grace = schema["$defs"]["Service"]["properties"]["stop_grace_period"]["description"]
    assert grace == (
        "How long to wait before killing a task. Default: 10s. Takes a duration with its unit, "
        'such as "5s", "1m30s" or "500ms". Since 3.0.'
    )
