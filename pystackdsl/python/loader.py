"""From a user's Python file, or the text of one, to the stack that it describes.

A path or a text comes in; the file runs once, as itself and in its own folder, and its Stack goes out, or all that is
wrong, at the user's own lines. Called by the command line and by programs that use stack files.
"""
# ruff: noqa: PTH100, PTH109, PTH112, PTH118, PTH123, PTH208 - pathlib is slow to import

import os
import sys
from _thread import RLock
from collections.abc import Mapping, Sequence
from itertools import count
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple

from pystackdsl.content.drafts import draft
from pystackdsl.model.stack import Stack
from pystackdsl.model.value import Resource, recording
from pystackdsl.model.variable import environment as variables
from pystackdsl.python.neighbours import Neighbours
from pystackdsl.python.selection import Chosen, choose, nothing

if TYPE_CHECKING:
    from pathlib import Path

    from pystackdsl.diagnostics import Diagnostic, InvalidStack

__all__ = ["Loaded", "load", "load_report"]

_ONE_AT_A_TIME: Final = RLock()
"""Loading changes what the whole process shares (the module search path, standard output), for its own time only."""


class Loaded(NamedTuple):
    """A stack and what is doubtful in the file that it comes from, with places."""

    stack: Stack
    warnings: "tuple[Diagnostic, ...]" = ()


def load(
    source: "Path | str",
    *,
    object: str | None = None,
    settings: Mapping[str, Sequence[str]] = {},
    environment: Mapping[str, str] | None = os.environ,
    base: "Path | str | None" = None,
) -> Stack:
    """The stack of a Python file, or of a text: a `str` that has several lines or does not end in `.py`.

    `object` names the stack in a file that has several: a Stack, a class or dict of resources, or a function that
    returns a Stack. `settings` fill the parameters of that function, each a list of texts as on the command line.
    Variables (`var`) are read from `environment`, or stay open with None; a file that another file loads shares the
    other's by default. Relative paths in the stack start from `base`, by default the file's folder; for a text, the
    working folder.

    Raises InvalidStack, whose findings stand at the user's own lines, for whatever goes wrong in the file.
    """
    return load_report(source, object=object, settings=settings, environment=environment, base=base).stack


def load_report(
    source: "Path | str",
    *,
    object: str | None = None,
    settings: Mapping[str, Sequence[str]] = {},
    environment: Mapping[str, str] | None = os.environ,
    base: "Path | str | None" = None,
) -> Loaded:
    """What `load` gives, and the warnings beside it."""
    program = _program(source)
    root = program.folder if base is None else os.path.abspath(base)
    module = ModuleType(program.name)
    module.__package__ = ""
    if program.text is None:
        module.__file__ = program.file
    with _ONE_AT_A_TIME, Neighbours(root if program.text is not None else program.folder, module) as neighbours:
        run = _Run(program.file, module, neighbours, environment)
        try:
            code = _compiled(program)
            with run:
                exec(code, module.__dict__)  # noqa: S102 - a stack file is a program of the user's own
                chosen = choose(program.file, module.__dict__, root, object, settings)
        except (Exception, SystemExit) as error:
            from pystackdsl.diagnostics import InvalidStack
            from pystackdsl.python.places import placed_error

            raise InvalidStack(placed_error(error)) from error
        warnings = _counted(run, chosen)
        if chosen.loose and not any(chosen.stack.resources()):
            raise nothing(program.file, module.__dict__)
        return Loaded(chosen.stack, warnings)


class _Program(NamedTuple):
    """Where a program comes from: its file, or its text and a file name made for it; its folder and its name."""

    file: str
    text: str | None
    folder: str
    name: str


_NUMBERS: Final = count(1)


def _program(source: "Path | str") -> _Program:
    if isinstance(source, str) and ("\n" in source or not source.endswith(".py")):
        return _Program(f"<stack {next(_NUMBERS)}>", source, os.getcwd(), "stack")
    folder, name = os.path.split(os.path.abspath(source))
    return _Program(os.path.join(folder, name), None, folder, name.removesuffix(".py"))


