"""The documentation is run: each page in a folder of its own, its blocks in order, and what it shows is what happens.

How a block is run is told in `replay`. Where a page shows something else than what happened, `pytest --update-golden`
puts the truth into the page. A page whose commands ask a swarm has a real one, which is the context `prod` too, with
every image that it names.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from rig import ROOT
from rig.context import make_context
from rig.engine import Engine

from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.parsing import Parser

from .replay import FENCE, Folder, blocks, commands, replayed

PAGES = ["README.md", "README.ko.md", *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))]
GENERATED = "<!-- Written by docs/generate.py"
RUN = [page for page in PAGES if ".ko." not in page and GENERATED not in (ROOT / page).read_text()]
"""Pages in Korean have the blocks of the English ones, which `test_translations` sees to; generated ones are compared
with their generator by `test_reference`."""

SWARM = re.compile(
    r"\bpystackdsl (?:(?:plan|apply|rollback|deploy|ls|ps|services|logs|rm)\b|.* --live\b)|\bdocker stack deploy"
)
"""Commands that ask a swarm."""


def asks_a_swarm(text: str) -> bool:
    """Whether a page has commands or programs that do."""
    programs = [block.body for block in blocks(text) if block.language == "python" and block.kind != "quoted"]
    return any(map(SWARM.search, commands(text))) or any("swarm.connect(" in program for program in programs)


def page_to_run(page: str) -> object:
    """A page as a parameter of a test, with the marker `engine` where its commands ask a swarm."""
    return pytest.param(page, marks=[pytest.mark.engine] if asks_a_swarm((ROOT / page).read_text()) else [])


@pytest.mark.parametrize("page", [page_to_run(page) for page in RUN])
def test_what_a_page_shows_is_what_happens(
    page: str, tmp_path: Path, request: pytest.FixtureRequest, golden: Callable[[str, str], None]
) -> None:
    text = (ROOT / page).read_text()
    tools, work = tmp_path / "tools", tmp_path / "work"
    tools.mkdir()
    work.mkdir()
    if any(re.search(r"\bdocker ", command) for command in commands(text)):
        (tools / "docker").symlink_to(request.getfixturevalue("judge").command)
    folder = Folder(work, tools)
    with contextlib.ExitStack() as left:
        if asks_a_swarm(text):
            engine = request.getfixturevalue("engine")
            make_context(work / ".docker", "prod", engine.host)
            folder.env["DOCKER_HOST"] = engine.host
            for image in sorted(set(re.findall(r"""image(?:=|: )"?([\w./-]+:[\w.-]+)""", text))):
                engine.image(image, programs=["pg_isready"])
            left.callback(_remove_stacks, engine, but=_stacks(engine))
        golden(f"../../{page}", replayed(text, folder))


def _stacks(engine: Engine) -> set[str]:
    return set(engine.docker("stack", "ls", "--format", "{{.Name}}").stdout.split())


def _remove_stacks(engine: Engine, *, but: set[str]) -> None:
    """Remove what a page leaves behind: pages that share a swarm use the same names."""
    for stack in _stacks(engine) - but:
        engine.remove(stack)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = FENCE.sub("", (ROOT / page).read_text())
    lost = []
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        found = (ROOT / page).parent / path if path else ROOT / page
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            lost.append(target)
    assert lost == []


def test_every_page_is_linked_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    rules = (ROOT / "docs" / "reference" / "rules.md").read_text()
    linked = {
        *re.findall(r"\]\(([^)#]+)", index),
        *(f"reference/{page}" for page in re.findall(r"\]\((rules/[^)#]+)", rules)),
    }
    assert pages - linked == {"index.md"}


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def test_only_what_exists_is_promised() -> None:
    known = subprocess.run(
        [sys.executable, "-m", "pystackdsl", "--help"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    for page in PAGES:
        named = re.findall(r"pystackdsl (?:[A-Z]|-m )?([a-z]+)\b", "\n".join(_code_of((ROOT / page).read_text())))
        assert {verb for verb in named if not re.search(rf"^ +{verb} ", known, re.MULTILINE)} == set(), page


def _code_of(text: str) -> list[str]:
    """Every piece of code in a page in which a command may stand: `in a line`, and commands in blocks."""
    return [*commands(text), *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]


@pytest.mark.parametrize("page", RUN)
def test_commands_that_are_only_named_are_spelled_right(page: str) -> None:
    text = (ROOT / page).read_text()
    for line in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)):
        words = _words(line)
        if len(words) > 2 and words[1] in verb_names():  # two words are but its name
            Parser(words[1], verb_named(words[1])).parse(words[2:])


def _words(line: str) -> list[str]:
    """The words of the command that a line begins with; none where it leaves something out."""
    if not line.startswith("pystackdsl ") or "…" in line:
        return []
    return list(takewhile(lambda word: word not in {"|", ">", "2>", ";", "&&"}, shlex.split(line, comments=True)))


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    page = """\
```text title="a"
yes
```
- In a list:

  ```console
  $ cat a
  no
  $ ls a
  …
  ```

```python
print(1)
```
```text output
2
```
"""
    expected = page.replace("no\n", "yes\n").replace("2\n", "1\n")
    assert replayed(page, Folder(tmp_path, tmp_path)) == expected


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("```sh\ntrue\nfalse  # at last\n```\n", "false\nexit code 1"),
        ("```python\n1 / 0\n```\n", "ZeroDivisionError"),
        ('```yaml output="exit 3"\n```\n', "exit 3"),
        ('```python quoted="pystackdsl/__init__.py"\nno such line\n```\n', "not in pystackdsl/__init__.py"),
    ],
)
def test_a_command_that_fails_is_noticed(tmp_path: Path, page: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        replayed(page, Folder(tmp_path, tmp_path))
