"""The door for Compose text: files in, one Stack and placed findings out, as `docker stack` would read them.

Each file is read, interpolated and turned into typed values by itself; then the files are merged, the later ones
winning. A file may refer to what another declares.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from pystackdsl.compose.document import Document, read
from pystackdsl.compose.forms import of_variable
from pystackdsl.compose.interpolate import Interpolated, Mode
from pystackdsl.compose.misfit import DEPLOY, SCHEMA, Misfit, misfit
from pystackdsl.compose.oddities import oddities
from pystackdsl.compose.reading import FileReading, stated_minor
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Place, Severity
from pystackdsl.model.names import KINDS
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource

if TYPE_CHECKING:
    from pystackdsl.compose.adapt import Adapted

__all__ = ["Loaded", "StackText", "load", "load_documents", "load_texts", "placed"]

T = TypeVar("T")


class StackText:
    """One Compose text: its bytes, and the file it comes from (None for standard input)."""

    __slots__ = ("data", "file")

    def __init__(self, data: bytes, file: Path | None = None) -> None:
        self.data = data
        self.file = file


class Loaded:
    """A stack from Compose texts, with warnings in place and the documents they were found in.

    `variables` tells, by name, which paths of the stack used a variable. `resolved` has the values of those that were
    to stay open and could not, because they decide what a text means (a reference, a path or a name). `conversions`
    tell what of a Docker Compose file reads otherwise as a stack.
    """

    __slots__ = ("conversions", "documents", "resolved", "stack", "variables", "warnings")

    def __init__(
        self,
        stack: Stack,
        warnings: tuple[Diagnostic, ...],
        documents: tuple[Document, ...],
        variables: Mapping[str, Sequence[KeyPath]],
        resolved: Mapping[str, str],
        conversions: tuple[Diagnostic, ...] = (),
    ) -> None:
        self.stack = stack
        self.warnings = warnings
        self.documents = documents
        self.variables = variables
        self.resolved = resolved
        self.conversions = conversions


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
    texts: Sequence[StackText],
    *,
    environment: Mapping[str, str],
    base: Path | None,
    mode: Mode = "substitute",
    from_compose: bool = False,
    shell: Mapping[str, str] | None = None,
) -> Loaded:
    """The stack of one or several Compose texts, merged. Raises InvalidStack with all faults of all texts.

    A finding's `rule` is "schema" for what `docker stack config` refuses and "deploy" for what only a deploy refuses.
    `from_compose` takes files of Docker Compose, and converts what has an exact meaning in Swarm. With a `shell`,
    variables that are to stay open do not where several files say the same key, and entries of environments that
    several files have are filled from it.
    """
    documents = _all([lambda text=text: read(text.data, text.file, goes_on=True) for text in texts])  # type: ignore[misc]
    return load_documents(
        documents, environment=environment, base=base, mode=mode, from_compose=from_compose, shell=shell
    )


def load_documents(
    documents: Sequence[Document],
    *,
    environment: Mapping[str, str],
    base: Path | None,
    mode: Mode = "substitute",
    from_compose: bool = False,
    shell: Mapping[str, str] | None = None,
) -> Loaded:
    """What `load_texts` makes of texts that have been read. Raises InvalidStack as it does."""
    return _Loading(documents, environment, base, mode, from_compose=from_compose, shell=shell).run()


def _all(steps: Iterable[Callable[[], T]]) -> list[T]:
    """The results of all steps; the faults of all that fail are raised together."""
    results: list[T] = []
    findings: list[Diagnostic] = []
    for step in steps:
        try:
            results.append(step())
        except InvalidStack as error:
            findings += _ruled(error.findings)
    if findings:
        raise InvalidStack(findings)
    return results


class _Loading:
    """One run of `load_texts`, and what it has found so far, file by file."""

    def __init__(
        self,
        documents: Sequence[Document],
        environment: Mapping[str, str],
        base: Path | None,
        mode: Mode,
        *,
        from_compose: bool,
        shell: Mapping[str, str] | None,
    ) -> None:
        self.documents = documents
        self.environment = environment
        self.base = base
        self.mode: Mode = mode
        self.findings: list[list[Diagnostic]] = [[] for _ in documents]
        self.resolved: dict[str, str] = {}
        self.compose: list[Adapted | None] = [None] * len(documents)
        self.from_compose = from_compose
        self.shell = shell

    def run(self) -> Loaded:
        """The stack of all documents. Raises InvalidStack."""
        trees = [self.interpolated(*pair) for pair in zip(self.documents, self.shared(), strict=True)]
        readings = [self.reading(*pair) for pair in enumerate(trees)]
        self.check_versions(readings)
        held: dict[str, dict[str, Resource]] = {kind: {} for kind in KINDS}
        for reading in readings:
            for kind, resources in reading.declare().items():
                held[kind] |= resources
        services = [reading.services(held) for reading in readings]
        for at, pair in enumerate(zip(trees, readings, strict=True)):
            self.note_reading(at, *pair)
        merged = self.merged(services, held) if len(services) > 1 else services[0]
        self.note_deploy_faults(readings[0], services[0], held)
        findings = [finding for file in self.findings for finding in sorted(file, key=_position)]
        if any(finding.severity is Severity.ERROR for finding in findings):
            raise InvalidStack(findings)
        rest: dict[str, Any] = {kind: held[kind] for kind in KINDS[1:]}
        first = self.compose[0]
        stack = Stack(
            services=merged,
            **rest,
            version=readings[0].tree.get("version") or None,
            x=readings[0].extensions,
            name=first.name if first else None,
            base=self.base,
        )
        conversions = [
            finding
            for found, document in zip(self.compose, self.documents, strict=True)
            if found
            for finding in sorted(placed(found.conversions, document), key=_position)
        ]
        return Loaded(
            stack, tuple(findings), tuple(self.documents), _variables(trees), self.resolved, tuple(conversions)
        )

    def note(self, at: int, findings: Iterable[Diagnostic]) -> None:
        """Keep findings of the document at a position, in their places."""
        compose = self.compose[at]
        self.findings[at] += placed(_ruled(findings), self.documents[at], compose.moved if compose else {})

    def note_reading(self, at: int, done: Interpolated, reading: FileReading) -> None:
        """Note all that was found in a document, but what only follows from values that are no YAML."""
        document = self.documents[at]
        spoilt = [finding.path for finding in document.findings if finding.severity is Severity.ERROR]
        odd = () if reading.faults or spoilt else oddities(reading.tree, document)
        told = {finding.path for finding in done.findings if finding.severity is Severity.ERROR}
        filled = {path for paths in done.variables.values() for path in paths}
        faults = [
            of_variable(fault) if fault.path in filled else fault
            for fault in reading.faults
            if fault.path not in told  # a variable's fault says more
        ]
        found = [*done.findings, *faults, *reading.warnings, *odd]
        self.note(at, [*document.findings, *(each for each in found if not _is_spoilt(each.path, spoilt))])

    def reading(self, at: int, done: Interpolated) -> FileReading:
        """The reading of a document's tree, with the schema version that the document states; one that there is not
        is noted, and the newest taken.
        """
        tree = done.tree
        if self.from_compose:
            from pystackdsl.compose.adapt import adapted

            compose = self.compose[at] = adapted(tree, self.environment)
            self.note(at, compose.findings)
            return FileReading(compose.tree, 13, self.resolve, compose.contents)
        try:
            minor = stated_minor(self.documents[at].tree)
        except InvalidStack as error:
            self.note(at, error.findings)
            minor = 13
        return FileReading(tree, minor, self.resolve)

    def note_deploy_faults(
        self, reading: FileReading, services: dict[str, Any], held: Mapping[str, Mapping[str, Resource]]
    ) -> None:
        """Where the file has faults, note what only a deploy would refuse about the keys of services that have none.

        Nothing is said where a fault may be one of structure, such as a key that stands beside its service, for then
        what is missing may only be in the wrong place; nor of several files, which may mend each other.
        """
        faults = [finding.path for finding in self.findings[0] if finding.severity is Severity.ERROR]
        is_plain = len(self.documents) == 1 and not self.from_compose and self.mode != "skip"
        if not faults or not is_plain or any(path[:1] != ("services",) or len(path) < 3 for path in faults):
            return
        from pystackdsl.model.validity import findings

        faulty = {path[:3] for path in faults}
        sound = services | reading.without(faulty)
        rest: dict[str, Any] = {kind: held[kind] for kind in KINDS[1:]}
        told = [each for each in findings(Stack(services=sound, **rest, base=self.base)) if each.path[:3] not in faulty]
        cut = {path[1] for path in faulty}  # what such a service lacks may be in the keys that are left out
        told = [each for each in told if len(each.path) != 2 or each.path[1] not in cut]
        self.note(0, [self.besides(finding) for finding in told if finding.severity is Severity.ERROR])

    def besides(self, finding: Diagnostic) -> Diagnostic:
        """A finding of the whole stack as one of the file, in all its places."""
        document = self.documents[0]
        finding = attrs.evolve(finding, help=finding.help_in_yaml or finding.help, rule=DEPLOY)
        others = [document.place(subject.path, subject.note) for subject in finding.subjects[1:]]
        [found] = placed([finding], document)
        return found.at(*found.places, *filter(None, others))

    def check_versions(self, readings: Sequence[FileReading]) -> None:
        """Note the files whose version is not the first one's."""
        first = readings[0].minor
        for at, reading in enumerate(readings):
            if reading.minor != first and not self.findings[at]:
                self.note(at, _mismatch(reading.minor, first).findings)

    def shared(self) -> Sequence[frozenset[tuple[str | int, ...]]]:
        """For each document, the paths of what another one says too, where that matters."""
        if self.shell is None or len(self.documents) == 1:
            return [frozenset()] * len(self.documents)
        from pystackdsl.compose.overlap import overlaps

        return overlaps([document.tree for document in self.documents])

    def interpolated(self, document: Document, shared: frozenset[tuple[str | int, ...]]) -> Interpolated:
        """A document's tree with the values of its variables. None stays open in what is `shared` with others."""
        if self.mode == "skip" or not document.may_hold_variables:
            return Interpolated(document.tree)
        from pystackdsl.compose.casts import declared_casts
        from pystackdsl.compose.interpolate import interpolate
        from pystackdsl.compose.overlap import is_below

        def place_of(path: KeyPath, start: int, end: int) -> Place | None:
            span = document.marks.value(path, start, end)
            return Place(span) if span else None

        decides = partial(is_below, paths=shared) if shared else None
        done = interpolate(document.tree, self.environment, declared_casts(), self.mode, place_of, decides)
        self.resolved |= done.resolved
        return done

    def resolve(self, text: str) -> str:
        """A text with the values of its variables, which were to stay open. Raises Misfit for one without a value."""
        from pystackdsl.model.variable import resolve, tokens

        try:
            self.resolved |= {variable.name: variable.value(self.environment) for variable in tokens(text)}
            return resolve(text, self.environment)
        except LookupError as missing:
            raise misfit(
                f"a variable decides what this is, and it has no value: {missing.args[0]}",
                help="set it in the environment, or in a file given with --env-file",
            ) from None

    def merged(self, services: Sequence[dict[str, Any]], held: Mapping[str, Mapping[str, Resource]]) -> dict[str, Any]:
        """The services of several files made one, the later ones winning."""
        from pystackdsl.compose.merge import Merge

        keys = {id(resource): key for resources in held.values() for key, resource in resources.items()}
        folder = self.base or Path()
        merge = Merge(lambda resource: keys.get(id(resource), "default"), folder, self.environment, self.shell or {})
        merged = services[0]
        for at, later in enumerate(services[1:], 1):
            merged = merge.services(merged, later)
            self.note(at, merge.taken_findings())
        self.resolved |= merge.taken
        return merged


