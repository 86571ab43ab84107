"""Stack files and what Docker makes of them: we take and refuse the same, read the same, and write it back the same.

`golden/cases` has files with the CLI's answer beside them; `golden/stacks` has many short ones, each file a topic,
divided by lines of dashes: those under `accepted` Docker takes, those under `refused` it does not.
"""

from __future__ import annotations

import attrs
import pytest
from conformance.front_door import difference, disagreement, ours, sections
from rig import ROOT
from rig.judge import Judge

from pystackdsl.compose.codec import spell
from pystackdsl.compose.document import read

CASES = ROOT / "tests" / "golden" / "cases"
STACKS = ROOT / "tests" / "golden" / "stacks"
CASE_ENV = {"REGISTRY": "registry.local:5000", "TAG": "", "REPLICAS": "2", "ZONE": "west"}
ENV = {
    "A": "aval",
    "B": "bval",
    "N": "2",
    "EMPTY": "",
    "YES": "yes",
    "NO": "off",
    "M": "0440",
    "RATIO": "0.5",
}
NAMES = sorted(path.stem for path in CASES.glob("*.yml") if ".config" not in path.name)


def texts(kind: str) -> list[object]:
    return [
        pytest.param(text, id=f"{file.stem}: {title}")
        for file in sorted((STACKS / kind).glob("*.yml"))
        for title, text in sections(file)
    ]


def written_back(stack: object) -> str:
    """The text of a loaded stack; a file without a version has the newest."""
    kept = stack if stack.version else attrs.evolve(stack, version="3.13")  # type: ignore[attr-defined,type-var]
    return spell(kept, folder=kept.base)  # type: ignore[attr-defined,arg-type]


def test_there_are_cases() -> None:
    assert len(NAMES) == 15


@pytest.mark.parametrize("name", NAMES)
def test_a_case_reads_as_the_answer_beside_it(name: str) -> None:
    mine = ours(CASES / f"{name}.yml", env=CASE_ENV, cwd=CASES)
    answer = read((CASES / f"{name}.config.yml").read_bytes()).tree
    assert difference(answer, mine.long) is None, mine.reasons


@pytest.mark.parametrize("name", NAMES)
def test_docker_reads_a_case_as_we_do_and_what_we_write_back_as_the_same(judge: Judge, name: str) -> None:
    verdict = judge.read(CASES / f"{name}.yml", env=CASE_ENV)
    mine = ours(CASES / f"{name}.yml", env=CASE_ENV, cwd=CASES)
    assert disagreement(verdict, mine) is None
    assert mine.loaded
    again = judge.config(written_back(mine.loaded.stack), cwd=CASES, env=CASE_ENV)
    assert difference(read(verdict.text).tree, read(again).tree) is None


@pytest.mark.parametrize("text", texts("accepted"))
def test_what_docker_takes_we_read_as_it_does_and_write_back_as_the_same(judge: Judge, text: str) -> None:
    verdict = judge.read(text, env=ENV, cwd=STACKS)
    assert verdict.accepted, verdict.message
    mine = ours(text, env=ENV, cwd=STACKS)
    assert disagreement(verdict, mine) is None
    if mine.loaded is None:
        assert mine.only_deploy, mine.reasons
        return
    again = judge.config(written_back(mine.loaded.stack), cwd=STACKS, env=ENV)
    assert difference(read(verdict.text).tree, read(again).tree) is None


@pytest.mark.parametrize("text", texts("refused"))
def test_what_docker_refuses_we_refuse(judge: Judge, text: str) -> None:
    verdict = judge.read(text, env=ENV, cwd=STACKS)
    assert not verdict.accepted
    mine = ours(text, env=ENV, cwd=STACKS)
    assert mine.is_refused, verdict.message


@pytest.mark.parametrize("text", texts("refused"))
def test_each_fault_has_its_place_and_a_summary(text: str) -> None:
    for fault in ours(text, env=ENV, cwd=STACKS).faults:
        assert fault.summary
        assert fault.places, fault
        assert fault.rule in {"schema", "deploy"} or "env file" in fault.summary
