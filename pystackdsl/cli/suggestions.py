"""What docker offers behind `docker pystack`: a command line comes in, its next words go out as docker wants them.

Docker's shells speak cobra's protocol: candidates with their descriptions, one a line, then what the shell shall do.
Called by `plugin`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pystackdsl.cli import exits
from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.terminal import emit

if TYPE_CHECKING:
    from pystackdsl.cli.shells import Argument

__all__ = ["suggest"]

Offer = tuple[str, str]
"""A candidate and its description."""

FILES: Final = 0
NO_FILES: Final = 4
ENDINGS: Final = 8
FOLDERS: Final = 16
"""What cobra's shells do where no candidate fits: offer files, none, those with these endings, or folders."""


def suggest(words: Sequence[str], *, described: bool) -> int:
    """Print what the last of docker's words can become."""
    # The first is the plugin's name.
    offers, directive = _suggested(words[1:]) if len(words) > 1 else ([], NO_FILES)
    typed = words[-1] if words else ""
    lines = [
        f"{word}\t{about.splitlines()[0]}" if described and about else word
        for word, about in offers
        if word.startswith(typed) or directive == ENDINGS
    ]
    emit("".join(f"{line}\n" for line in [*lines, f":{directive}"]))
    return exits.DONE


def _suggested(words: Sequence[str]) -> tuple[list[Offer], int]:
    from pystackdsl.cli.failure import UsageError
    from pystackdsl.cli.main import ALIASES
    from pystackdsl.cli.parsing import Parser
    from pystackdsl.cli.shells import arguments

    *before, typed = words
    if not before:
        return [(name, verb_named(name).SUMMARY) for name in verb_names()], NO_FILES
    word = ALIASES.get(before[0], before[0])
    try:
        held = arguments(Parser(word, verb_named(word)))
    except UsageError:
        return [], NO_FILES
    line = ["pystackdsl", word, *words[1:]]
    option, equals, _ = typed.partition("=")
    spelled = {spelling: argument for argument in held for spelling in argument.spellings if argument.takes_value}
    if equals and option in spelled:
        offers, directive = _values(spelled[option], line)
        return [(f"{option}={each}", about) for each, about in offers], directive
    if before[-1] in spelled:
        return _values(spelled[before[-1]], line)
    if typed.startswith("-"):
        return [(spelling, each.help) for each in held for spelling in each.spellings], NO_FILES
    positional = [argument for argument in held if not argument.spellings]
    return _values(positional[0], line) if positional else ([], NO_FILES)


def _values(argument: "Argument", line: list[str]) -> tuple[list[Offer], int]:
    """What can be the value of an argument."""
    if argument.kind == "names":
        return [(name, "") for name in _names(argument.label, line)], NO_FILES
    if argument.kind == "words":
        return [(word, "") for word in argument.words], NO_FILES
    if argument.kind in ("stack", "text"):
        endings = ("py", "yml", "yaml") if argument.kind == "stack" else ("yml", "yaml")
        return [(ending, "") for ending in endings], ENDINGS
    return [], {"file": FILES, "folder": FOLDERS}.get(argument.kind, NO_FILES)


def _names(label: str, line: Sequence[str]) -> list[str]:
    from pystackdsl.cli.candidates import candidates, patient

    with patient():
        return candidates(label, line)
    return []
