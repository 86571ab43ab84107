"""What a stack is called in a swarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from pystackdsl import Stack
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.sources import Opened
from pystackdsl.cli.stackname import named


def opened(*files: str, name: str | None = None, object: str | None = None) -> Opened:
    return Opened(files, Stack(name=name), [], list, None, object)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("given", "source", "name"),
    [
        ("mine", opened("a.py", name="its"), "mine"),
        (None, opened("a.py", name="its"), "its"),
        (None, opened("a.py", name="its", object="staging"), "its"),
        (None, opened("-", name="its"), "its"),
        (None, opened("voting.py"), "voting"),
        (None, opened("deploy/voting.yml"), "voting"),
        (None, opened("stack.py"), "shop"),
        (None, opened("docker-stack.yml"), "shop"),
        (None, opened("compose.yaml"), "shop"),
        (None, opened("docker-compose.prod.yml", "more.yml"), "shop"),
        (None, opened("../shop/stack.yml"), "shop"),
    ],
)
def test_a_name(shop: Path, given: str | None, source: Opened, name: str) -> None:
    assert named(given, source) == name


@pytest.mark.parametrize(
    ("given", "source", "summary", "help"),
    [
        ("a b", opened("a.py"), 'the name given is "a b", which no swarm takes for a stack', 'call it "a-b"'),
        (
            None,
            opened("my.app.py"),
            'the name of my.app.py is "my.app", which no swarm takes for a stack',
            "give another with --name NAME",
        ),
        (
            None,
            opened("/stack.py"),
            'the name of the folder of /stack.py is "", which no swarm takes for a stack',
            "give another with --name NAME",
        ),
        (None, opened("-"), "a stack from standard input has no name of its own", "give it with --name NAME"),
        (
            None,
            opened("shop.py", object="staging"),
            "staging is one stack of several in shop.py, and says no name",
            'give it with --name NAME, or write name="staging" in the stack',
        ),
    ],
)
def test_no_name(shop: Path, given: str | None, source: Opened, summary: str, help: str) -> None:
    with pytest.raises(UsageError) as error:
        named(given, source)
    assert (error.value.summary, error.value.help) == (summary, help)
