"""What went wrong in a user's file, as the user's own frames: no frame of this package or of a library is shown.

An exception comes in; its frames, or a finding that tells it as a short traceback, go out. Called by `places`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Final, NamedTuple

from pystackdsl.diagnostics import Diagnostic, Place, Span
from pystackdsl.python.selection import PSEUDO
from pystackdsl.python.sources import Source, Sources, shown

__all__ = ["Step", "is_theirs", "places_of", "steps", "syntax_error", "told"]

_OURS: Final = frozenset({"pystackdsl", "attr", "attrs"})
_MOST: Final = 8


class Step(NamedTuple):
    """One frame of a traceback: the code, the instruction, and the frame itself for the names it knew."""

    code: CodeType
    lasti: int
    frame: FrameType


def steps(error: BaseException) -> list[Step]:
    """The user's frames of an exception, innermost first; those of libraries only where there are no others."""
    found = []
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        module = str(frame.f_globals.get("__name__")).partition(".")[0]
        if module not in _OURS and not _is_internal(frame.f_code):
            found.append(Step(frame.f_code, traceback.tb_lasti, frame))
        traceback = traceback.tb_next
    found.reverse()
    return [step for step in found if is_theirs(step.code.co_filename)] or found


def _is_internal(code: CodeType) -> bool:
    return code.co_filename.startswith(("<frozen ", "<attrs ", PSEUDO))


def is_theirs(filename: str) -> bool:
    """Whether a file is the user's: neither Python's own nor an installed package's."""
    path = Path(filename)
    installed = {"site-packages", "dist-packages"}.intersection(path.parts)
    return not installed and not path.is_relative_to(Path(os.__file__).parent)


def places_of(sources: Sources, found: Sequence[Step]) -> list[Place]:
    """Where each frame stood; a frame that repeats itself, as in endless recursion, is told once."""
    times: dict[tuple[CodeType, int], int] = {}
    for step in found:
        times[step.code, step.lasti] = times.get((step.code, step.lasti), 0) + 1
    places = []
    for number, ((code, lasti), count) in enumerate(times.items()):
        notes = [f"in {code.co_qualname}()"] if number == 0 and code.co_name.isidentifier() else []
        notes += [f"{count} times"] if count > 1 else []
        places.append(Place(sources.span(code, lasti), ", ".join(notes)))
    return places if len(places) <= _MOST else [*places[: _MOST - 1], places[-1]]


def told(sources: Sources, error: BaseException, found: Sequence[Step]) -> Diagnostic:
    """An exception that no other finding explains: its type and text, and the frames that led to it."""
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        summary = f"the file ended the program: SystemExit({code})"
        cure = "a stack file only describes: it must run to its end"
    else:
        summary, cure = _said(error), "\n".join(getattr(error, "__notes__", ())) or _cure(error)
    if error.__cause__ is not None:
        summary += f" (because of {_said(error.__cause__)})"
    return Diagnostic(summary=summary, help=cure, places=tuple(places_of(sources, found)))


def _cure(error: BaseException) -> str:
    """The cure for a variable that the environment lacks: the one slip that Python words as a missing key."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if isinstance(error, KeyError) and last is not None and last.tb_frame.f_locals.get("self") is os.environ:
        name = error.args[0]
        return f'set {name} in the environment, or write var("{name}"), which can stay open until the deploy'
    return ""


def _said(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    )
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be had)"  # the user's own class decides what it raises
    return f"{name}: {text}" if text else name


def syntax_error(error: SyntaxError, found: Sequence[Step], sources: Sources) -> Diagnostic:
    """A file that is no Python: the place that the parser tells, and who imported the file."""
    importers = places_of(sources, found)
    if error.filename is None or error.lineno is None:
        return Diagnostic(summary=_said(error), places=tuple(importers))
    source = sources.of(error.filename)
    error = error if source is None else _again(error, source)
    line = error.lineno or 1
    text = (error.text or "").rstrip("\n") if source is None else source.line_text(line)
    column = min(max(error.offset or 1, 1), len(text) + 1)
    end_line, end = error.end_lineno or line, error.end_offset or 0
    here = Span(
        file=shown(error.filename or ""),
        line=line,
        column=column,
        end_line=end_line,
        end_column=end if end_line > line or end > column else column + 1,
        text=text if source is None else source.quoted(line),
    )
    return Diagnostic(summary=f"this is not Python: {error.msg}", places=(Place(here), *importers))


def _again(error: SyntaxError, source: Source) -> SyntaxError:
    """The same error from the text of the file: parsing its bytes, Python up to 3.12 tells the columns in bytes."""
    try:
        compile(source.text, error.filename or "", "exec", dont_inherit=True)
    except SyntaxError as again:
        return again
    except ValueError:
        pass
    return error
