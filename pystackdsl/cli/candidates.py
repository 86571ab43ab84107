"""What a command line can go on with: words typed so far come in, candidates go out.

Called for the completion scripts of shells, and for docker where it runs us as a plugin. Names of stacks, services,
nodes and contexts are asked of the swarm that the words mean. What goes wrong is silent, and over after a moment:
somebody is typing.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from io import StringIO
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.terminal import emit

if TYPE_CHECKING:
    from pystackdsl.swarm.engine import Engine
    from pystackdsl.swarm.specs import Raw

__all__ = ["DYNAMIC", "candidates", "offer", "patient"]

PATIENCE: Final = 2.0
"""Seconds after which nothing is offered."""

FILTERS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "ps": {
        "desired-state": ("running", "ready", "shutdown", "accepted"),
        "id": (), "label": (), "name": ("SERVICE",), "node": ("NODE",), "service": ("SERVICE",),
    },
    "services": {
        "id": (), "label": (), "mode": ("global", "global-job", "replicated", "replicated-job"), "name": ("SERVICE",),
        "runtime": (),
    },
}  # fmt: skip
"""What each verb can filter by, and what it can be: words, or what in capitals stands for names."""


def offer(words: Sequence[str]) -> int:
    """Print the candidates for a kind of name, the first of the words, in the command line that the others are."""
    with patient():
        kind, *line = words
        emit("".join(f"{each}\n" for each in candidates(kind, line)))
    return exits.DONE


@contextmanager
def patient() -> Iterator[None]:
    """Let nothing that goes wrong be told, and the process end when it takes too long."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(exits.DONE))
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    with suppress(Exception), redirect_stderr(StringIO()):
        yield


def candidates(kind: str, line: Sequence[str]) -> list[str]:
    """The names of a kind, in a command line whose last word is not complete. Raises whatever goes wrong."""
    line = _joined(line)
    if kind == "CONTEXT":
        return _contexts()
    if kind == "NAME=VALUE":
        return _filters(line)
    return _asked(kind, line)


def _joined(line: Sequence[str]) -> list[str]:
    """The words as they were typed, before bash took every `=` for a word of its own."""
    words: list[str] = []
    for word in line:
        if words and (word == "=" or words[-1][-1:] == "="):
            words[-1] += word
        else:
            words.append(word)
    return words


def _filters(line: Sequence[str]) -> list[str]:
    """Names of filters with their `=`, and behind it what can stand there."""
    known = FILTERS.get(line[1] if len(line) > 1 else "", {})
    typed = line[-1].partition("=")[2] if line[-1].startswith("--") else line[-1]
    name, equals, _ = typed.partition("=")
    if not equals:
        return [f"{each}=" for each in known]
    found = [value for each in known.get(name, ()) for value in (_asked(each, line) if each.isupper() else [each])]
    return [f"{name}={value}" for value in found]


def _contexts() -> list[str]:
    from pystackdsl.swarm.engine.endpoint import contexts, docker_folder

    return contexts(docker_folder(os.environ))


def _asked(kind: str, line: Sequence[str]) -> list[str]:
    """Names that only the swarm knows."""
    from pystackdsl.swarm.engine import connect
    from pystackdsl.swarm.engine.endpoint import docker_folder, endpoint

    target = {name: _value(line, *spellings) for name, spellings in TARGET.items()}
    if endpoint(target["context"], target["host"], docker_folder(os.environ), os.environ).host.startswith("ssh://"):
        return []  # it takes too long, and may ask for a password
    engine = connect(**target)
    try:
        return sorted(set(DYNAMIC[kind](engine, line)))
    finally:
        engine.close()


TARGET: Final = {"context": ("--context",), "host": ("-H", "--host")}


def _value(line: Sequence[str], *spellings: str) -> str | None:
    """The value of an option in a command line."""
    for option, following in zip(line, [*line[1:], ""], strict=True):
        name, equals, value = option.partition("=")
        if name in spellings:
            return value if equals else following or None
    return None


def _stacks(engine: "Engine", line: Sequence[str]) -> list[str]:
    """Names of stacks; behind one, where services of it can be named, those."""
    verb, *rest = line[1:] or [""]
    stack = next((word for word in rest[:-1] if not word.startswith("-")), None)
    if verb == "logs" and stack is not None:
        return _services(engine, line)
    from pystackdsl.swarm.specs import NAMESPACE

    labels = [_labels(raw) for raw in engine.list("services", {"label": [NAMESPACE]})]
    return [label[NAMESPACE] for label in labels]


def _services(engine: "Engine", line: Sequence[str]) -> list[str]:
    """Services of the stack that is named before: by their keys, but in full where filters want that."""
    from pystackdsl.swarm.specs import NAMESPACE

    stacks = {_value(line, "--name"), *(word for word in line[2:-1] if not word.startswith("-"))}
    found = []
    for raw in engine.list("services", {"label": [NAMESPACE]}):
        stack, name = _labels(raw)[NAMESPACE], raw["Spec"]["Name"]
        if stack in stacks or line[1] not in ("logs", *FILTERS):
            found.append(name if line[1] in FILTERS else name.removeprefix(f"{stack}_"))
    return found


def _nodes(engine: "Engine", _line: Sequence[str]) -> list[str]:
    return [node["Spec"].get("Name") or node["Description"]["Hostname"] for node in engine.list("nodes")]


def _labels(raw: "Raw") -> dict[str, str]:
    found: dict[str, str] = raw["Spec"]["Labels"]
    return found


DYNAMIC: Final[Mapping[str, Callable[["Engine", Sequence[str]], list[str]]]] = {
    "STACK": _stacks,
    "SERVICE": _services,
    "JOB": _services,
    "NODE": _nodes,
}
"""What the swarm is asked for, by what stands for the value in help texts."""
