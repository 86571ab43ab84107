"""Stack files with one thing wrong that `docker stack config` takes: does `docker stack deploy` take them, and do we?

The seed is one service of no replicas that says every key an Engine of any age takes. `python tests/mutants.py --deploy
COUNT` tries many, a second each.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Sequence

import attrs
from conformance.mutants import Mutant, mutants
from rig import ROOT
from rig.engine import Engine

from pystackdsl.compose.document import read
from pystackdsl.compose.front import StackText, load_texts
from pystackdsl.diagnostics import InvalidStack, Severity
from pystackdsl.model.validity import findings

__all__ = ["FOLDER", "LOOSER", "STRICTER", "Deployed", "deploy", "deployable", "refusals"]

FOLDER = ROOT / "tests" / "golden" / "deployable"

STRICTER: Sequence[tuple[str, str]] = (
    (r"ports\.\d\.(protocol|mode) ", "An unknown `protocol` or `mode` of a port"),
    (r"= 1e\+30$", "A number beyond what Docker holds"),
    (
        r"volumes\.\d(\.target)? |volumes\.\d\.\w+ stands",
        "A mount without a target, or with one that is no absolute path",
    ),
    (r"extra_hosts", "A number as the address of an extra host"),
)
"""Mutants that we refuse and an Engine takes, and why; the words are those of docs/reference/differences.md."""

LOOSER: Sequence[tuple[str, str]] = (
    (r"^networks\.back\.(ipam\.)?driver |^networks\.back has 'driver'", "which plugins there are"),
    (r"^(secrets|configs)\.\w+(\.file)? ", "which files and which resources outside of the stack there are"),
    (r"has 'external'", "which resources outside of the stack there are"),
)
"""Mutants that an Engine refuses and we do not, because only it knows."""


@attrs.frozen
class Deployed:
    """What came of one mutant: what the Engine said if it refused, and what we say."""

    mutant: Mutant
    refusal: str
    ours: Sequence[str]

    @property
    def disagreement(self) -> str | None:
        """How the two differ, unless they do so on purpose."""
        if bool(self.refusal) == bool(self.ours):
            return None
        known = STRICTER if self.ours else LOOSER
        if any(re.search(pattern, str(self.mutant)) for pattern, _ in known):
            return None
        return f"{self.mutant}: docker {self.refusal or 'deploys it'}, and we say {self.ours or 'nothing'}"


def deployable(*, seed: int) -> Iterator[Mutant]:
    """Mutants that `docker stack config` takes, in random order."""
    tree = read((FOLDER / "stack.yml").read_bytes()).tree
    every = list(mutants(tree))
    random.Random(seed).shuffle(every)
    return (mutant for mutant in every if not any(reason.startswith("schema") for reason in refusals(mutant.text)))


def refusals(text: str) -> list[str]:
    """Why we refuse a stack file."""
    try:
        loaded = load_texts([StackText(text.encode())], environment={}, base=FOLDER)
    except InvalidStack as error:
        return [f"{each.rule}: {each}" for each in error.findings if each.severity is Severity.ERROR]
    return [f"check: {each}" for each in findings(loaded.stack) if each.severity is Severity.ERROR]


def deploy(engine: Engine, mutant: Mutant, stack: str) -> Deployed:
    """Deploy a mutant under a name, and remove it again."""
    ours = refusals(mutant.text)
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/user", "DOCKER_HOST": engine.host}
    run = subprocess.run(
        [engine.client, "stack", "deploy", "--detach=true", "--resolve-image=never", "-c", "-", stack],
        input=mutant.text,
        capture_output=True,
        text=True,
        cwd=FOLDER,
        env=environment,
        check=False,
    )
    subprocess.run([engine.client, "stack", "rm", stack], capture_output=True, env=environment, check=False)
    refusal = run.stderr.strip().splitlines()[-1] if run.returncode else ""
    return Deployed(mutant, refusal, ours)
