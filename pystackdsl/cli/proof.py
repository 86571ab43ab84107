"""The proof of an import: what the new Python file builds is compared with what the YAML builds.

A stack and the source written for it come in, the differences go out, one a line; none is the proof.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import attrs

from pystackdsl.compose.assets import with_assets
from pystackdsl.compose.codec import spell
from pystackdsl.compose.document import Document, read
from pystackdsl.compose.exchange import exchanged
from pystackdsl.compose.front import load_documents
from pystackdsl.compose.template import Template
from pystackdsl.diagnostics import KeyPath, StackError
from pystackdsl.model.stack import Stack
from pystackdsl.model.variable import OPEN, resolve

__all__ = ["Proof", "compared", "compared_with_values"]

_WORDS = {**dict.fromkeys(("y", "yes", "on"), "true"), **dict.fromkeys(("n", "no", "off"), "false")}


class Proof(NamedTuple):
    """How a new file differs from the old ones, one difference a line, and the paths of dates that are texts in it."""

    differences: list[str]
    dates: list[str]


def compared(
    stack: Stack, source: str, folder: Path | None, environment: Mapping[str, str], resolved: Mapping[str, str]
) -> Proof:
    """How what `source` builds, read as a file of `folder`, differs from what `stack` builds.

    The variables in `resolved` may have their values of `environment` in the one and be open in the other.
    """
    from pystackdsl.python import load

    try:
        again = load(source, environment=None, base=folder or Path())
        texts = [_built(each, folder, environment) for each in (stack, again)]
    except StackError as error:
        return Proof([f"the new file cannot be built: {finding}" for finding in error.findings], [])
    before, after = (read(text).tree for text in texts)
    comparison = _Comparison(environment, resolved)
    return Proof(comparison.told(before, after), comparison.dates)


def compared_with_values(
    document: Document, source: str, folder: Path | None, environment: Mapping[str, str]
) -> list[str]:
    """How what `source` says differs from the document, both of one folder, once all variables have their values.

    Nothing where the one or the other cannot be read with these values: that is for a deploy to tell.
    """
    from pystackdsl.python import load

    try:
        before = load_documents([document], environment=environment, base=folder).stack
        after = load(source, environment=environment, base=folder or Path())
        trees = [read(_built(attrs.evolve(each, version=None), folder, environment)).tree for each in (before, after)]
    except StackError:
        return []
    return _Comparison({}, {}).told(*trees)


def _built(stack: Stack, folder: Path | None, environment: Mapping[str, str]) -> str:
    """The Compose text of a stack, with the contents of configs, which are files beside it, as extension fields.

    Variables in such contents get their values, since no file can hold what is not known yet.
    """
    open_contents = [each for each in stack.configs.values() if isinstance(each.content, str) and OPEN in each.content]
    settled = {id(each): attrs.evolve(each, content=resolve(str(each.content), environment)) for each in open_contents}
    stack = exchanged(stack, settled)
    complete, assets = with_assets(stack, folder=folder or Path(), stack_name=None, rotate=False, label="stack")
    said: dict[str, Any] = dict(stack.x or {})
    said |= {f"x-{path.name}": data.decode(errors="backslashreplace") for path, data in assets.items()}
    return spell(attrs.evolve(complete, x=said or None), folder=folder)


_NOTHING = object()


class _Comparison:
    """Two trees of Compose text, compared value by value."""

    def __init__(self, environment: Mapping[str, str], resolved: Mapping[str, str]) -> None:
        self.environment = environment
        self.resolved = resolved
        self.dates: list[str] = []

    def told(self, one: Any, other: Any) -> list[str]:
        """The differences between two trees, one a line."""
        return [
            f"{path or 'the stack'}: {_shown(first, path)} and {_shown(second, path)}"
            for path, first, second in self.between(one, other, KeyPath())
        ]

    def between(self, one: Any, other: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any, Any]]:
        """The places where two trees differ, with what is there; the order of keys does not count."""
        if isinstance(one, dict) and isinstance(other, dict):
            for key in {**one, **other}:
                yield from self.between(one.get(key, _NOTHING), other.get(key, _NOTHING), path / key)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for position, (first, second) in enumerate(zip(one, other, strict=True)):
                yield from self.between(first, second, path / position)
        elif other is not None and getattr(one, "rfc3339", None) == other:
            self.dates.append(str(path))
        elif not (type(one) is type(other) and one == other) and not self.is_resolved(one, other):
            yield path, one, other

    def is_resolved(self, one: Any, other: Any) -> bool:
        """Whether the one is the other with values for variables that could not stay open."""
        if not (isinstance(one, str) and "$" in one):
            return False
        first = Template(one, self.environment, is_open=False)
        second = Template(other, self.environment, is_open=False) if isinstance(other, str) else None
        closed = set(first.names) - set(second.names if second else ())
        return closed <= self.resolved.keys() and _plain(first.value) == _plain(second.value if second else other)


def _plain(value: Any) -> Any:
    """A value in the one form that Docker takes its spellings for."""
    text = str(value).lower()
    try:
        return float(text)
    except ValueError:
        return _WORDS.get(text, str(value))


def _shown(value: Any, path: KeyPath) -> str:
    """A value on one line, without what looks secret."""
    from pystackdsl.model.secrecy import shown as discreet
    from pystackdsl.model.secrecy import without_passwords

    if isinstance(value, str) and path:
        value = discreet(str(path[-1]), value)
    shown = "nothing" if value is _NOTHING else without_passwords(repr(value))
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
