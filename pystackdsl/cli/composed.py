"""Stack YAML on the command line: the names of files come in, the stack that they make together goes out.

`cli.sources` comes here where the source is no Python file, `import` always. Standard input is a file named `-`.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from pystackdsl.cli.failure import CommandError, UsageError
from pystackdsl.cli.search import no_stack_file
from pystackdsl.cli.sources import STANDARD_INPUT, Opened, Values
from pystackdsl.compose import front
from pystackdsl.compose.misfit import COMPOSE
from pystackdsl.content.drafts import draft
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Place, Severity, SourceNotes
from pystackdsl.model.alteration import altered
from pystackdsl.model.value import FrozenDict

if TYPE_CHECKING:
    from pystackdsl.compose.document import Document
    from pystackdsl.compose.front import Loaded
    from pystackdsl.compose.interpolate import Mode
    from pystackdsl.model.stack import Stack

__all__ = ["environment_of", "from_texts", "listed", "loaded_texts", "merged_notes", "places_in"]

NEWEST = "3.13"
"""The version that Docker takes a text without one to have."""


def listed(named: Sequence[str]) -> list[str]:
    """The files that repeated `-c` options name: like Docker, each may be a list with commas between its items."""
    files: list[str] = []
    for each in named:
        if "," in each or '"' in each:
            import csv

            files += next(csv.reader([each]), [])
        else:
            files.append(each)
    for file in files:
        if not file:
            raise UsageError("-c names no file", expected="-c FILE")
        if file.endswith(".py"):
            raise UsageError(f"-c names stack YAML, and {file} is Python", help=f"leave out -c: {file}")
    return files


def environment_of(files: Sequence[str]) -> tuple[Mapping[str, str], Sequence[Diagnostic]]:
    """The environment, filled up from env files, and their warnings. Raises InvalidStack with the errors."""
    from pystackdsl.content.env_file import with_env_files

    found = with_env_files(map(Path, files), os.environ)
    if any(finding.severity is Severity.ERROR for finding in found.findings):
        raise InvalidStack(found.findings)
    return found.values, found.findings


def from_texts(files: Sequence[str], options: argparse.Namespace, values: Values) -> Opened:
    """The stack of the files that are named. Raises CommandError and StackError, as `sources.opened` does."""
    if options.set:
        raise UsageError(
            f"--set fills a parameter of a function in Python, and {' '.join(files)} is YAML",
            help="a variable gets its value from the environment or from --env-file",
        )
    environment, warnings = environment_of(options.env_file)
    is_open = values == "open" and not options.env_file
    mode: Mode = "open" if is_open else "skip" if values == "skip" else "substitute"
    loaded = loaded_texts(files, environment, mode, from_compose=options.from_compose)
    placed = places_in(loaded.documents)
    resolved = [_resolved(name, value, loaded.variables.get(name, ())) for name, value in loaded.resolved.items()]
    return Opened(
        files,
        loaded.stack,
        [*warnings, *loaded.warnings, *resolved],
        placed,
        None if is_open else environment,
        documents=loaded.documents,
        comments=lambda pattern: [found for document in loaded.documents for found in document.marks.comments(pattern)],
    )


def loaded_texts(files: Sequence[str], environment: Mapping[str, str], mode: "Mode", *, from_compose: bool) -> "Loaded":
    """The files, read and merged; a stack without a version gets the one that Docker takes it to have.

    `from_compose` takes them for files of Docker Compose.

    Raises CommandError for a file that cannot be read, and InvalidStack with all that is wrong in the others.
    """
    texts = [front.StackText(_read(file), None if file == STANDARD_INPUT else Path(file)) for file in files]
    if sum(text.file is None for text in texts) > 1:
        raise UsageError("standard input is named twice", help="name - once")
    first = texts[0].file
    shell = environment if mode == "open" else None
    if mode == "open":  # what nobody asks for by name stays out of what is written
        environment = {name: value for name, value in environment.items() if name in _asked_for(texts)}
    base = first.parent if first else Path()
    try:
        if mode == "skip" and not from_compose:
            from pystackdsl.cli.uninterpolated import load_as_it_stands

            loaded = load_as_it_stands(texts, environment, base)
        else:
            loaded = front.load_texts(
                texts, environment=environment, base=base, mode=mode, from_compose=from_compose, shell=shell
            )
    except InvalidStack as error:
        found = error.findings if from_compose else _with_the_way_out(error.findings)
        raise InvalidStack(_without_rules(found)) from None
    stack = loaded.stack if loaded.stack.version is not None else attrs.evolve(loaded.stack, version=NEWEST)
    if mode == "open" and len(texts) > 1:
        stack = _without_env_files(stack, loaded.documents)
    warnings = _without_rules(loaded.warnings)
    return front.Loaded(stack, warnings, loaded.documents, loaded.variables, loaded.resolved)


def _asked_for(texts: Sequence[front.StackText]) -> set[str]:
    """The names of all variables that may be in some texts, in UTF-16 too."""
    pattern = re.compile(rb"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
    return {name.decode() for text in texts for name in pattern.findall(text.data.replace(b"\0", b""))}


def _without_env_files(stack: "Stack", documents: "Sequence[Document]") -> "Stack":
    """The merged stack without the entries of env files, which Docker merges into environments, and reads again."""
    services = {}
    for each, service in stack.services.items():
        stated = {name for document in documents for name in _stated(document.tree, each)}
        held: Mapping[str, str | None] = service.environment or {}
        kept = {name: value for name, value in held.items() if name in stated}
        is_from_files = service.env_file and len(kept) < len(held)
        services[each] = altered(service, environment=FrozenDict(kept) if kept else None) if is_from_files else service
    return altered(stack, services=FrozenDict(services))


def _stated(tree: Any, service: str) -> Iterable[str]:
    """The names in the environment that a file states for a service."""
    said = ((tree.get("services") or {}).get(service) or {}).get("environment") or ()
    return said if isinstance(said, dict) else [str(entry).partition("=")[0] for entry in said]


def _without_rules(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings without the words for who refuses what they tell: it is the same to whoever reads them."""
    return tuple(
        attrs.evolve(finding, rule="", kind="" if finding.kind == COMPOSE else finding.kind) for finding in findings
    )


