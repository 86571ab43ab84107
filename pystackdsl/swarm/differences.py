"""What changes between two values of the model, in Compose words.

Two trees of Compose keys come in, as `model.spelling` gives them; `Difference`s with their key paths go out. Called by
`wording`.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import attrs

from pystackdsl.diagnostics import KeyPath
from pystackdsl.model.key import declared
from pystackdsl.model.secrecy import is_secret_name
from pystackdsl.model.texts import as_command, as_test
from pystackdsl.swarm.changes import Difference
from pystackdsl.swarm.masking import MASK, hushed, masked

__all__ = ["differences", "of_contents", "shielded"]

MOST_LINES: Final = 60
"""How many lines of a content's diff are shown."""


def differences(before: Any, after: Any, path: KeyPath | None = None) -> Iterator[Difference]:
    """What changes from one tree to another: one difference for each value, for each entry of a list."""
    path = path or KeyPath()
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*after, *before)):
            yield from differences(before.get(name), after.get(name), path / name)
    elif isinstance(before, dict) and after is None:
        for name in before or {"": None}:
            yield from differences(before.get(name), None, path / name if name else path)
    elif isinstance(after, dict) and before is None:
        for name in after or {"": None}:
            yield from differences(None, after.get(name), path / name if name else path)
    elif _is_listed(path, before, after):
        yield from _of_lists(tuple(before or ()), tuple(after or ()), path)
    else:
        yield Difference(path=path, before=_text(before, path), after=_text(after, path))


def _is_listed(path: KeyPath, before: Any, after: Any) -> bool:
    """Whether both are lists whose items stand each for itself."""
    is_list = all(each is None or isinstance(each, (list, tuple)) for each in (before, after))
    return is_list and not (path and path[-1] in _lines())


def _of_lists(before: Sequence[Any], after: Sequence[Any], path: KeyPath) -> Iterator[Difference]:
    """Entries that are gone, that are new, or that changed in their place."""
    rest = list(after)
    gone = []
    for item in before:
        if item in rest:
            rest.remove(item)
        else:
            gone.append(item)
    if not gone and not rest:
        yield Difference(path=path, before=None, after=None, note="in another order")
    elif len(gone) == len(rest):
        for old, new in zip(gone, rest, strict=True):
            yield from differences(old, new, path / list(after).index(new))
    else:
        yield from (Difference(path=path, before=_text(item, path), after=None) for item in gone)
        yield from (Difference(path=path, before=None, after=_text(item, path)) for item in rest)


@cache
def _lines() -> frozenset[str]:
    """The keys whose lists are one line of a command."""
    from pystackdsl.model.container import Healthcheck
    from pystackdsl.model.service import Service

    keys = [key for cls in (Service, Healthcheck) for key, _ in declared(cls).values()]
    return frozenset(key.name for key in keys if key.converter in (as_command, as_test))


def _text(value: Any, path: KeyPath) -> str | None:
    """A value as it is shown on a line; None stays None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_text(item, path / name)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        if path and path[-1] in _lines():
            return shlex.join(map(str, value))
        return "[" + ", ".join(str(_text(item, path)) for item in value) + "]"
    text = str(value)
    return text if text and text == text.strip() else f'"{text}"'


_HOLDERS: Final = frozenset({"environment", "options", "Options", "driver_opts"})
"""The keys below which names say whether values are secret; a secret's driver is told as the Engine spells it."""


def shielded(found: Difference) -> Difference:
    """A difference without what looks secret in it: in an environment, options of a driver, labels, commands."""
    before, after = (None if value is None else _shielded(found.path, value) for value in (found.before, found.after))
    if (before, after) == (found.before, found.after):
        return found
    is_whole = MASK in (before, after)
    is_hidden = before == after and found.before != found.after and not is_whole
    return attrs.evolve(
        found, before=before, after=after, masked=is_whole, note="another password" if is_hidden else found.note
    )


def _shielded(path: KeyPath, value: str) -> str:
    """What of a value may be shown, by the name it has and by what is in it."""
    parents, name = path[:-1], str(path[-1])
    if _HOLDERS.intersection(map(str, parents)):
        return masked(name, value)
    if "Env" in path:
        name, mark, value = value.partition("=")
        return name + mark + masked(name, value)
    is_secret = "labels" in parents and (is_secret_name(name) or name.lower().endswith("auth.users"))
    return MASK if is_secret and value else hushed(value)


def of_contents(before: bytes, after: bytes) -> Difference:
    """How the content of a config changes: the lines of a unified diff, where both are text."""
    path = KeyPath("content")
    try:
        old, new = before.decode(), after.decode()
    except UnicodeDecodeError:
        return Difference(path=path, before=f"{len(before)} bytes", after=f"{len(after)} bytes")
    from difflib import unified_diff

    lines = list(unified_diff(_lines_of(old), _lines_of(new), lineterm="", n=2))[2:]
    rest = len(lines) - MOST_LINES
    if rest > 0:
        lines = [*lines[:MOST_LINES], f"@@ {rest} more lines @@"]
    return Difference(path=path, before=None, after=None, diff=tuple(lines))


def _lines_of(text: str) -> list[str]:
    """The lines of a text; that the last one is not ended is told, since it may be all that changes."""
    lines = text.split("\n")
    return lines[:-1] if not lines[-1] else [*lines[:-1], f"{lines[-1]} (no line break at the end)"]
