"""What the YAML front end makes of stack files, beside what the Docker CLI does: the two compared.

`ours` reads as `pystackdsl` does; `disagreement` says where the judge sees it otherwise. What counts as the same:
mappings in any order, lists in theirs, numbers by value, and no text for a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import attrs
from rig import HOME
from rig.judge import Verdict

from pystackdsl.compose import docker_text
from pystackdsl.compose.canonical import canonical
from pystackdsl.compose.document import read
from pystackdsl.compose.front import Loaded, StackText, load_texts
from pystackdsl.content.environment import environments
from pystackdsl.diagnostics import Diagnostic, InvalidStack, Severity

__all__ = ["Ours", "difference", "disagreement", "ours", "sections"]


@attrs.frozen
class Ours:
    """Our reading of stack files: the long form of what they say, or the faults found.

    `is_refused` means that `docker stack config` would refuse; `only_deploy` that only a deploy would.
    """

    loaded: Loaded | None
    long: dict[str, Any] | None
    faults: tuple[Diagnostic, ...]

    @property
    def is_refused(self) -> bool:
        return any(fault.rule != "deploy" for fault in self.faults)

    @property
    def only_deploy(self) -> bool:
        return bool(self.faults) and not self.is_refused

    @property
    def reasons(self) -> str:
        return "\n".join(f"{fault.rule}: {fault}" for fault in self.faults) or "no fault"


def ours(*sources: str | Path, env: Mapping[str, str] | None = None, cwd: Path) -> Ours:
    """What our front end makes of a stack file, or of several merged in order, as `Judge.read` takes them."""
    texts = [StackText(s.read_bytes(), s) if isinstance(s, Path) else StackText(s.encode()) for s in sources]
    environment = {"HOME": HOME} | dict(env or {})
    try:
        loaded = load_texts(texts, environment=environment, base=cwd)
        stack = loaded.stack
        long = canonical(stack, environments(stack, environment), environment.get("HOME"))
    except InvalidStack as error:
        return Ours(None, None, tuple(f for f in error.findings if f.severity is Severity.ERROR))
    return Ours(loaded, long, ())


def disagreement(theirs: Verdict, mine: Ours) -> str | None:
    """Where the two see a file differently; None where they agree, or where only a deploy would refuse it."""
    if theirs.accepted == mine.is_refused:
        verb = "takes" if theirs.accepted else f"refuses ({theirs.message.splitlines()[0][:200]})"
        return f"docker {verb}, and we say: {mine.reasons}"
    if not theirs.accepted or mine.long is None:
        return None
    found = difference(read(theirs.text).tree, mine.long)
    if found is None:
        return differing_lines(theirs.text, docker_text.write(mine.long))
    path, said, our = found
    return f"{path}: docker says {said!r}, and we {our!r}"


def differing_lines(theirs: str, ours: str) -> str | None:
    """The first line that the two print differently, where Docker's writer has no fault of its own."""
    if re.search(r'"(\\n)*\\t|\\[LP]', ours):  # it writes those bare, and cannot read them back
        return None
    pairs = zip_longest(theirs.splitlines(), ours.splitlines())
    return next((f"docker prints {one!r}, and we {other!r}" for one, other in pairs if one != other), None)


def difference(theirs: Any, mine: Any, path: str = "") -> tuple[str, Any, Any] | None:
    """The first path at which two trees differ, with both values; None where they are the same."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for key in {**theirs, **mine}:
            if key not in theirs or key not in mine:
                return f"{path}.{key}", theirs.get(key, "nothing"), mine.get(key, "nothing")
            found = difference(theirs[key], mine[key], f"{path}.{key}")
            if found:
                return found
        return None
    if isinstance(theirs, list) and isinstance(mine, list) and len(theirs) == len(mine):
        pairs = enumerate(zip(theirs, mine, strict=True))
        return next((found for i, pair in pairs if (found := difference(*pair, f"{path}[{i}]"))), None)
    if isinstance(theirs, str) and mine == f"\n{theirs}":
        return None  # Docker prints a text that begins with a line break without it; the Engine gets it whole
    is_number = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (theirs, mine))
    same = theirs == mine and (is_number or type(theirs) is type(mine))
    return None if same else (path, theirs, mine)


def sections(file: Path) -> Iterator[tuple[str, str]]:
    """The stack texts of a file, divided by lines of three dashes, each with the title in its first line."""
    for text in file.read_text().split("\n---\n"):
        title = text.lstrip("\n").partition("\n")[0].removeprefix("# ")
        yield title, text + "\n"
