"""The command `pystackdsl`: finds the verb, lets it run, and turns what goes wrong into a message and an exit code.

The words of a command line come in, an exit code goes out. A verb is a module of `cli.verbs`, imported when its word
is given and not before; nothing heavy is imported here, for every command pays for it.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn, cast

from pystackdsl.cli.exits import DONE, FAILED, INTERRUPTED
from pystackdsl.cli.failure import CommandError, UsageError

if TYPE_CHECKING:
    from pystackdsl.cli.parsing import Verb

__all__ = ["ALIASES", "COMPLETE", "DEBUG", "console", "main", "refused", "verb_named", "verb_names"]

COMPLETE: Final = "__complete"
"""What completion scripts call: `__complete KIND WORD...` prints names."""
ALIASES: Final = {"down": "rm", "list": "ls", "remove": "rm", "up": "deploy"}
"""Other words for verbs, those that `docker stack` takes too."""
DEBUG: Final = "PYSTACKDSL_DEBUG"
"""The environment variable that asks for the traceback of an internal error."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, by default this process's own, and tell its exit code. Never raises, but for SystemExit.

    Data goes to standard output, everything else to standard error.
    """
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        return INTERRUPTED
    except CommandError as failure:
        return refused(failure)
    except Exception as error:
        return _unforeseen(error)


def console() -> NoReturn:
    """Run this process's command line and end the process, without the interpreter's slow way out."""
    import gc

    # A command lives for milliseconds and builds trees without cycles: collecting would only scan them again.
    gc.disable()
    try:
        from pystackdsl.cli.postponed import postpone

        postpone()
        status = main()
    except KeyboardInterrupt:
        status = INTERRUPTED
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        sys.exit(status)
    import atexit

    # What a stack file registered is called here, since the interpreter's own way out is not taken.
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            continue
    os._exit(status)


def verb_names() -> list[str]:
    """The words that name a verb, sorted."""
    from pkgutil import iter_modules

    from pystackdsl.cli import verbs

    return sorted(module.name for module in iter_modules(verbs.__path__))


def verb_named(word: str) -> "Verb":
    """The verb of that name. Raises UsageError, with a did-you-mean, when there is none."""
    from importlib import import_module

    module = f"{__package__}.verbs.{word}"
    try:
        if word.isidentifier() and not word.startswith("_"):
            return cast("Verb", import_module(module))
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
    raise _unknown(word)


def _run(words: list[str]) -> int:
    from pystackdsl.cli.terminal import emit

    if not words or words[0] in {"-h", "--help"} or words == ["help"]:
        from pystackdsl.cli.overview import overview

        emit(overview())
        return DONE
    if words[0] in {"-V", "--version"}:
        from pystackdsl import __version__

        emit(f"pystackdsl {__version__}\n")
        return DONE
    if words[0] == COMPLETE:
        from pystackdsl.cli.candidates import offer

        return offer(words[1:])
    if words[0] == "help":
        words = [words[1], "--help"]
    word, *rest = words
    word = ALIASES.get(word, word)
    verb = verb_named(word)
    from pystackdsl.cli.parsing import Parser

    parser = Parser(word, verb)
    if {"-h", "--help"}.intersection(rest):
        emit(parser.format_help())
        return DONE
    return verb.run(parser.parse(rest))


def _unknown(word: str) -> UsageError:
    from pystackdsl.diagnostics import nearest

    names = verb_names()
    if word.startswith("-"):
        cure = f"options come after the verb: `pystackdsl build {word}`"
        return UsageError(f'pystackdsl has no option "{word}"', expected="a verb: " + ", ".join(names), help=cure)
    guess = nearest(word, names)
    if guess:
        cure = f"did you mean {guess}?"
    elif word.partition(":")[0].endswith(".py"):
        cure = f"to build that file: `pystackdsl build {word}`"
    else:
        cure = "`pystackdsl --help` tells what each does"
    return UsageError(f'"{word}" is not a verb', expected=", ".join(names), help=cure)


def refused(failure: CommandError) -> int:
    """Tell why the command cannot go on, and give its exit code."""
    from pystackdsl.cli.terminal import draw
    from pystackdsl.diagnostics import Diagnostic

    draw([Diagnostic(summary=failure.summary, expected=failure.expected, help=failure.help)])
    return failure.status


def _unforeseen(error: Exception) -> int:
    """Findings that no verb told, or an error of our own: its message may hold anything, so it is kept back."""
    from pystackdsl.cli.terminal import draw, report, say
    from pystackdsl.diagnostics import Diagnostic, StackError

    if isinstance(error, StackError):
        report(error.findings)
        return FAILED
    debug = bool(os.environ.get(DEBUG))
    if debug:
        import traceback

        say("".join(traceback.format_exception(error)))
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f" at {where.tb_frame.f_globals.get('__name__')}:{where.tb_lineno}" if where else ""
    cure = f"please report it, with what {DEBUG}=1 in the environment adds to this message"
    draw(
        [
            Diagnostic(
                summary=f"pystackdsl itself failed: {type(error).__name__}{place}",
                help="please report it, with the traceback above" if debug else cure,
            )
        ]
    )
    return FAILED