def _is_spoilt(path: KeyPath, spoilt: Iterable[KeyPath]) -> bool:
    """Whether a path leads to, into or around one of the values that could not be read."""
    return any(path[: len(other)] == other[: len(path)] for other in spoilt)


def _mismatch(minor: int, first: int) -> Misfit:
    fault = misfit(
        f"this file is of version 3.{minor}, and the first one of 3.{first}",
        expected="one version in all files",
        help="write the same version in each, or leave it out of all",
    )
    return Misfit(fault.below("version"))


def _ruled(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings with the rule of what is wrong with a text itself where they have none."""
    return [finding if finding.rule else attrs.evolve(finding, rule=SCHEMA) for finding in findings]


def _position(finding: Diagnostic) -> tuple[int, int]:
    span = finding.places[0].span if finding.places else None
    return (span.line, span.column) if span else (0, 0)


def placed(
    findings: Iterable[Diagnostic], document: Document, moved: Mapping[KeyPath, KeyPath] = MappingProxyType({})
) -> list[Diagnostic]:
    """Findings with their places in a document's text: the faulty part of a value, the value, or the key.

    `moved` has the path in the text of what stands at another path of the tree.
    """
    return [_placed(finding, document, moved) for finding in findings]


def _placed(finding: Diagnostic, document: Document, moved: Mapping[KeyPath, KeyPath]) -> Diagnostic:
    if finding.places:
        return finding
    path = finding.path
    if moved:
        path = next((moved[path[:end]] for end in range(len(path), 0, -1) if path[:end] in moved), path)  # type: ignore[index]
    span = None
    if finding.excerpt is not None:
        span = document.marks.value(path, *finding.excerpt[1:])
    elif not finding.at_key:
        span = document.marks.value(path)
        if span is not None and span.end_line is None:  # a block, which its key names better than its first line
            span = document.marks.key(path) or span
    place = Place(span) if span else document.place(path)
    if place is None:
        return finding
    alias = document.marks.alias(path)
    return finding.at(place, *([Place(alias, "brought in here")] if alias else []))


def _variables(done: Sequence[Interpolated]) -> dict[str, list[KeyPath]]:
    found: dict[str, list[KeyPath]] = {}
    for each in done:
        for name, paths in each.variables.items():
            found.setdefault(name, []).extend(paths)
    return found
