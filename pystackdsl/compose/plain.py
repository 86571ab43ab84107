"""Plain trees out of trees of anything: mappings with text keys, lists, text, numbers, booleans and None.

`compose.text` comes here for values of types it does not know by heart, for the tree of a JSON text, and, once
writing has failed, for all faults of a tree with their key paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pystackdsl.compose.scalar import check_encodable

if TYPE_CHECKING:
    from pystackdsl.diagnostics import InvalidType, StackError

__all__ = ["Expand", "Spell", "checked_key", "not_a_mapping", "opened", "plain_tree", "too_deep"]

Expand = Callable[[Any], Any]
Spell = Callable[[str], str]

_PLAIN_TYPES = frozenset({str, int, float, bool, type(None), dict, list, tuple})


def opened(value: object, expand: Expand | None) -> Any:
    """The plain value that a value stands for: a str, int, float, bool, None, dict, list or tuple, of just that type,
    or a point in time (what has `rfc3339`).

    `expand` is asked about each value of another type; what it hands back may be of a derived type, such as an Enum
    that is a str, or any Mapping. What a container holds is left as it is. Raises InvalidType.
    """
    if expand is not None and type(value) not in _PLAIN_TYPES:
        value = expand(value)
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "rfc3339"):
        return value
    if isinstance(value, list | tuple):
        return list(value)
    from pystackdsl.diagnostics import Diagnostic, InvalidType

    raise InvalidType(
        Diagnostic(
            summary=f"a value of type {type(value).__name__} cannot be written",
            expected="a mapping, a list, text, a number, true, false or null",
        )
    )


def plain_tree(
    tree: object, expand: Expand | None, spell: Spell | None = None, *, finite: bool = False
) -> dict[str, object]:
    """A whole tree, made plain. With `finite`, floats must be numbers that JSON can write.

    Raises InvalidText or InvalidType, as the first fault is, with all findings and their key paths.
    """
    walk = _Walk(expand, spell, finite=finite)
    try:
        plain = walk.plain(tree, ())
    except RecursionError:
        raise too_deep() from None
    if not walk.errors:
        if isinstance(plain, dict):
            return plain
        raise not_a_mapping(plain)
    from pystackdsl.diagnostics import InvalidText, InvalidType

    findings = [finding for error in walk.errors for finding in error.findings]
    first = walk.errors[0]
    raise InvalidText(findings, first.text, first.span) if isinstance(first, InvalidText) else InvalidType(findings)


def checked_key(key: object) -> str:
    """A key of a mapping as plain text. Raises InvalidType for any other key: Docker reads text keys alone."""
    if type(key) is str:
        return key
    if isinstance(key, str):
        return str.__str__(key)
    from pystackdsl.diagnostics import Diagnostic, InvalidType

    raise InvalidType(
        Diagnostic(
            summary=f"the key {key!r} is not text",
            expected="text keys: Docker refuses numbers, booleans and null there",
            help=f'write it as text: "{key}"',
        )
    )


def not_a_mapping(found: object) -> InvalidType:
    """The error for a document whose top is no mapping."""
    from pystackdsl.diagnostics import Diagnostic, InvalidType

    return InvalidType(
        Diagnostic(summary=f"a {type(found).__name__} is not a Compose document", expected="a mapping at its top")
    )


def too_deep() -> InvalidType:
    """The error for a tree without end."""
    from pystackdsl.diagnostics import Diagnostic, InvalidType

    return InvalidType(
        Diagnostic(summary="the tree is nested too deeply, or holds itself", expected="some hundred levels at most")
    )


class _Walk:
    """One walk through a tree, and the errors met so far, each with its path."""

    def __init__(self, expand: Expand | None, spell: Spell | None, *, finite: bool) -> None:
        self.expand = expand
        self.spell = spell
        self.finite = finite
        self.errors: list[StackError] = []

    def plain(self, value: object, path: tuple[str | int, ...]) -> object:
        try:
            node = opened(value, self.expand)
            if type(node) is str and self.spell is not None:
                node = self.spell(node)
            self.check(node)
        except (ValueError, TypeError) as error:
            self.note(error, path)
            return None
        in_time: object = getattr(node, "rfc3339", None) if self.finite else None
        if in_time is not None:
            return in_time  # JSON has no points in time
        if type(node) is dict:
            return {self.key(key, path): self.plain(item, (*path, str(key))) for key, item in node.items()}
        if type(node) is list or type(node) is tuple:
            return [self.plain(item, (*path, position)) for position, item in enumerate(node)]
        return node

    def key(self, key: object, path: tuple[str | int, ...]) -> str:
        try:
            text = checked_key(key)
            self.check(text)
        except (ValueError, TypeError) as error:
            self.note(error, path)
            return ""
        return text

    def check(self, node: object) -> None:
        if type(node) is str:
            check_encodable(node)
        elif type(node) is float and self.finite and not math.isfinite(node):
            from pystackdsl.diagnostics import Diagnostic, InvalidType

            raise InvalidType(Diagnostic(summary=f"JSON has no number {node}", expected="a finite number"))

    def note(self, error: Exception, path: tuple[str | int, ...]) -> None:
        from pystackdsl.diagnostics import StackError

        if not isinstance(error, StackError):
            raise error
        error.findings = tuple(finding.below(path) for finding in error.findings)
        self.errors.append(error)