class _Run:
    """The circumstances in which a file runs: its resources are recorded, its variables read from what was asked
    for, and what it prints goes to standard error.
    """

    def __init__(
        self, file: str, module: ModuleType, neighbours: Neighbours, environment: Mapping[str, str] | None
    ) -> None:
        self.file = file
        self.module = module
        self.neighbours = neighbours
        self.environment = environment
        self.made: list[Resource] = []

    def __enter__(self) -> None:
        self._recording = recording.set(self.made)
        around = self.environment is os.environ
        self._variables = variables.set(variables.get() if around else self.environment)
        self._stdout, sys.stdout = sys.stdout, sys.stderr

    def __exit__(self, *_: object) -> None:
        sys.stdout = self._stdout
        variables.reset(self._variables)
        recording.reset(self._recording)


def _counted(run: _Run, chosen: Chosen) -> "tuple[Diagnostic, ...]":
    """The warnings about what the file made; raises InvalidStack for what it lost."""
    held = {id(resource) for _, _, resource in chosen.stack.resources()}
    apart = any(id(each) not in held for each in run.made)
    evolved = any(each.origin is not None and each.origin.evolved_from is not None for each in run.made)
    if not apart and not evolved and (chosen.stack.services or not chosen.loose):
        return ()
    from pystackdsl.python import census

    modules = run.neighbours.modules()
    load = census.Load(run.file, run.module.__dict__, modules, run.made, chosen.stack, chosen.loose)
    lost = census.lost(load) if apart else []
    if lost:
        from pystackdsl.diagnostics import InvalidStack
        from pystackdsl.model.validity import findings
        from pystackdsl.python import losses
        from pystackdsl.python.places import placed

        raise InvalidStack([*losses.errors(lost), *placed(findings(chosen.stack))])
    if not census.is_doubtful(load):
        return ()
    from pystackdsl.python import losses

    return tuple(losses.doubts(load))


def _compiled(program: _Program) -> CodeType:
    """The code of a file or text. A text is kept where tracebacks look for source, as long as its code lives."""
    if program.text is None:
        data = _read(program.file)
        if b"\0" in data:
            raise _null(program.file, data.decode(errors="replace"))
        return compile(data, program.file, "exec", dont_inherit=True)
    if "\0" in program.text:
        raise _null(program.file, program.text)
    code = compile(program.text, program.file, "exec", dont_inherit=True)
    import linecache
    import weakref

    lines = [f"{line}\n" for line in program.text.split("\n")]
    linecache.cache[program.file] = (len(program.text), None, lines, program.file)
    weakref.finalize(code, linecache.cache.pop, program.file, None).atexit = False
    return code


def _null(file: str, text: str) -> "InvalidStack":
    """The error for what Python refuses without telling the file."""
    from pystackdsl.diagnostics import Diagnostic, InvalidStack, Place, Span
    from pystackdsl.python.sources import shown

    *above, before = text[: text.index("\0")].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column, path = len(above) + 1, len(before) + 1, shown(file)
    span = Span(path, line, column, line, column + 1, before + "\0" if str(path).startswith("<") else None)
    summary = "this is not Python: the file holds a null byte"
    return InvalidStack(Diagnostic(summary=summary, help="save it as plain text, in UTF-8", places=(Place(span),)))


def _read(file: str) -> bytes:
    """The bytes of a stack file, or of its draft. Raises InvalidStack."""
    drafted = draft(file)
    if drafted is not None:
        return drafted
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        from pystackdsl.diagnostics import Diagnostic, InvalidStack, nearest

        if not isinstance(error, FileNotFoundError):
            raise InvalidStack(Diagnostic(summary=f"{file} cannot be read: {error.strerror}")) from None
        folder, name = os.path.split(file)
        others = [each for each in os.listdir(folder) if each.endswith(".py")] if os.path.isdir(folder) else []
        guess = nearest(name, others)
        help = f"did you mean {guess}?" if guess else ""
        raise InvalidStack(Diagnostic(summary=f"there is no file {file}", help=help)) from None
