"""What we make of a stack is what `docker stack deploy` makes of it, field for field, and what is made stays as it is.

The laws of `trials` for every key, every example, and bodies in all their spellings; `test_laws` has them for random
stacks.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from engine.trials import Trial, goes_both_ways, keys_said, quiet
from property.named_files import with_files
from property.test_strategies import every_class
from rig import HOME, ROOT
from rig.engine import Engine
from rig.proxy import Proxy

from pystackdsl import Stack, swarm
from pystackdsl.compose import load
from pystackdsl.model.key import keys_of
from pystackdsl.python import load as load_python

SHELL = {"HOME": HOME, "SENTRY_DSN": "https://sentry.example.com/1", "ZONE": "a", "REGISTRY": "r", "REPLICAS": "3"}
SETTINGS = {"environments": {"env": ["production"], "replicas": ["4"]}}
GOLDEN = ROOT / "tests" / "golden"
EVERY_KEY = GOLDEN / "every_key" / "stack.py"
CASES = [
    EVERY_KEY,
    GOLDEN / "lowered" / "stack.yml",
    *sorted((ROOT / "examples").glob("*/stack.py")),
    *sorted((GOLDEN / "cases").glob("*/stack.py")),
]


def stack_of(case: Path, folder: Path) -> Stack:
    """The stack of a case, moved to a folder."""
    shutil.copytree(case.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if case.suffix == ".py":
        stack = load_python(folder / case.name, settings=SETTINGS.get(case.parent.name, {}), environment=SHELL)
    else:
        stack = load(folder / case.name, environment=SHELL)
    found = with_files(quiet(stack), folder)
    assert found is not None
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.parent.name}-{path.parent.name}")
def test_docker_and_we_take_over_from_one_another(
    engine: Engine, proxy: Proxy, stack_name: str, tmp_path: Path, case: Path
) -> None:
    folder = tmp_path / "stack"
    stack = stack_of(case, folder)
    with contextlib.closing(swarm.connect(host=proxy.host)) as manager:
        goes_both_ways(Trial(engine, proxy, manager, folder, stack_name), stack)


def test_every_key_is_among_them(tmp_path: Path) -> None:
    said = keys_said(stack_of(EVERY_KEY, tmp_path / "stack"))
    keys = {key for cls in every_class() for key, _ in keys_of(cls).values() if key.api is not None and not key.local}
    # No plugin for secrets is at hand; tests/conformance looks at what is asked of one.
    assert {key.name for key in keys - said} == {"driver", "driver_opts"}
