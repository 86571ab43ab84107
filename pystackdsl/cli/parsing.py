"""The command line of one verb: argparse with our words, faults as values, and nothing that costs start-up time.

A verb declares its arguments on a Parser; `cli.main` parses with it, `cli.verbs.completion` reads it.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from typing import Final, NoReturn, Protocol

from pystackdsl.cli.exits import INTERRUPTED, MEANINGS, USAGE
from pystackdsl.cli.failure import UsageError

__all__ = ["Parser", "Verb", "either", "seconds", "switch"]


class Verb(Protocol):
    """What a module of `cli.verbs` holds. Its name is the verb."""

    GROUP: str
    """The heading it stands under in the help: author, deploy or operate."""
    SUMMARY: str
    """One line, without a full stop."""
    USAGE: str
    """The arguments, as the first line of the help shows them."""
    ABOUT: str
    """What it does, in a paragraph or a few."""
    EXAMPLE: str
    """Commands to paste, one a line."""
    EXITS: tuple[int, ...]
    """The exit codes it can end with, beside those of a wrong command line and an interruption."""

    def declare(self, parser: "Parser") -> None:
        """Declare the arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it, and tell the exit code."""
        ...


def _other_words(name: str) -> str:
    from pystackdsl.cli.main import ALIASES

    words = [f"`{word}`" for word, verb in ALIASES.items() if verb == name]
    return f"\n\nIt can be called {' or '.join(words)} too." if words else ""


_TRUTHS: Final = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}
"""What the docker command takes for the value of a switch."""


class Parser(argparse.ArgumentParser):
    """The arguments of one verb. Raises UsageError where argparse would end the process."""

    def __init__(self, name: str, verb: Verb) -> None:
        epilog = f"examples:\n{indented(verb.EXAMPLE)}\n\nexit codes:\n{exit_codes([*verb.EXITS, USAGE, INTERRUPTED])}"
        super().__init__(
            prog=f"pystackdsl {name}",
            usage=f"pystackdsl {name} {verb.USAGE}",
            description=verb.ABOUT + _other_words(name),
            epilog=epilog,
            formatter_class=_Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.name = name
        self.color = False
        verb.declare(self)
        self.add_argument_group("help").add_argument("-h", "--help", action="store_true", help="show this text")

    @property
    def actions(self) -> list[argparse.Action]:
        """The declared arguments, as argparse holds them."""
        return self._actions

    @property
    def shown(self) -> list[argparse.Action]:
        """Those of them that help tells of."""
        return [action for action in self._actions if action.help != argparse.SUPPRESS]

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """The options that `words` spell. Raises UsageError, with a did-you-mean, for what was not declared."""
        words, switched = self._switched(words)
        several = any(action.nargs in ("+", "*") and not action.option_strings for action in self.actions)
        options, unknown = (self.parse_known_intermixed_args if several else self.parse_known_args)(words)
        if unknown:
            raise self._unknown(unknown[0])
        vars(options).update(switched)
        for action in self.actions:
            if getattr(options, action.dest, None) == "":
                name = action.option_strings[-1] if action.option_strings else _word(action)
                raise UsageError(f"{name} is empty", help="give it a value, or leave it out")
        return options

    def _switched(self, words: Sequence[str]) -> tuple[list[str], dict[str, bool]]:
        """The words without switches written as docker takes them, `--detach=false`, and what those say."""
        switches = {name: action for action in self.actions if action.nargs == 0 for name in action.option_strings}
        rest: list[str] = []
        said: dict[str, bool] = {}
        for index, word in enumerate(words):
            option, equals, value = word.partition("=")
            action = switches.get(option)
            if word == "--":
                return [*rest, *words[index:]], said
            if action is None or not equals:
                rest.append(word)
                if action is not None:
                    said.pop(action.dest, None)
            elif value in _TRUTHS:
                said[action.dest] = _TRUTHS[value]
            else:
                raise UsageError(f'{option} cannot be "{value}"', expected="true or false, or nothing at all")
        return rest, said

    def error(self, message: str) -> NoReturn:
        """What argparse finds wrong."""
        said = message.removeprefix("argument ").replace(": expected one argument", " needs a value")
        raise UsageError(said, help=f"`{self.prog} --help` shows what there is")

    def _unknown(self, word: str) -> UsageError:
        cure = f"`{self.prog} --help` shows what there is"
        if word[:1] != "-" or word == "-":
            return UsageError(f'unexpected argument "{word}"', expected=self.usage or "", help=cure)
        from pystackdsl.diagnostics import nearest

        option = word.partition("=")[0]
        guess = nearest(option, [spelling for action in self.shown for spelling in action.option_strings])
        return UsageError(f'{self.name} has no option "{option}"', help=f"did you mean {guess}?" if guess else cure)


def switch(group: "argparse._ArgumentGroup", *names: str, default: bool = False, help: str) -> None:
    """Declare an option that says yes or no as Docker's do: `--detach`, `--detach=false`."""
    group.add_argument(*names, action="store_true", default=default, help=help)


def either(option: str, *words: str) -> Callable[[str], str]:
    """A converter for an option that takes one of some words."""

    def chosen(word: str) -> str:
        if word in words:
            return word
        from pystackdsl.diagnostics import nearest

        guess = nearest(word, words)
        raise UsageError(
            f'{option} cannot be "{word}"', expected=" or ".join(words), help=f"did you mean {guess}?" if guess else ""
        )

    return chosen


def seconds(word: str, option: str = "--timeout") -> float:
    """A converter for an option that takes a duration as Docker writes it: `90s`, `5m`, `1h30m`."""
    from pystackdsl.diagnostics import InvalidText
    from pystackdsl.model.units import Duration

    try:
        found = Duration.parse(word)
    except InvalidText:
        form = "a number with a unit, such as 90s, 5m or 1h30m; 292 years at most"
        raise UsageError(f'{option}: "{word}" is not a duration', expected=form) from None
    if found.number < 0:
        raise UsageError(f'{option}: "{word}" is before now', expected="a duration, such as 90s, 5m or 1h30m")
    return found.number / Duration.UNITS["s"]


def exit_codes(codes: Sequence[int]) -> str:
    """A table of exit codes and what they mean."""
    return indented("\n".join(f"{code:<4} {MEANINGS[code]}" for code in sorted(codes)))


def indented(text: str) -> str:
    """The lines of a text, two spaces to the right."""
    return "\n".join(f"  {line}" if line else "" for line in text.splitlines())


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """argparse makes a formatter for every argument that is declared, and by default asks the terminal each time."""

    def __init__(self, prog: str) -> None:
        columns = os.environ.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() and int(columns) > 20 else 100
        super().__init__(prog, max_help_position=26, width=width)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """`-o, --output FILE`, in every version of Python."""
        value = "" if action.nargs == 0 or not action.option_strings else f" {self._format_args(action, _word(action))}"
        return ", ".join(action.option_strings) + value if action.option_strings else _word(action)


def _word(action: argparse.Action) -> str:
    """What stands for the value of an argument."""
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices or (action.dest.upper(),)))
