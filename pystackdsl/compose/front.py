"""The door for Compose text: files in, one Stack and placed findings out, as `docker stack` would read them.

Each file is read, interpolated and turned into typed values by itself; then the files are merged, the later ones
winning. A file may refer to what another declares.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from pystackdsl.compose.casts import declared_casts
from pystackdsl.compose.document import Document, read
from pystackdsl.compose.environment import filled
from pystackdsl.compose.exchange import altered
from pystackdsl.compose.interpolate import Interpolated, Mode, interpolate
from pystackdsl.compose.load import FileReading
from pystackdsl.compose.merge import merged_services
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Place, Severity
from pystackdsl.model.names import KINDS
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import FrozenDict, Resource

__all__ = ["Loaded", "StackText", "load", "load_texts", "placed"]


@attrs.frozen
class StackText:
    """One Compose text: its bytes, and the file it comes from (None for standard input)."""

    data: bytes
    file: Path | None = None


@attrs.frozen
class Loaded:
    """A stack from Compose texts, with warnings in place and the documents they were found in.

    `variables` tells, by name, which paths of the stack used a variable.
    """

    stack: Stack
    warnings: tuple[Diagnostic, ...]
    documents: tuple[Document, ...]
    variables: Mapping[str, Sequence[KeyPath]]


def load(source: Path | str, *, environment: Mapping[str, str] | None = None, base: Path | None = None) -> Stack:
    """The stack of a Compose file (a Path) or text (a str), as `docker stack` would read it.

    `environment` fills in variables, by default the process environment. `base` is the folder that relative paths
    start from, by default the file's own. Raises InvalidStack with all faults, and OSError for a file that cannot be
    read.
    """
    text = StackText(source.read_bytes(), source) if isinstance(source, Path) else StackText(source.encode())
    folder = base or (source.parent if isinstance(source, Path) else None)
    return load_texts([text], environment=os.environ if environment is None else environment, base=folder).stack


def load_texts(
    texts: Sequence[StackText], *, environment: Mapping[str, str], base: Path | None, mode: Mode = "substitute"
) -> Loaded:
    """The stack of one or several Compose texts, merged. Raises InvalidStack with all faults of all texts."""
    documents = _all([lambda text=text: read(text.data, text.file) for text in texts])
    findings: list[Diagnostic] = _mismatches(documents)
    for document in documents:
        findings += document.findings
    filled_in = [_interpolated(document, environment, mode) for document in documents]
    readings = _all([lambda d=d, i=i: _reading(d, i) for d, i in zip(documents, filled_in, strict=True)])
    held: dict[str, dict[str, Resource]] = {kind: {} for kind in KINDS}
    for reading in readings:
        for kind, resources in reading.declare().items():
            held[kind] |= resources
    services = [reading.services(held) for reading in readings]
    for document, done, reading in zip(documents, filled_in, readings, strict=True):
        findings += done.findings
        findings += placed([*reading.faults, *reading.warnings], document)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InvalidStack(findings)
    stack = _stack(held, services, readings[0], documents[0], environment, base)
    return Loaded(stack, tuple(findings), tuple(documents), _variables(filled_in))


def _all(steps: Iterable[Any]) -> list[Any]:
    """The results of all steps; the faults of all that fail are raised together."""
    results: list[Any] = []
    findings: list[Diagnostic] = []
    for step in steps:
        try:
            results.append(step())
        except InvalidStack as error:
            findings += error.findings
    if findings:
        raise InvalidStack(findings)
    return results


def _mismatches(documents: Sequence[Document]) -> list[Diagnostic]:
    """Files whose versions differ from the first one's."""
    stated = [document.tree.get("version") or "3.13" for document in documents]
    stated = ["3.13" if version == "3" else str(version) for version in stated]
    return [
        finding
        for version, document in zip(stated, documents, strict=True)
        if version != stated[0]
        for finding in placed([_mismatch(version, stated[0])], document)
    ]


def _mismatch(version: str, first: str) -> Diagnostic:
    return Diagnostic(
        summary=f"this file is of version {version}, and the first one of {first}",
        expected="one version in all files",
        help="write the same version in each, or leave it out of all",
        path=KeyPath("version"),
        rule="schema",
    )


def _interpolated(document: Document, environment: Mapping[str, str], mode: Mode) -> Interpolated:
    if mode == "skip" or not document.may_hold_variables:
        return Interpolated(document.tree)

    def place_of(path: KeyPath, start: int, end: int) -> Place | None:
        span = document.marks.value(path, start, end)
        return Place(span) if span else None

    return interpolate(document.tree, environment, declared_casts(), mode, place_of)


def _reading(document: Document, done: Interpolated) -> FileReading:
    try:
        return FileReading(done.tree, document.tree.get("version"))
    except InvalidStack as error:
        raise InvalidStack(placed(error.findings, document)) from None


def placed(findings: Iterable[Diagnostic], document: Document) -> list[Diagnostic]:
    """Findings with their places in a document's text: the faulty part of a value, the value, or the key."""
    return [_placed(finding, document) for finding in findings]


def _placed(finding: Diagnostic, document: Document) -> Diagnostic:
    if finding.places:
        return finding
    span = None
    if finding.excerpt is not None:
        span = document.marks.value(finding.path, *finding.excerpt[1:])
    elif not finding.at_key:
        span = document.marks.value(finding.path)
    place = Place(span) if span else document.place(finding.path)
    return finding.at(place) if place else finding


def _stack(
    held: Mapping[str, Mapping[str, Resource]],
    services: Sequence[dict[str, Any]],
    first: FileReading,
    document: Document,
    environment: Mapping[str, str],
    base: Path | None,
) -> Stack:
    """The stack of the files' services and of what they declare together."""
    merged = services[0]
    if len(services) > 1:
        keys = {id(resource): key for resources in held.values() for key, resource in resources.items()}
        folder = base or Path()
        each = [
            {
                name: altered(service, environment=FrozenDict(filled(service, folder, environment)))
                for name, service in file.items()
            }
            for file in services
        ]
        merged = each[0]
        for later in each[1:]:
            merged = merged_services(merged, later, lambda resource: keys[id(resource)])
    stated = document.tree.get("version")
    rest: dict[str, Any] = {kind: held[kind] for kind in KINDS[1:]}
    return Stack(services=merged, **rest, version=stated or None, x=first.extensions or None, base=base)


def _with_environments(services: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The services with their environments filled in, as Docker merges them."""
    return {
        name: altered(service, environment=FrozenDict(filled(service, folder, environment)))
        for name, service in services.items()
    }


def _variables(done: Sequence[Interpolated]) -> dict[str, list[KeyPath]]:
    found: dict[str, list[KeyPath]] = {}
    for each in done:
        for name, paths in each.variables.items():
            found.setdefault(name, []).extend(paths)
    return found