def _with_the_way_out(findings: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Findings, the first about Docker Compose of which says how such a file is read."""
    at = next((at for at, finding in enumerate(findings) if finding.kind == COMPOSE), None)
    if at is None:
        return findings
    help = f"{findings[at].help}; or let --from-compose convert what has an exact meaning in Swarm"
    return [*findings[:at], attrs.evolve(findings[at], help=help), *findings[at + 1 :]]


def _read(file: str) -> bytes:
    """The bytes of a file, or of standard input. Raises CommandError."""
    if file == STANDARD_INPUT:
        if sys.stdin is None:
            raise CommandError("standard input is closed", help="name a file in place of -")
        return sys.stdin.buffer.read()
    drafted = draft(str(Path(file).absolute()))
    if drafted is not None:
        return drafted
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise no_stack_file(file, error) from None


def _resolved(name: str, value: str, paths: "Sequence[KeyPath]") -> Diagnostic:
    """The warning for a variable that has to be known now; the first of the paths that use it is where it is told."""
    from pystackdsl.model.secrecy import shown

    return Diagnostic(
        severity=Severity.WARNING,
        summary=f'{name} decides more than a value, so it is not left open: it is "{shown(name, value)}" here',
        help="give --env-file to put in all values",
        path=next(iter(paths), KeyPath()),
    )


def places_in(documents: "Sequence[Document]") -> Callable[[Iterable[Diagnostic]], list[Diagnostic]]:
    """A function that gives findings their places in the documents that were merged."""
    return lambda findings: [_placed(finding, documents) for finding in findings]


def _placed(finding: Diagnostic, documents: "Sequence[Document]") -> Diagnostic:
    """A finding with the place that it speaks of, then those of its other subjects."""
    if finding.help_in_yaml:
        finding = attrs.evolve(finding, help=finding.help_in_yaml)
    if finding.places:
        return finding
    main, *others = finding.subjects or (None,)
    path = main.path if main and not finding.path else finding.path
    document = _holder(path, documents)
    found = front.placed([attrs.evolve(finding, path=path)], document)[0]
    places = [Place(place.span, place.note or (main.note if main else "")) for place in found.places]
    for subject in others:
        place = _holder(subject.path, documents).place(subject.path, subject.note) if subject else None
        places += [place] if place else []
    return finding.at(*places)


def _holder(path: Sequence[str | int], documents: "Sequence[Document]") -> "Document":
    """The last document that has a path, or the most of it."""
    return max(reversed(documents), key=lambda document: _depth(path, document.tree))


def _depth(path: Sequence[Any], tree: Any) -> int:
    """How many steps of a path a tree has."""
    for depth, step in enumerate(path):
        if (isinstance(tree, dict) and step in tree) or (
            isinstance(tree, list) and isinstance(step, int) and step < len(tree)
        ):
            tree = tree[step]
        else:
            return depth
    return len(path)


def merged_notes(documents: "Sequence[Document]") -> SourceNotes:
    """The comments and shared blocks of all documents. Where there are several, an item of a list may end up anywhere,
    so a comment on one stands above the list.
    """
    if len(documents) == 1:
        return documents[0].marks.notes
    notes = [document.marks.notes for document in documents]
    comments: dict[KeyPath, list[str]] = {}
    for each in notes:
        for path, lines in each.comments.items():
            to_list = next((at for at, step in enumerate(path) if isinstance(step, int)), len(path))
            comments.setdefault(KeyPath(*path[:to_list]), []).extend(lines)
    spans = {path: span for each in reversed(notes) for path, span in each.spans.items()}
    return SourceNotes(spans=spans, comments=comments, shared={k: v for each in notes for k, v in each.shared.items()})
