"""A page of the documentation, run: its fenced blocks in order, in a folder of its own.

A block says in its info string what it is:

    ```python title="stack.py"         a file, written into the folder (any language)
    ```python                          a program, run there; it must end well
    ```sh                              commands, one a line, typed at a terminal; each must end well, and questions are
                                       answered yes; what they print is not shown
    ```console                         `$ commands` (`> ` continues one) with what they print
    ```yaml output="pystackdsl build"  what the command prints on standard output
    ```text output                     what the program above printed
    ```python quoted="pystackdsl/…"    lines that stand in that file of the project, white space aside

In what is shown, `…` stands for anything. `replayed` gives the page with what really happened in place of what it
shows. `KINDS` are all kinds there are; `test_blocks` knows who looks after the blocks that nobody can run.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from rig import ROOT
from rig.terminal import typed

STUBS: Final = Path(__file__).parent / "stubs"
TOOLS: Final = Path(__file__).parent / "tools"
"""Stand-ins for packages and programs."""
FENCE: Final = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n`]+)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
ELSEWHERE: Final[Mapping[str, str]] = {"sh tests/run": ".ci/run", "python3 -m pip install .": ".ci/run"}
"""Commands that cannot run inside the tests, and the file that runs each."""


class Block(NamedTuple):
    """A fenced block: its language, the words that follow it, and its text."""

    language: str
    said: Mapping[str, str]
    body: str

    @classmethod
    def of(cls, fence: re.Match[str]) -> Block:
        language, *words = shlex.split(fence["info"])
        body = re.sub(f"^{fence['indent']}", "", fence["body"], flags=re.MULTILINE)
        return cls(language, dict(word.partition("=")[::2] for word in words), body)

    @property
    def kind(self) -> str:
        """A word of the info string if there is one, else the language."""
        return next(iter(self.said), self.language)


def blocks(page: str) -> list[Block]:
    """The blocks of a page, those in lists too."""
    return [Block.of(fence) for fence in FENCE.finditer(page)]


def commands(page: str) -> list[str]:
    """The shell commands that run when a page is replayed."""
    found: list[str] = []
    for block in blocks(page):
        if block.kind == "console":
            found += [_entry(command) for command, _ in prompts(block.body)]
        elif block.kind == "sh":
            found += lines(block.body)
        elif block.said.get("output"):
            found.append(block.said["output"])
    return found


class Folder:
    """A folder in which the blocks of one page are run; `printed` is what the last program printed."""

    def __init__(self, path: Path, tools: Path) -> None:
        self.path = self.here = path
        self.printed = ""
        self.env = {
            "PATH": os.pathsep.join([str(tools), str(TOOLS), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(path),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "PYTHONPATH": os.pathsep.join([str(STUBS), str(path / ".site")]),
        }

    def shell(self, command: str) -> str:
        """What a command prints, on both streams; `cd` counts for the commands after it."""
        ended = self.path / ".here"
        script = f'{command}\nstatus=$?\npwd > "{ended}"\nexit $status'
        done = self._run(["sh", "-c", script], stderr=subprocess.STDOUT)
        self.here = Path(ended.read_text().strip())
        return done.stdout

    def typed(self, command: str) -> None:
        """A command at a terminal that ends well. What the project has to run is run in its own folder."""
        ended = typed(command, cwd=ROOT if command.startswith("sh examples/") else self.here, env=self.env)
        assert ended.status == 0, f"{command}\nexit code {ended.status}\n{ended.text}"

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


def replayed(page: str, folder: Folder) -> str:
    """The page after its blocks were run, with what they really printed."""

    def ran(fence: re.Match[str]) -> str:
        block = Block.of(fence)
        body = KINDS.get(block.kind, _left)(block, folder)
        body = re.sub(r"^(?=.)", fence["indent"], body, flags=re.MULTILINE)
        return f"{fence['indent']}```{fence['info']}\n{body}{fence['indent']}```"

    return FENCE.sub(ran, page)


def _left(block: Block, _: Folder) -> str:
    return block.body


def _file(block: Block, folder: Folder) -> str:
    path = folder.here / block.said["title"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.body)
    return block.body


def _output(block: Block, folder: Folder) -> str:
    command = block.said["output"]
    return _kept(block.body, folder.output(command) if command else folder.printed)


def _console(block: Block, folder: Folder) -> str:
    return "".join(_entered(command, shown, folder) for command, shown in prompts(block.body))


def _python(block: Block, folder: Folder) -> str:
    folder.program(block.body)
    return block.body


def _sh(block: Block, folder: Folder) -> str:
    for command in lines(block.body):
        if command not in ELSEWHERE:
            folder.typed(command)
    return block.body


def _quoted(block: Block, _: Folder) -> str:
    file = block.said["quoted"]
    assert "".join(block.body.split()) in "".join((ROOT / file).read_text().split()), f"not in {file}:\n{block.body}"
    return block.body


KINDS: Final[Mapping[str, Callable[[Block, Folder], str]]] = {
    "title": _file, "output": _output, "quoted": _quoted, "console": _console, "sh": _sh, "python": _python,
}  # fmt: skip


def prompts(body: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block as they are shown, each with what it prints."""
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if part.strip():
            command = re.match(r"\$ .*\n(?:> .*\n)*", part)
            assert command, f"a console block begins with a `$ command`:\n{part}"
            yield command[0], part[command.end() :]


def lines(body: str) -> list[str]:
    """The commands of a block of them, without the remarks behind them."""
    return [command for line in body.splitlines() if (command := re.sub(r"(^|\s+)# .*", "", line))]


def _entered(command: str, shown: str, folder: Folder) -> str:
    return command + _kept(shown, folder.shell(_entry(command)))


def _entry(command: str) -> str:
    """A command without the prompts before its lines."""
    return "\n".join(line[2:] for line in command.splitlines())


def _kept(shown: str, printed: str) -> str:
    """What the page shows, if it fits what was printed; else what was printed."""
    pattern = ".*?".join(map(re.escape, shown.split("…")))
    return shown if re.fullmatch(pattern, printed, re.DOTALL) else printed
