"""The test tools that need no Docker: golden files, and how loudly a missing engine or judge is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig import ROOT, image
from rig.golden import Golden
from rig.lots import spread

TESTS = {"judge": "tests/conformance/test_judge.py", "engine": "tests/engine/test_rig.py"}


@pytest.mark.parametrize("rig", TESTS)
@pytest.mark.parametrize("demand", [{"CI": "true"}, {"PYSTACKDSL_REQUIRE_ENGINE": "1"}, {}])
def test_a_missing_rig_fails_where_it_is_required_and_is_loud_elsewhere(rig: str, demand: dict[str, str]) -> None:
    program = f"import sys, pytest, rig.{rig} as r; r.missing = lambda: 'all gone'; sys.exit(pytest.main(sys.argv[1:]))"
    clean = {name: value for name, value in os.environ.items() if name not in {"CI", "PYSTACKDSL_REQUIRE_ENGINE"}}
    clean = {name: value for name, value in clean.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-c", program, TESTS[rig], "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=clean | demand | {"PYTHONPATH": "tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{rig} missing: all gone" in run.stdout, run.stdout + run.stderr
    if demand:
        assert run.returncode == 1
    else:
        assert run.returncode == 0
        assert f"5 {rig} tests did NOT run" in run.stdout
        assert "sh tests/run" in run.stdout


def test_a_golden_file_is_compared_and_only_the_flag_writes_it(tmp_path: Path) -> None:
    compare, update = Golden(update=False, folder=tmp_path), Golden(update=True, folder=tmp_path)
    with pytest.raises(AssertionError, match="there is no golden file"):
        compare("case/stack.yml", "a\n")
    assert not any(tmp_path.iterdir())
    update("case/stack.yml", "a\r\nb")
    compare("case/stack.yml", "a\r\nb")
    with pytest.raises(AssertionError, match=r"differs(.|\n)*\n-a\r\n\+a\n"):
        compare("case/stack.yml", "a\nb")
    update("case/stack.yml", "a\r\nb")
    assert update.written == ["case/stack.yml"]


@pytest.mark.parametrize(
    ("name", "full"),
    [("redis", "redis:latest"), ("a/b:c", "a/b:c"), ("host:5000/a", "host:5000/a:latest"), ("h:5/a:1", "h:5/a:1")],
)
def test_an_image_name_gets_its_tag(name: str, full: str) -> None:
    assert image.full_name(name) == full


@given(tests=st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans())), count=st.integers(1, 5))
def test_lots_have_every_test_and_keep_modules_together(tests: list[tuple[str, bool]], count: int) -> None:
    tests = sorted(tests, key=lambda test: test[0])
    numbered = [(module, waits, at) for at, (module, waits) in enumerate(tests)]
    found = spread(numbered, count, module=lambda test: test[0], waits=lambda test: test[1])
    assert sorted(found, key=lambda test: test[2]) == numbered
    for module in {test[0] for test in numbered if test[1]}:
        places = [at for at, test in enumerate(found) if test[0] == module]
        assert places == list(range(places[0], places[0] + len(places)))


def test_what_waits_begins_each_lot() -> None:
    tests = [("a", False), ("a", False), ("b", True), ("c", True), ("d", False), ("d", False)]
    found = spread(tests, 2, module=lambda test: test[0], waits=lambda test: test[1])
    assert [module for module, _ in found] == ["b", "a", "a", "c", "d", "d"]
