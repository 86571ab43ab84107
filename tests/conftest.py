"""Fixtures for every test: `judge` (the Docker CLI), `engine` (a real Docker Engine), `golden` (reviewed files).

Tests that ask for `judge` or `engine` get the marker of that name, so `-m "not engine"` leaves them out. Where one
of the two cannot be had, its tests fail in CI and under `tests/run`; elsewhere they are skipped, and a section at the
end of the report says how many checks this run did not make, and why.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from rig import engine as engines
from rig import judge as judges
from rig import required, schemas
from rig.engine import Engine
from rig.golden import Golden
from rig.judge import Judge
from rig.lots import spread
from rig.proxy import Proxy, proxied
from rig.registry import Registry, registries
from rig.registry import missing as registry_missing
from rig.trio import Trio, trios

RIGS = ("engine", "judge")

# How many random stacks each law sees: few by default, many with `--hypothesis-profile=deep`.
for profile, examples in (("quick", 25), ("deep", 1000)):
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        phases=set(Phase) - {Phase.explain},  # it asks Docker hundreds of questions more
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("quick")
GOLDEN = "golden file written"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for rig in RIGS:
            if rig in getattr(item, "fixturenames", ()):
                item.add_marker(rig)
        if "trio" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")
    if hasattr(config, "workerinput"):
        count = config.workerinput["workercount"]
        items[:] = spread(
            items, count, module=lambda it: it.path, waits=lambda it: bool(it.get_closest_marker("engine"))
        )


def _demand(rig: str, missing: str | None) -> None:
    """End the test here when its rig is missing."""
    if missing and required():
        pytest.fail(f"{rig} missing: {missing}", pytrace=False)
    if missing:
        pytest.skip(f"{rig} missing: {missing}")


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The Docker CLI as judge of stack files; see `rig.judge`."""
    _demand("judge", judges.missing())
    found = judges.find()
    assert found
    return found


@pytest.fixture(scope="session")
def engine(judge: Judge) -> Iterator[Engine]:
    """A real one-node swarm, one per test process, shared by its tests: use a stack name of your own."""
    _demand("engine", engines.missing())
    with engines.running(judge.command) as engine:
        yield engine


@pytest.fixture
def proxy(engine: Engine) -> Iterator[Proxy]:
    """A socket in front of the engine that keeps calls and injects faults; see `rig.proxy`."""
    with (
        tempfile.TemporaryDirectory(prefix="pxy", dir="/tmp") as folder,
        proxied(engine.socket, Path(folder, "s")) as it,
    ):
        yield it


@pytest.fixture
def registry(engine: Engine) -> Iterator[Registry]:
    """A registry in the engine's network that asks for a password; see `rig.registry`."""
    _demand("engine", registry_missing())
    with registries(engine, user="me", password="pass word") as found:
        yield found


@pytest.fixture
def trio(judge: Judge) -> Iterator[Trio]:
    """A swarm of three engines, made for this test alone; see `rig.trio`."""
    _demand("engine", engines.missing())
    with trios(judge.command) as found:
        yield found


@pytest.fixture(scope="session")
def sarif_schema() -> Any:
    """The official schema of SARIF 2.1.0; see `rig.schemas`."""
    _demand("schema", schemas.missing())
    return schemas.sarif()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Iterator[Golden]:
    """Compares a text with a file under tests/golden/; see `rig.golden`."""
    golden = Golden(update=request.config.getoption("--update-golden"))
    yield golden
    request.node.user_properties.extend((GOLDEN, name) for name in golden.written)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for found in terminalreporter.stats.values() for report in found]
    for rig in RIGS:
        start = f"Skipped: {rig} missing: "
        reasons = [r.longrepr[2] for r in reports if isinstance(getattr(r, "longrepr", None), tuple)]
        hit = [reason.removeprefix(start) for reason in reasons if reason.startswith(start)]
        if hit:
            terminalreporter.section(f"{len(hit)} {rig} tests did NOT run", sep="!", red=True, bold=True)
            terminalreporter.line(hit[0])
            terminalreporter.line("`sh tests/run` sets everything up and runs them.")
    # A report's properties are complete only after teardown.
    written = {name for r in reports for key, name in getattr(r, "user_properties", ()) if key == GOLDEN}
    if written:
        terminalreporter.section("golden files written: read their diff before you commit", sep="!", yellow=True)
        for name in sorted(written):
            terminalreporter.line(f"tests/golden/{name}")
