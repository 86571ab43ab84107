"""Some hundred stack files with one thing wrong: Docker and we refuse the same, and read the rest alike.

`python tests/mutants.py` tries thousands.
"""

from __future__ import annotations

from conformance.mutants import KNOWN, judged, mutants, sample, seeds
from rig import ROOT
from rig.judge import Judge

DIFFERENCES = ROOT / "docs" / "reference" / "differences.md"


def test_docker_and_we_agree_about_mutants(judge: Judge) -> None:
    report = judged(judge, sample(300, 20240131))
    assert report.refused > 180
    assert report.taken > 60
    assert not report.crashes
    assert not report.disagreements, "\n".join(report.disagreements)


def test_every_value_of_the_golden_stack_is_changed_in_many_ways() -> None:
    tree = seeds()[-1]
    tried = list(mutants(tree))
    assert len(tried) > 10_000
    assert len({mutant.path for mutant in tried}) > 250


def test_there_is_a_seed_for_each_version() -> None:
    assert [tree["version"] for tree in seeds()] == [f"3.{minor}" for minor in range(14)]
    assert "secrets" not in seeds()[0]


def test_each_known_difference_is_documented() -> None:
    text = DIFFERENCES.read_text()
    for _, reason in KNOWN:
        assert reason in text
