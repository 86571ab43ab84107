"""The blocks of a YAML text that others are merged from, as typed values: documents come in, values by anchor go out.

`import` asks, so that `<<: *app` becomes `evolve(_app, …)` in Python. A block is read as what it is used for: one under
`x-app` that services merge is read as a service. What cannot be read so alone is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pystackdsl.compose.document import Document
from pystackdsl.compose.reading import FileReading, stated_minor
from pystackdsl.diagnostics import KeyPath, SourceNotes, StackError
from pystackdsl.model.key import keys_of
from pystackdsl.model.names import KINDS
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Value
from pystackdsl.model.variable import resolve

__all__ = ["anchored"]

MERGE = "<<"


def anchored(document: Document, stack: Stack, environment: Mapping[str, str]) -> dict[str, tuple[KeyPath, Any]]:
    """By anchor, where its block is written in the document and the value that it is in the stack, variables open.

    The values refer to the resources of `stack`, which the document says.
    """
    notes = document.marks.notes
    found: dict[str, tuple[KeyPath, Any]] = {}
    places = _Places(notes)
    for name, written in places.written.items():
        path = places.used_at(name)
        if path is not None and (value := _read(document, stack, environment, written, path)) is not None:
            found[name] = (written, value)
    return found


class _Places:
    """Where each block is written, and where in the stack it is used."""

    def __init__(self, notes: SourceNotes) -> None:
        parents = {path[:-1] for path in notes}
        self.written = {name: path for path, name in notes.shared.items() if path in parents}
        self.uses: dict[str, list[KeyPath]] = {}
        for path, name in notes.shared.items():
            self.uses.setdefault(name, []).append(_without_merge(path))

    def used_at(self, name: str, above: tuple[str, ...] = ()) -> KeyPath | None:
        """The first path of the stack at which a block is used, by itself or in another block; None for none."""
        uses = self.uses[name]
        for path in uses:
            if path[:1] and path[0] in KINDS:
                return path
        for path in uses:
            for other, start in self.written.items():
                if other != name and other not in above and path[: len(start)] == start:
                    outer = self.used_at(other, (*above, name))
                    if outer is not None:
                        return outer.join(path[len(start) :])
        return None


def _without_merge(path: KeyPath) -> KeyPath:
    """The path of the mapping that a merge key stands in."""
    return KeyPath(*path[: path.index(MERGE)]) if MERGE in path else path


def _read(
    document: Document, stack: Stack, environment: Mapping[str, str], written: KeyPath, path: KeyPath
) -> Any | None:
    """The value of the block written at one path as if it stood at another; None where it is none there."""
    block: Any = document.tree
    try:
        for step in written:
            block = block[step]
    except (KeyError, IndexError, TypeError):
        return None
    if not isinstance(block, dict) or len(path) < 2 or any(isinstance(step, int) for step in path):
        return None
    tree: dict[str, Any] = block
    for step in reversed(path):
        tree = {str(step): tree}
    try:
        return _followed(_resource(document, stack, environment, tree, path), path[2:])
    except (StackError, LookupError):
        return None


def _resource(
    document: Document, stack: Stack, environment: Mapping[str, str], tree: dict[str, Any], path: KeyPath
) -> Any:
    """The resource of a tree that holds nothing else. Raises KeyError where it is none."""
    from pystackdsl.compose.casts import declared_casts
    from pystackdsl.compose.interpolate import interpolate

    done = interpolate(tree, environment, declared_casts(), "open")
    resolver: Callable[[str], str] = lambda text: resolve(text, environment)  # noqa: E731 - typed
    reading = FileReading(done.tree, stated_minor(document.tree), resolver)
    held = {kind: getattr(stack, kind) for kind in KINDS}
    resources = reading.services(held) if path[0] == KINDS[0] else reading.declare()[str(path[0])]
    if reading.faults:
        raise KeyError(path[1])
    return resources[str(path[1])]


def _followed(value: Any, steps: Sequence[str | int]) -> Any:
    """The value below a resource by the keys that lead to it. Raises KeyError."""
    for step in steps:
        if isinstance(value, Value):
            fields = {key.name: field for field, (key, _) in keys_of(type(value)).items()}
            value = getattr(value, fields[str(step)])
        else:
            value = value[step]
    return value
