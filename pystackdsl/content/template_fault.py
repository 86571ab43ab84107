"""What went wrong in a template, in words: an exception comes in, a finding at the template's line goes out.

Called by `templates`. Of a secret's template and values nothing is shown but names and the line's number.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2.exceptions import (
    SecurityError,
    TemplateAssertionError,
    TemplateNotFound,
    TemplatesNotFound,
    TemplateSyntaxError,
)
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from pystackdsl.content.item import Item
from pystackdsl.content.sandbox import OwnFolder, RefusedError, UnsetError
from pystackdsl.content.settled import UnsettledError
from pystackdsl.diagnostics import Diagnostic, Place, Span, StackError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

__all__ = ["template_fault"]

Words = tuple[str, str, str]
"""What happened, what was expected, and the cure."""


def template_fault(item: Item, error: Exception, loader: OwnFolder, values: "Mapping[str, Any]") -> Diagnostic:
    """The finding for an exception that came out of a template."""
    words = _of_names(item, error, loader, values) or (_hidden(error) if item.is_secret else _shown(error))
    word = error.name if isinstance(error, UnsetError) and error.is_top and isinstance(error.name, str) else ""
    places = tuple(_place(item, error, loader, word))
    summary = f"the template of {item}: {words[0]}"
    return item.fault(summary, "template", expected=words[1], help=words[2], places=places)


def _of_names(item: Item, error: Exception, loader: OwnFolder, values: "Mapping[str, Any]") -> Words | None:
    """The words for a fault that can be told without showing a value."""
    if isinstance(error, UnsetError):
        return _unset(item, error, values)
    if isinstance(error, RefusedError):
        file = "a file" if item.is_secret else f'"{error.file}"'
        return f"it asks for {file}, which {error.reason}" if error.file else error.reason, "", error.help
    if isinstance(error, UnsettledError):
        return f"it needs {error.reason}", "", error.help
    if isinstance(error, TemplateNotFound):
        return _not_found(item, error, loader)
    if isinstance(error, TemplateAssertionError):
        return _unknown_word(error)
    if isinstance(error, RecursionError):
        return "it includes itself, or calls itself, without end", "", ""
    if isinstance(error, UnicodeEncodeError):
        return "it prints half a character (a lone surrogate), which UTF-8 cannot spell", "", ""
    return None


def _hidden(error: Exception) -> Words:
    """What may be said of any other fault in a secret's template."""
    if isinstance(error, TemplateSyntaxError):
        return "it cannot be read as a template", "", ""
    if isinstance(error, SecurityError):
        return "it asks for something that a template may not reach", "", ""
    return f"it fails with {type(error).__name__}", "", ""


def _shown(error: Exception) -> Words:
    """What is said of any other fault in a config's template."""
    if isinstance(error, TemplateSyntaxError):
        return _sentence(error.message or "it cannot be read"), "", ""
    if isinstance(error, SecurityError):
        return _sentence(str(error)), "", "a template may read what it is given, and change nothing"
    if isinstance(error, StackError):
        return _sentence(error.findings[0].summary), "", error.findings[0].help
    return f"{type(error).__name__}: {_sentence(str(error))}", "", ""


def _unset(item: Item, error: UnsetError, values: "Mapping[str, Any]") -> Words:
    if error.is_top:
        cure = _guess(error.name, values) or f'give it a value: values={{"{error.name}": …}}'
        return f'"{error.name}" has no value', f"one of {_listed(values)}" if values else "", cure
    noun = "a mapping" if isinstance(error.owner, dict) else f"a value of type {type(error.owner).__name__}"
    if item.is_secret:
        return f"{noun} does not have what is asked for", "", ""
    return f'{noun} has no "{error.name}"', "", _guess(error.name, error.owner if isinstance(error.owner, dict) else ())


def _not_found(item: Item, error: TemplateNotFound, loader: OwnFolder) -> Words:
    if item.is_secret:
        return f"it asks for a file that is not in its folder, {loader.folder}", "", ""
    names = error.templates if isinstance(error, TemplatesNotFound) else [error.name or ""]
    listed = " or ".join(f'"{name}"' for name in names)
    first = Path(str(names[0]) if names else "")
    try:
        others = [str(first.with_name(path.name)) for path in (loader.folder / first).parent.iterdir()]
    except (OSError, ValueError):
        others = []
    return f"there is no {listed} in its folder, {loader.folder}", "", _guess(str(first), others)


def _unknown_word(error: TemplateAssertionError) -> Words:
    """A filter or test that does not exist."""
    message = error.message or ""
    found = re.search(r"No (filter|test) named '([^']*)'", message)
    if not found:
        return _sentence(message), "", ""
    known = FILTERS if found[1] == "filter" else TESTS
    return f'there is no {found[1]} "{found[2]}"', "", _guess(found[2], known.keys() - {"random"})


def _place(item: Item, error: Exception, loader: OwnFolder, word: str) -> "Iterable[Place]":
    """The line of the template, with the place of `word` in it where it stands there once."""
    file, line = _line(error, loader)
    if file is None:
        return
    if item.is_secret:
        yield Place(Span(Path(file), line, text=""))
        return
    lines = re.split("\r\n|\r|\n", loader.texts[file])
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    found = re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text) if word else None
    start, end = found.span() if found else (len(text) - len(text.lstrip()), len(text.rstrip()))
    yield Place(Span(Path(file), line, start + 1, line, end + 1, text))


def _line(error: Exception, loader: OwnFolder) -> tuple[str | None, int]:
    """The file and line of the innermost template that was running or was read."""
    if isinstance(error, TemplateSyntaxError) and error.filename in loader.texts:
        return error.filename, error.lineno
    file, line = None, 0
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in loader.texts:
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return file, line


def _guess(word: object, words: "Iterable[Any]") -> str:
    guess = nearest(str(word), [other for other in words if isinstance(other, str) and other != word])
    return f'did you mean "{guess}"?' if guess else ""


def _listed(names: "Mapping[str, object]") -> str:
    found = list(names)
    return ", ".join(found[:8]) + (", …" if len(found) > 8 else "")


def _sentence(message: str) -> str:
    """The first line of a message, without its full stop."""
    first = message.strip().partition("\n")[0].removesuffix(".")
    return first if len(first) <= 200 else f"{first[:199]}…"
