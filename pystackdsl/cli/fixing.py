"""Findings mended in their source: a source comes in, the same checked again and the changed texts of its files go out.

Fixes are made one for each resource at a time. Then the text is opened as if it stood in the file, and must give the
stack that was meant and no other; what does not is taken back. Nothing is written here.
"""

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pystackdsl.cli import sources
from pystackdsl.cli.checked import Checked, check_source
from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.sources import Opened
from pystackdsl.compose.exchange import exchanged
from pystackdsl.content.drafts import drafted
from pystackdsl.content.file_text import FileText
from pystackdsl.content.rewriting import Replacement, Uneditable, rewritten, without_comment
from pystackdsl.diagnostics import Diagnostic, StackError
from pystackdsl.model.stack import Stack

__all__ = ["Fixed", "fixed", "unmended"]

_ROUNDS: Final = 100

Texts = Mapping[str, bytes]
"""The contents of files, by absolute path."""


class Fixed(NamedTuple):
    """A source checked after all its fixes, the number of these, and its files before and after, by absolute path."""

    checked: Checked
    number: int
    before: Texts
    after: Texts


def fixed(options: argparse.Namespace) -> Fixed:
    """Mend what has one safe cure. Raises CommandError where the source cannot be had, or is no file."""
    named = options.compose_file or [options.file or ""]
    if options.from_compose:
        raise UsageError("--fix changes stacks, and --from-compose reads files of Docker Compose")
    if sources.STANDARD_INPUT in named:
        raise UsageError("--fix changes files, and standard input is none", help="name the file")
    texts: Texts = {}
    count = 0
    refused: set[tuple[str, ...]] = set()
    for _ in range(_ROUNDS):
        checked = _with(texts, options)
        batch = _batch(checked, refused)
        if not batch:
            break
        found = _tried(texts, options, checked, batch)
        if found is None:
            for each in batch:
                one = _tried(texts, options, checked, [each])
                if one is not None:
                    found, batch = one, [each]
                    break
                refused.add(_known(each))
        if found is not None:
            texts, count = found, count + len(batch)
    return Fixed(_with(texts, options), count, {name: Path(name).read_bytes() for name in texts}, texts)


def unmended(checked: Checked) -> Fixed:
    """A source that cannot be had, and so has no fixes."""
    return Fixed(checked, 0, {}, {})


def _with(texts: Texts, options: argparse.Namespace) -> Checked:
    """The source checked as if these texts stood in its files."""
    return drafted(texts, lambda: check_source(options))


def _known(finding: Diagnostic) -> tuple[str, ...]:
    """What a finding is known by, whatever else changes in its file."""
    place = finding.places[0].span if finding.places and finding.fix and finding.fix.cut else None
    return finding.rule, str(finding.path), finding.summary, f"{place.line}:{place.column}" if place else ""


def _batch(checked: Checked, refused: set[tuple[str, ...]]) -> list[Diagnostic]:
    """Fixes that can be made together: one for each resource, or else of comments alone."""
    able = [each for each in checked.findings if each.fix is not None and _known(each) not in refused]
    by_resource: dict[int, Diagnostic] = {}
    for each in able:
        if each.fix is not None and each.fix.resource is not None:
            by_resource.setdefault(id(each.fix.resource), each)
    return list(by_resource.values()) or able


def _tried(texts: Texts, options: argparse.Namespace, checked: Checked, batch: Sequence[Diagnostic]) -> Texts | None:
    """The texts with fixes made; None where they cannot be made, or give another stack than was meant."""
    opened = checked.opened
    if opened is None:
        return None
    try:
        changed = {**texts, **drafted(texts, lambda: _changed(texts, opened, batch))}
        again = drafted(changed, lambda: sources.opened(options)).stack
    except (Uneditable, StackError, OSError, UnicodeError):
        return None
    return changed if again == _meant(opened.stack, batch) and changed != texts else None


def _meant(stack: Stack, batch: Iterable[Diagnostic]) -> Stack:
    """The stack that fixes are to give."""
    fixes = [each.fix for each in batch if each.fix is not None and each.fix.resource is not None]
    return exchanged(stack, {id(fix.resource): fix.value for fix in fixes})  # type: ignore[misc]


def _changed(texts: Texts, opened: Opened, batch: Sequence[Diagnostic]) -> Texts:
    """The files that fixes change, with what then stands in them. Raises Uneditable."""
    found: dict[str, list[Replacement]] = {}
    fixes = [each.fix for each in batch if each.fix is not None]
    values = [(fix.resource, fix.value) for fix in fixes if fix.value is not None]
    is_text = sources.is_text(opened.files[0])
    if values:
        found = _in_text(opened, values) if is_text else _in_python(opened, values)
    cuts = [fix.cut for fix in fixes if fix.cut is not None]
    for cut in cuts:
        found.setdefault(_absolute(str(cut.file)), [])
    files = {name: FileText.of(texts.get(name) or Path(name).read_bytes(), is_python=not is_text) for name in found}
    for cut in cuts:
        name = _absolute(str(cut.file))
        found[name].append(without_comment(files[name].text, cut))
    return {name: files[name].encoded(rewritten(files[name].text, set(each))) for name, each in found.items()}


def _absolute(name: str) -> str:
    return os.path.abspath(name)  # noqa: PTH100 - links stay, as they do for the loader


def _in_python(opened: Opened, values: Sequence[tuple[Any, Any]]) -> dict[str, list[Replacement]]:
    from pystackdsl.python.edits import replacements

    return replacements(opened.stack, values)


def _in_text(opened: Opened, values: Sequence[tuple[Any, Any]]) -> dict[str, list[Replacement]]:
    from pystackdsl.compose.edits import replacements

    names = opened.stack.names()
    keys = {id(resource): (kind, key) for kind, key, resource in opened.stack.resources()}
    found: dict[str, list[Replacement]] = {}
    for resource, value in values:
        kind, key = keys[id(resource)]
        holders = [each for each in opened.documents if key in (each.tree.get(kind) or {})]
        if len(holders) != 1 or holders[0].file is None:
            raise Uneditable
        name = _absolute(str(holders[0].file))
        found.setdefault(name, []).extend(replacements(holders[0], names, [((kind, key), resource, value)]))
    return found
