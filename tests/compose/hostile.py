"""Stack files that nobody would write, and what the whole YAML front end does with them: never anything but say so.

`hostile` draws one from a random source: trees with several things wrong at once, torn and spliced texts, variables in
odd places, several files. `outcome` reads it in every way that commands do, and tells what should not happen: an
exception, a text of ours that we do not read back as the same. `python tests/fuzz.py` does this for minutes.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, Literal

import attrs
from rig import ROOT

from pystackdsl.compose import ignored
from pystackdsl.compose.canonical import canonical
from pystackdsl.compose.codec import spell
from pystackdsl.compose.document import read
from pystackdsl.compose.front import Loaded, StackText, load_texts
from pystackdsl.content.environment import environments
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.model.validity import findings
from pystackdsl.views.diagnostics import render

__all__ = ["Hostile", "hostile", "outcome", "shown"]

FOLDER = ROOT / "tests" / "golden" / "stacks"
ENV = {"HOME": "/home/user", "A": "aval", "N": "2", "EMPTY": "", "ODD": "a: b\n- \u2028'\"${A}", "T": "true"}

ATOMS: Sequence[Any] = (
    None,
    True,
    0,
    -1,
    2**63,
    2**64,
    10**400,
    1.5,
    1e300,
    -0.0,
    "",
    " ",
    "x",
    "x" * 3000,
    "\u0000",
    "\ud800",
    "\ufdd0A\ufdd1",
    "\ufdd2abc\ufdd3",
    "\u2028",
    "\n",
    "a\nb",
    "é👍",
    "$",
    "$$",
    "${",
    "${A}",
    "${A:-b}",
    "${UNSET:?no}",
    "${N}",
    "$N-$ODD",
    "${ODD}",
    "${A!}$B",
    "80:80",
    "1-2:3-4",
    "0-65535:0-65535",
    "v:/x",
    "~",
    "~x:/y:ro,z",
    "C:\\a:b",
    ":" * 50,
    "10s",
    "9" * 40 + "s",
    "1" * 300 + "M",
    "1/0",
    "node.role==manager",
    "a 'b",
    "# c",
    "a=b=c",
    "..",
    "global",
    "bind",
    "volume",
    "default",
    "x-cluster-spec",
    {},
    [],
    {"": ""},
    {"a": {"b": {"c": {}}}},
    {"name": "x"},
    {"source": "x", "target": "y"},
    {"type": "bind", "source": "~", "target": "/x"},
    {"image": "x"},
    {"external": {"name": "${A}"}},
    [[[[[[]]]]]],
    [{}, [], ""],
    ["a", "a"],
)


@attrs.frozen
class Hostile:
    """Files that are read together, and how they are read."""

    texts: tuple[bytes, ...]
    mode: Literal["substitute", "open", "skip"]
    from_compose: bool


@cache
def _seeds() -> list[tuple[bytes, dict[str, Any]]]:
    files = [
        *sorted((ROOT / "tests" / "golden" / "cases").glob("*.yml")),
        ROOT / "tests" / "golden" / "every_key" / "stack.yml",
        ROOT / "tests" / "golden" / "mistakes" / "compose-file.yml",
    ]
    texts = [file.read_bytes() for file in files]
    for file in sorted((FOLDER / "accepted").glob("*.yml")):
        texts += [text.encode() for text in file.read_text().split("\n---\n")]
    found = []
    for text in texts:
        try:
            found.append((text, read(text).tree))
        except InvalidStack:
            continue
    return found


def hostile(random: Random) -> Hostile:
    """Files to be read, drawn from a random source."""
    count = random.choice((1, 1, 1, 1, 2, 3))
    return Hostile(
        texts=tuple(_text(random) for _ in range(count)),
        mode=random.choice(("substitute", "substitute", "open", "skip")),
        from_compose=random.random() < 0.3,
    )


def _text(random: Random) -> bytes:
    text, tree = random.choice(_seeds())
    if random.random() < 0.75:
        for _ in range(random.choice((1, 1, 2, 3, 6, 12))):
            tree = _changed(tree, random)
        text = json.dumps(tree, default=str).encode()
    if random.random() < 0.3:
        text = _torn(text, random)
    return text


def _changed(node: Any, random: Random) -> Any:
    """A copy of a tree with one thing changed somewhere."""
    deeper = isinstance(node, (dict, list)) and node and random.random() < 0.85
    if not deeper:
        return _replaced(node, random)
    if isinstance(node, list):
        at = random.randrange(len(node))
        return [*node[:at], _changed(node[at], random), *node[at + 1 :]]
    key = random.choice(list(node))
    kind = random.random()
    if kind < 0.06:
        return {name: item for name, item in node.items() if name != key}
    if kind < 0.12:
        return {**node, random.choice(_keys()): random.choice((node[key], random.choice(ATOMS)))}
    if kind < 0.16:
        return {**node, key: {random.choice(_keys()): node[key]}}
    return {**node, key: _changed(node[key], random)}


def _replaced(node: Any, random: Random) -> Any:
    kind = random.random()
    if kind < 0.2 and isinstance(node, str):
        at = random.randrange(len(node) + 1)
        return node[:at] + str(random.choice([atom for atom in ATOMS if isinstance(atom, str)])) + node[at:]
    if kind < 0.3:
        return [node, node]
    if kind < 0.4:
        _, tree = random.choice(_seeds())
        return tree
    return random.choice(ATOMS)


@cache
def _keys() -> list[str]:
    """Keys of all seeds, and odd ones."""
    found: set[str] = {"", "x-", "a.b", "é", "\n", "<<", "extends", "content", "scale", "published"}
    waiting: list[Any] = [tree for _, tree in _seeds()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found |= node.keys()
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return sorted(found)


def _torn(text: bytes, random: Random) -> bytes:
    """A text with a few bytes taken out, doubled or put in."""
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(text) + 1)
        to = min(len(text), at + random.choice((0, 1, 3, 40)))
        put = random.choice(
            (b"", text[at:to] * 2, b" ", b"\n", b"\t", b": ", b"&a ", b"*a ", b"!!int ", b"\xff", b"${")
        )
        text = text[:at] + put + text[to:]
    return text


def outcome(tried: Hostile) -> str | None:
    """What went wrong, or None."""
    texts = [StackText(text) for text in tried.texts]
    try:
        loaded = load_texts(texts, environment=ENV, base=FOLDER, mode=tried.mode, from_compose=tried.from_compose)
    except InvalidStack as error:
        return _unsaid(error)
    except Exception:
        return traceback.format_exc()
    try:
        return _unsound(loaded, tried)
    except Exception:
        return traceback.format_exc()


def _unsaid(error: InvalidStack) -> str | None:
    """What a refusal lacks."""
    try:
        render(error.findings)
    except Exception:
        return traceback.format_exc()
    if not error.findings:
        return "refused without a reason"
    faults = [finding for finding in error.findings if not finding.places or not finding.summary]
    return f"no place or no words: {faults[0]!r}" if faults else None


def _unsound(loaded: Loaded, tried: Hostile) -> str | None:
    """What is wrong with a stack that was read."""
    stack = loaded.stack
    render((*loaded.warnings, *loaded.conversions))
    faults = [finding for finding in findings(stack) if finding.severity.value == "error"]
    ignored(stack)
    if faults or tried.from_compose or tried.mode == "skip":
        return None
    try:
        text = spell(stack, folder=FOLDER)
        long = None if tried.mode == "open" else canonical(stack, environments(stack, ENV), "/home/user")
    except InvalidStack as error:
        return None if error.findings else "refused without a reason"
    again = load_texts([StackText(text.encode())], environment=ENV, base=FOLDER, mode=tried.mode).stack
    if long is None:
        if len(tried.texts) > 1:  # what they repeat is written once
            return None if spell(again, folder=FOLDER) == text else f"is written in another way:\n{text}"
        return None if attrs.evolve(again, version=stack.version) == stack else f"reads back as another stack:\n{text}"
    same = canonical(again, environments(again, ENV), "/home/user") | {"version": long["version"]}
    if len(tried.texts) > 1:
        same, long = _without_repeats(same), _without_repeats(long)
    return None if same == long else f"reads back as another stack:\n{text}\n{long}\n{same}"


def shown(tried: Hostile) -> str:
    """The files, for a report."""
    texts = "\n---\n".join(text.decode(errors="backslashreplace") for text in tried.texts)
    return f"mode {tried.mode}, from_compose {tried.from_compose}\n{texts}"


def _without_repeats(tree: Any) -> Any:
    """A tree whose lists say nothing twice."""
    if isinstance(tree, dict):
        return {key: _without_repeats(value) for key, value in tree.items()}
    if isinstance(tree, list):
        items = [_without_repeats(item) for item in tree]
        return [item for i, item in enumerate(items) if item not in items[i + 1 :]]
    return tree
