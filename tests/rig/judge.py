"""The Docker CLI as judge of stack files: text or files go in, `docker stack config` answers, no engine is needed.

Tests get it as the fixture `judge`. `python -m rig.judge` prints the path of the command that would be used, or says
what is missing and exits 1; that is how `tests/setup` learns whether it has to bring one.
"""

from __future__ import annotations

import difflib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from rig import HOME, ROOT

CACHED = ROOT / ".cache" / "judge" / "docker"
"""Where `tests/setup` puts a Docker CLI when the machine has none that is new enough."""

# Older commands lack `stack config`, or refuse the newest schema version; only running one tells.
PROBE = """
version: "3.13"
services:
  probe:
    image: probe
    networks:
      default: {driver_opts: {a: b}}
networks: {default: {}}
"""


@attrs.frozen
class Verdict:
    """What the judge said of a stack file: `text` is Docker's own rendering, empty when it refused; `message` is what
    it wrote on stderr, warnings or the reason for the refusal."""

    accepted: bool
    text: str
    message: str

    @property
    def data(self) -> Any:
        """`text` as Python values, for looking at single keys. PyYAML and Docker disagree on some strings, so whether
        two files mean the same is asked with `Judge.same`, never by comparing these."""
        import yaml

        return yaml.load(self.text, Loader=yaml.CSafeLoader)


@attrs.frozen(repr=False)
class Likeness:
    """Whether two stack files mean the same to Docker; true or false, and shown as the difference (a unified diff)."""

    difference: str

    def __bool__(self) -> bool:
        return not self.difference

    def __repr__(self) -> str:
        return self.difference or "<the same>"


@attrs.frozen
class Judge:
    """`docker stack config`, always run with the same environment: nothing but PATH, HOME and what the test gives."""

    command: Path

    def read(
        self,
        *sources: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | str = "/",
        skip_interpolation: bool = False,
    ) -> Verdict:
        """The verdict on one stack file, or on several merged in order. A Path is a file, a str the text of one (at
        most one text). Relative paths in a text are relative to `cwd`; in files, to the first file's folder."""
        texts = [source for source in sources if isinstance(source, str)]
        if len(texts) > 1:
            raise TypeError("the judge reads one text from its standard input; write the others to files")
        options = [f"--compose-file={'-' if isinstance(source, str) else source}" for source in sources]
        if skip_interpolation:
            options.append("--skip-interpolation")
        run = subprocess.run(
            [self.command, "stack", "config", *options],
            input="".join(texts).encode(errors="surrogatepass"),
            capture_output=True,
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "HOME": HOME} | dict(env or {}),
            check=False,
        )
        accepted = run.returncode == 0
        return Verdict(accepted, run.stdout.decode() if accepted else "", run.stderr.decode(errors="replace").strip())

    def ask(
        self, host: str, *words: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run any command of the Docker CLI against the daemon at `host`. A byte that is no UTF-8 becomes a surrogate,
        as Python's own streams have it."""
        return subprocess.run(
            [self.command, *words],
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={"PATH": os.environ["PATH"], "HOME": HOME, "DOCKER_HOST": host} | dict(env or {}),
            check=False,
        )

    def accepts(self, *sources: str | Path, **options: Any) -> tuple[bool, str]:
        """Whether Docker takes the file, and what it said: warnings, or why not. Options are those of `read`."""
        verdict = self.read(*sources, **options)
        return verdict.accepted, verdict.message

    def config(self, *sources: str | Path, **options: Any) -> str:
        """Docker's rendering of a file that it has to take; AssertionError with its reason when it does not."""
        verdict = self.read(*sources, **options)
        if not verdict.accepted:
            shown = "\n".join(str(source) for source in sources)
            raise AssertionError(f"docker stack config refuses it: {verdict.message}\n{shown}")
        return verdict.text

    def same(self, one: str | Path, other: str | Path, **options: Any) -> Likeness:
        """Whether Docker takes both files and reads the same stack from them: `assert judge.same(ours, theirs)`."""
        mine, theirs = (self.config(source, **options).splitlines(keepends=True) for source in (one, other))
        return Likeness("".join(difflib.unified_diff(mine, theirs, "one", "other")))


def candidates() -> Iterator[Path]:
    """Docker commands that may be the judge, the first choice first; PYSTACKDSL_JUDGE names one by hand."""
    for found in (os.environ.get("PYSTACKDSL_JUDGE"), shutil.which("docker")):
        if found:
            yield Path(found)
    if CACHED.exists():
        yield CACHED


@functools.cache
def find() -> Judge | None:
    """The first candidate that reads the newest schema version, found by running them."""
    for command in candidates():
        try:
            if Judge(command).read(PROBE).accepted:
                return Judge(command)
        except OSError:  # not for this machine, or not a program
            continue
    return None


def missing() -> str | None:
    """Why there is no judge on this machine, or None."""
    if find():
        return None
    tried = ", ".join(map(str, candidates())) or "no docker command"
    return f"no Docker CLI that has `stack config` and schema 3.13 (tried: {tried}); `sh tests/setup` brings one"


if __name__ == "__main__":
    found = find()
    print(found.command if found else missing())
    sys.exit(not found)
