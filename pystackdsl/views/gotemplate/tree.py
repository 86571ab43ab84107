"""What a Go template consists of, as values: made by `parse`, walked by `evaluate`. `at` is a place in the text."""

from typing import Any, Literal

import attrs

__all__ = ["Action", "Argument", "Branch", "Command", "Jump", "Node", "Pipeline", "Template", "Text", "misspelt"]


@attrs.frozen
class Argument:
    """One operand.

    A literal's value is in `value`; a field's names in `fields`; a variable's or function's name in `name`; for
    parentheses `inner` is what they hold, and `fields` what is taken of it.
    """

    kind: Literal["literal", "dot", "field", "variable", "function", "pipeline"]
    at: int
    value: Any = None
    name: str = ""
    fields: tuple[str, ...] = ()
    inner: "Pipeline | None" = None


@attrs.frozen
class Command:
    """A function with its arguments, or one operand."""

    words: tuple[Argument, ...]


@attrs.frozen
class Pipeline:
    """Commands, each given what the one before it made; `names` get the result, as new variables if `declares`."""

    commands: tuple[Command, ...]
    names: tuple[str, ...] = ()
    declares: bool = False


@attrs.frozen
class Text:
    """Text as it is."""

    text: str


@attrs.frozen
class Action:
    """A pipeline whose result is printed, unless it sets a variable."""

    pipeline: Pipeline


@attrs.frozen
class Branch:
    """`if`, `range` or `with`."""

    word: Literal["if", "range", "with"]
    at: int
    pipeline: Pipeline
    body: "tuple[Node, ...]"
    otherwise: "tuple[Node, ...]" = ()


@attrs.frozen
class Jump:
    """`break` or `continue`."""

    word: Literal["break", "continue"]


Node = Text | Action | Branch | Jump


@attrs.frozen
class Template:
    """A parsed template and its text."""

    text: str
    nodes: tuple[Node, ...]


def misspelt(
    text: str, at: int, summary: str, *, expected: str = "", help: str = "", end: int | None = None
) -> Exception:
    """The error for what is wrong at a place of a template: an InvalidText."""
    from pystackdsl.diagnostics import Diagnostic, InvalidText

    span = (at, max(end or 0, min(at + 1, len(text))))
    return InvalidText(Diagnostic(summary=summary, expected=expected, help=help, excerpt=(text, *span)), text, span)
