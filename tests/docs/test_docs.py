"""The documentation is run: each page in a folder of its own, its blocks in order, and what it shows is what happens.

A fenced block says in its info string what it is:

    ```python title="stack.py"         a file, written into the folder (any language)
    ```python                          a program, run there; it must end well
    ```console                         `$ commands` (`> ` continues one) with what they print
    ```yaml output="pystackdsl build"  what the command prints on standard output
    ```text output                     what the program above printed

Other blocks are left alone. In what is shown, `…` stands for anything. Where a page shows something else than what
happened, `pytest --update-golden` puts the truth into the page. A page whose commands ask a swarm has a real one, with
every image that it names.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from rig import ROOT
from rig.engine import Engine

from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.parsing import Parser

PAGES = ["README.md", "README.ko.md", *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))]
RUN = [page for page in PAGES if not page.startswith(("docs/reference/", "docs/decisions/")) and ".ko." not in page]
"""Pages in Korean have the blocks of the English ones, which `test_translations` sees to."""
STUBS = Path(__file__).parent / "stubs"
FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


SWARM = re.compile(
    r"^\$ pystackdsl (?:(?:plan|apply|rollback|deploy|ls|ps|services|logs|rm)\b|.* --live\b)", re.MULTILINE
)
"""Commands that ask a swarm."""


def page_to_run(page: str) -> object:
    """A page as a parameter of a test, with the marker `engine` where its commands ask a swarm."""
    return pytest.param(page, marks=[pytest.mark.engine] if SWARM.search((ROOT / page).read_text()) else [])


class Folder:
    """A folder in which the blocks of one page are run; `printed` is what the last program printed."""

    def __init__(self, path: Path, tools: Path) -> None:
        self.path = self.here = path
        self.printed = ""
        self.env = {
            "PATH": os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(path),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "PYTHONPATH": str(STUBS),
        }

    def shell(self, command: str) -> str:
        """What a command prints, on both streams; `cd` counts for the commands after it."""
        ended = self.path / ".here"
        script = f'{command}\nstatus=$?\npwd > "{ended}"\nexit $status'
        done = self._run(["sh", "-c", script], stderr=subprocess.STDOUT)
        self.here = Path(ended.read_text().strip())
        return done.stdout

    def output(self, command: str) -> str:
        """What a command that ends well prints on standard output."""
        return self._well(["sh", "-c", command])

    def program(self, text: str) -> str:
        """What a Python program that ends well prints."""
        self.printed = self._well([sys.executable, "-c", text])
        return self.printed

    def _well(self, command: list[str]) -> str:
        done = self._run(command, stderr=subprocess.PIPE)
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _run(self, command: list[str], *, stderr: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            check=False,
            cwd=self.here,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


def replayed(text: str, folder: Folder) -> str:
    """The page after its blocks were run, with what they really printed."""
    return FENCE.sub(lambda block: f"```{block['info']}\n{_run(block['info'], block['body'], folder)}```", text)


def _run(info: str, body: str, folder: Folder) -> str:
    kind, *words = shlex.split(info)
    said = dict(word.partition("=")[::2] for word in words)
    if "title" in said:
        path = folder.here / said["title"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
    elif "output" in said:
        return _kept(body, folder.output(said["output"]) if said["output"] else folder.printed)
    elif kind == "console":
        return "".join(_entered(command, shown, folder) for command, shown in _commands(body))
    elif kind == "python":
        folder.program(body)
    return body


def _commands(body: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if part.strip():
            command = re.match(r"\$ .*\n(?:> .*\n)*", part)
            assert command, f"a console block begins with a `$ command`:\n{part}"
            yield command[0], part[command.end() :]


def _entered(command: str, shown: str, folder: Folder) -> str:
    typed = "\n".join(line[2:] for line in command.splitlines())
    return command + _kept(shown, folder.shell(typed))


def _kept(shown: str, printed: str) -> str:
    """What the page shows, if it fits what was printed; else what was printed."""
    pattern = ".*?".join(map(re.escape, shown.split("…")))
    return shown if re.fullmatch(pattern, printed, re.DOTALL) else printed


@pytest.mark.parametrize("page", [page_to_run(page) for page in RUN])
def test_what_a_page_shows_is_what_happens(
    page: str, tmp_path: Path, request: pytest.FixtureRequest, golden: Callable[[str, str], None]
) -> None:
    text = (ROOT / page).read_text()
    tools, work = tmp_path / "tools", tmp_path / "work"
    tools.mkdir()
    work.mkdir()
    if re.search(r"^\$ .*\bdocker ", text, re.MULTILINE):
        (tools / "docker").symlink_to(request.getfixturevalue("judge").command)
    folder = Folder(work, tools)
    with contextlib.ExitStack() as left:
        if SWARM.search(text):
            engine = request.getfixturevalue("engine")
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
    commands = [line for block in FENCE.finditer(text) for line in block["body"].splitlines() if line[:2] == "$ "]
    return [*commands, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]


@pytest.mark.parametrize("page", RUN)
def test_commands_that_are_only_named_are_spelled_right(page: str) -> None:
    text = (ROOT / page).read_text()
    blocks = [block["body"] for block in FENCE.finditer(text) if block["info"] in {"sh", "text"}]
    lines = [line.removeprefix("$ ") for line in "\n".join(blocks).splitlines()]
    for line in (*lines, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))):
        words = _words(line)
        if len(words) > 2 and words[1] in verb_names():  # two words are but its name
            Parser(words[1], verb_named(words[1])).parse(words[2:])


def _words(line: str) -> list[str]:
    """The words of the command that a line begins with; none where it leaves something out."""
    if not line.startswith("pystackdsl ") or "…" in line:
        return []
    return list(takewhile(lambda word: word not in {"|", ">", "2>", ";", "&&"}, shlex.split(line, comments=True)))


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    page = '```text title="a"\nyes\n```\n```console\n$ cat a\nno\n$ ls a\n…\n```\n```python\nprint(1)\n```\n```text output\n2\n```\n'
    expected = page.replace("no\n", "yes\n").replace("2\n", "1\n")
    assert replayed(page, Folder(tmp_path, tmp_path)) == expected
