"""The law of lowering: for every stack we ask of an Engine what `docker stack deploy` asks, field for field.

The Docker CLI speaks to an Engine that only listens, so that its bodies are seen as they are sent.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from conformance.sending import asked, sent
from hypothesis import assume, given
from property.named_files import with_files
from property.strategies import ENV, FILES, stacks
from property.test_lift import is_deployable
from rig import HOME, ROOT
from rig.judge import Judge
from rig.listener import Listener

from pystackdsl import Stack
from pystackdsl.compose import load
from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.python import load as load_python
from pystackdsl.swarm.lower import lower

SHELL = {"PATH": os.environ["PATH"], "HOME": HOME} | ENV


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stacks")
    for file in FILES.iterdir():
        shutil.copy(file, folder)
    return folder


def with_nameless_credentials(stack: Stack) -> bool:
    """Whether no service has its credential in a config with a `name:`: the Docker CLI does not find those."""
    credentials = [service.credential_spec for service in stack.services.values()]
    return all(each is None or each.config is None or each.config.name is None for each in credentials)


@given(stack=stacks())
@pytest.mark.judge
def test_we_ask_what_docker_asks(judge: Judge, listener: Listener, folder: Path, stack: Stack) -> None:
    found = with_files(stack, folder)
    if found is None or not with_nameless_credentials(found):
        return
    text = spell(found, folder=folder)
    theirs = listener.deploy(judge.command, text, cwd=folder, env=SHELL)
    assert not theirs.message
    (folder / "stack.yml").write_text(text)
    read = load(folder / "stack.yml", environment=SHELL)
    assume(is_deployable(read))
    ours = lower(read, "s", environment=SHELL)
    assert asked(ours) == sent(theirs)


CASES = [
    *(path.parent for path in sorted((ROOT / "examples").glob("*/stack.py"))),
    *(path.parent for path in sorted((ROOT / "tests" / "golden" / "cases").glob("*/stack.py"))),
    ROOT / "tests" / "golden" / "every_key",
]
SETTINGS = {"environments": {"env": ["production"], "replicas": ["4"]}}
VALUES = {"SENTRY_DSN": "https://sentry.example.com/1", "ZONE": "a", "REGISTRY": "r", "REPLICAS": "3"} | SHELL


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_python_asks_what_docker_asks_for_its_build(
    judge: Judge, listener: Listener, tmp_path: Path, case: Path
) -> None:
    """The stack as its Python file gives it, never written down, and the file that `build` makes of it."""
    folder = Path(shutil.copytree(case, tmp_path / case.name, ignore=shutil.ignore_patterns("__pycache__")))
    stack = load_python(folder / "stack.py", settings=SETTINGS.get(case.name, {}), environment=VALUES)
    found = with_files(stack, folder)
    assert found is not None
    if not with_nameless_credentials(found):
        credential = attrs.evolve(found.services["legacy"], credential_spec=None)
        found = attrs.evolve(found, services={**found.services, "legacy": credential})
    built, files = with_assets(found, folder=folder, stack_name=None, rotate=False)
    for path, data in files.items():
        path.write_bytes(data)
    theirs = listener.deploy(judge.command, spell(built, folder=folder), cwd=folder, env=VALUES)
    assert not theirs.message
    assert asked(lower(found, "s", environment=VALUES)) == sent(theirs)
