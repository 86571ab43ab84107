"""Stack files with one thing wrong, and what Docker and we say of each.

`mutants` makes them from a valid tree: each value in turn becomes another (of another type, empty, odd), is taken
away, gets a neighbour, stands twice, or stands elsewhere. Most are refused and some are not, which the judge decides.
`python tests/mutants.py` tries thousands; the suite tries some hundred.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
from conformance.front_door import Ours, disagreement, ours
from rig import ROOT
from rig.judge import Judge, Verdict

from pystackdsl.compose.document import read
from pystackdsl.compose.reading import FileReading

__all__ = ["FOLDER", "KNOWN", "Mutant", "Report", "judged", "mutants", "sample", "seeds"]

FOLDER = ROOT / "tests" / "golden" / "every_key"
"""Where the mutants lie: what they refer to exists there."""

VALUES: Sequence[Any] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2.0,
    1.5,
    1e30,
    "",
    "x",
    "1",
    "1.5",
    "10s",
    "yes",
    "80:80",
    "512M",
    "a=b",
    "/a:/b",
    "a b",
    "global",
    {},
    [],
    {"a": "b"},
    {"a": None},
    {"a": 1},
    {"a": True},
    {"a": []},
    {"x-a": 1},
    {"source": "x"},
    {"name": "x"},
    ["x"],
    ["x", "x"],
    [1],
    [1.5],
    [True],
    [None],
    [{}],
    [{"a": "b"}],
    [[]],
)
"""What a value becomes."""

NEIGHBOURS: Sequence[tuple[str, Any]] = (
    ("unknown", 1),
    ("x-note", 1),
    ("", "1"),
    ("image", "x"),
    ("name", "x"),
    ("external", True),
    ("labels", {"a": "b"}),
    ("driver", "x"),
    ("file", "x"),
    ("replicas", 1),
)
"""What a mapping gets beside its keys."""

Path_ = tuple[str | int, ...]


@attrs.frozen
class Mutant:
    """A tree with one thing changed: what, and where."""

    what: str
    path: Path_
    tree: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.tree)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))} {self.what}"


def seeds() -> list[dict[str, Any]]:
    """Valid trees: one that uses every key, and the same for each older schema version, without what it lacks."""
    tree = read((FOLDER / "stack.yml").read_bytes()).tree
    return [_older(tree, minor) for minor in range(14)]


def _older(tree: dict[str, Any], minor: int) -> dict[str, Any]:
    """The tree as a file of an older version, without the keys that are newer."""
    tree = tree | {"version": f"3.{minor}"}
    while True:
        reading = FileReading(tree, minor, str)
        reading.services(reading.declare())
        newer = [fault.path for fault in reading.faults if fault.rule != "deploy"]
        if not newer:
            return tree
        for path in sorted(set(newer), reverse=True):
            tree = without(tree, path)


def nodes(tree: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value of a tree with its path."""
    yield path, tree
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, each in items:
        yield from nodes(each, (*path, step))


def put(tree: Any, path: Path_, value: Any) -> Any:
    """A copy of a tree with another value at a path."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


def without(tree: Any, path: Path_) -> Any:
    """A copy of a tree without what stands at a path."""
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = without(copy[path[0]], path[1:])
    return copy


def mutants(seed: dict[str, Any]) -> Iterator[Mutant]:
    """Every mutant of a tree."""
    for path, node in nodes(seed):
        if not path:
            continue
        for value in VALUES:
            yield Mutant(f"= {value!r}", path, put(seed, path, value))
        yield Mutant("is missing", path, without(seed, path))
        if isinstance(node, dict):
            for key, value in NEIGHBOURS:
                if key not in node:
                    yield Mutant(f"has {key!r}", path, put(seed, path, {**node, key: value}))
        if isinstance(node, list) and node:
            yield Mutant("has its last item twice", path, put(seed, path, [*node, node[-1]]))
        if len(path) > 2 and isinstance(path[-1], str):
            parent = path[:-2]
            yield Mutant("stands one level up", path, _moved(seed, path, node, parent))


def _moved(seed: dict[str, Any], path: Path_, node: Any, parent: Path_) -> dict[str, Any]:
    tree: Any = without(seed, path)
    above: Any = tree
    for step in parent:
        above = above[step]
    changed = [*above, node] if isinstance(above, list) else {**above, str(path[-1]): node}
    return put(tree, parent, changed)  # type: ignore[no-any-return]


def sample(count: int, seed: int) -> list[Mutant]:
    """Some mutants of all seeds: the newest version has half of them."""
    chance = random.Random(seed)
    trees = seeds()
    newest = list(mutants(trees[-1]))
    older = [mutant for tree in trees[:-1] for mutant in mutants(tree)]
    half = min(count // 2, len(newest))
    return chance.sample(newest, half) + chance.sample(older, min(count - half, len(older)))


KNOWN: Sequence[tuple[str, str]] = (
    (r"services\..*\.volumes\.\d+\.type = ''", "an empty type of a mount is read, and written, as volume"),
    (r"volumes\.[^.]+\.x-cluster-spec .*'secrets'", "secrets of a cluster volume are dropped with a warning"),
    (r"3\.[789] volumes\.[^.]+\.x-cluster-spec", "older schemas do not check a cluster volume; we do"),
    (r"services\..*\.build\.shm_size = -\d", "a negative `shm_size` of the ignored `build` is refused"),
)
"""The mutants that we read otherwise than Docker on purpose, and why; docs/reference/differences.md has the words."""


@attrs.frozen
class Report:
    """What came of some mutants."""

    refused: int
    taken: int
    only_deploy: int
    disagreements: Sequence[str]
    crashes: Sequence[str]

    def __str__(self) -> str:
        tried = self.refused + self.taken
        return (
            f"{tried} mutants: docker refuses {self.refused}, takes {self.taken}; of these, we refuse {self.only_deploy} "
            f"that only a deploy would; {len(self.disagreements)} disagreements, {len(self.crashes)} crashes"
        )


def judged(judge: Judge, tried: Sequence[Mutant], *, jobs: int = 4) -> Report:
    """What Docker and we say of each mutant, compared."""
    with ThreadPoolExecutor(jobs) as pool:
        verdicts = list(pool.map(lambda mutant: judge.read(mutant.text, cwd=FOLDER), tried))
    readings = [_reading(mutant) for mutant in tried]
    disagreements, crashes = [], []
    for mutant, verdict, mine in zip(tried, verdicts, readings, strict=True):
        if isinstance(mine, Exception):
            crashes.append(f"{mutant}: {mine!r}")
        elif (found := _compared(verdict, mine)) and not _is_known(mutant):
            disagreements.append(f"{mutant}: {found}")
    return Report(
        refused=sum(not verdict.accepted for verdict in verdicts),
        taken=sum(verdict.accepted for verdict in verdicts),
        only_deploy=sum(isinstance(mine, Ours) and mine.only_deploy for mine in readings),
        disagreements=disagreements,
        crashes=crashes,
    )


def _reading(mutant: Mutant) -> Ours | Exception:
    try:
        return ours(mutant.text, cwd=Path(FOLDER))
    except Exception as error:
        return error


def _compared(verdict: Verdict, mine: Ours) -> str | None:
    if verdict.message.startswith("panic:"):  # neither taken nor refused
        return None
    return disagreement(verdict, mine)


def _is_known(mutant: Mutant) -> bool:
    return any(re.search(pattern, f"{mutant.tree.get('version')} {mutant}") for pattern, _ in KNOWN)
