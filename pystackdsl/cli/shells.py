"""Completion scripts for shells, made from the arguments that the verbs declare.

The parsers of all verbs come in; one self-contained script for bash, zsh or fish goes out. Called by the verb
`completion`.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from pystackdsl.cli.parsing import Parser

__all__ = ["SCRIPTS", "Argument", "arguments"]

Kind = Literal["none", "stack", "text", "file", "folder", "words"]


class Argument(NamedTuple):
    """One argument of a verb as a shell sees it: how it is spelled (not at all for a positional one), what follows."""

    spellings: tuple[str, ...]
    kind: Kind
    words: tuple[str, ...]
    takes_value: bool
    repeats: bool
    label: str
    help: str


def arguments(parser: Parser) -> list[Argument]:
    """The arguments of a verb. The name that stands for a value tells what completes it: FILE, DIR, or free text."""
    return [_argument(action) for action in parser.shown]


def _argument(action: argparse.Action) -> Argument:
    label = action.metavar if isinstance(action.metavar, str) else action.dest
    words = tuple(map(str, action.choices or ()))
    kind: Kind = "none"
    if words:
        kind = "words"
    elif label.startswith("FILE"):
        kind = "file" if action.option_strings else "stack" if label == "FILE[:OBJECT]" else "text"
    elif label == "DIR":
        kind = "folder"
    repeats = type(action).__name__ == "_AppendAction" or action.nargs == "+"
    return Argument(tuple(action.option_strings), kind, words, action.nargs != 0, repeats, label, action.help or "")


def bash(verbs: Mapping[str, str], parsers: Mapping[str, list[Argument]]) -> str:
    """The script for bash 3.2 and newer."""
    cases = []
    for verb, held in parsers.items():
        for argument in held:
            if argument.spellings and argument.takes_value:
                patterns = "|".join(f"{verb}:{spelling}" for spelling in argument.spellings)
                cases.append(f"        {patterns}) {_bash_reply(argument)}; return ;;")
    rest = []
    for verb, held in parsers.items():
        options = " ".join(spelling for argument in held for spelling in argument.spellings)
        positional = next((argument for argument in held if not argument.spellings), None)
        rest.append(f"        {verb}:-*) _pystackdsl_words '{options}' ;;")
        if positional is not None:
            rest.append(f"        {verb}:*) {_bash_reply(positional)} ;;")
    return _BASH.format(verbs=" ".join(verbs), values="\n".join(cases), rest="\n".join(rest))


def _bash_reply(argument: Argument) -> str:
    words = " ".join(argument.words)
    replies: dict[Kind, str] = {
        "none": "COMPREPLY=()",
        "words": f"_pystackdsl_words '{words}'",
        "stack": "_pystackdsl_endings py yml yaml",
        "text": "_pystackdsl_endings yml yaml",
        "file": "_pystackdsl_files -f",
        "folder": "_pystackdsl_files -d",
    }
    return replies[argument.kind]


_BASH: Final = """\
# Completion of pystackdsl for bash, made by `pystackdsl completion bash`.

_pystackdsl_words() {{
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}}

_pystackdsl_files() {{
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$@" -- "$cur"; [ "$1" = -d ] || compgen -d -- "$cur"))
}}

_pystackdsl_endings() {{
    local IFS=$'\\n' ending
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(for ending; do compgen -f -X "!*.$ending" -- "$cur"; done; compgen -d -- "$cur"))
}}

_pystackdsl() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} verb=${{COMP_WORDS[1]}}
    COMPREPLY=()
    # bash takes the = of --option=value for a word of its own.
    if [ "$cur" = = ]; then
        cur=
    elif [ "$before" = = ]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    if [ "$COMP_CWORD" -eq 1 ]; then
        case $cur in
            -*) _pystackdsl_words '--help --version' ;;
            *) _pystackdsl_words '{verbs}' ;;
        esac
        return
    fi
    case $verb:$before in
{values}
    esac
    case $verb:$cur in
{rest}
    esac
}}

complete -F _pystackdsl pystackdsl
"""


def zsh(verbs: Mapping[str, str], parsers: Mapping[str, list[Argument]]) -> str:
    """The script for zsh, to be sourced or to lie on its fpath."""
    described = "\n".join(f"        {_quoted(f'{verb}:{_zsh_text(summary)}')}" for verb, summary in verbs.items())
    cases = []
    for verb, held in parsers.items():
        specs = " \\\n".join(f"                        {spec}" for argument in held for spec in _zsh_specs(argument))
        cases.append(f"                {verb})\n                    _arguments \\\n{specs}\n                    ;;")
    return _ZSH.format(verbs=described, cases="\n".join(cases))


def _zsh_specs(argument: Argument) -> Iterable[str]:
    completers: dict[Kind, str] = {
        "none": " ",
        "words": f"({' '.join(argument.words)})",
        "stack": "_files -g '*.(py|yml|yaml)'",
        "text": "_files -g '*.(yml|yaml)'",
        "file": "_files",
        "folder": "_files -/",
    }
    label = argument.label.replace(":", "\\:")
    value = f":{label}:{completers[argument.kind]}" if argument.takes_value else ""
    if not argument.spellings:
        yield _quoted(f"{'*' if argument.repeats else '1'}{value}")
    others = "*" if argument.repeats else f"({' '.join(argument.spellings)})" if len(argument.spellings) > 1 else ""
    for spelling in argument.spellings:
        equals = "=" if argument.takes_value and spelling.startswith("--") else ""
        yield _quoted(f"{others}{spelling}{equals}[{_zsh_text(argument.help)}]{value}")


def _zsh_text(text: str) -> str:
    for mark in "\\[]:":
        text = text.replace(mark, f"\\{mark}")
    return text


def _quoted(text: str) -> str:
    """A text as one word of a POSIX shell, of zsh too."""
    return "'" + text.replace("'", "'\\''") + "'"


_ZSH: Final = """\
#compdef pystackdsl
# Completion of pystackdsl for zsh, made by `pystackdsl completion zsh`.

_pystackdsl() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -a verbs
    verbs=(
{verbs}
    )
    _arguments -C '(-h --help)'{{-h,--help}}'[show all verbs]' '(-V --version)'{{-V,--version}}'[print the version]' \\
        '1:verb:->verb' '*::argument:->argument'
    case $state in
        verb)
            _describe verb verbs
            ;;
        argument)
            case $words[1] in
{cases}
            esac
            ;;
    esac
}}

if [ "$funcstack[1]" = _pystackdsl ]; then
    _pystackdsl "$@"
else
    compdef _pystackdsl pystackdsl
fi
"""


def fish(verbs: Mapping[str, str], parsers: Mapping[str, list[Argument]]) -> str:
    """The script for fish 3.0 and newer."""
    lines = [
        "# Completion of pystackdsl for fish, made by `pystackdsl completion fish`.",
        "",
        "complete -c pystackdsl -f",
        "complete -c pystackdsl -n __fish_use_subcommand -s h -l help -d 'show all verbs'",
        "complete -c pystackdsl -n __fish_use_subcommand -s V -l version -d 'print the version'",
    ]
    for verb, summary in verbs.items():
        lines.append(f"complete -c pystackdsl -n __fish_use_subcommand -a {verb} -d {_fish_text(summary)}")
    for verb, held in parsers.items():
        start = f"complete -c pystackdsl -n '__fish_seen_subcommand_from {verb}'"
        lines += ["", *(f"{start} {_fish_argument(argument)}" for argument in held)]
    return "\n".join(lines) + "\n"


def _fish_argument(argument: Argument) -> str:
    completers: dict[Kind, str] = {
        "none": "-x",
        "words": f"-x -a {_fish_text(' '.join(argument.words))}",
        "stack": f"-x -a '({'; '.join(f'__fish_complete_suffix {ending}' for ending in ('.py', '.yml', '.yaml'))})'",
        "text": f"-x -a '({'; '.join(f'__fish_complete_suffix {ending}' for ending in ('.yml', '.yaml'))})'",
        "file": "-r -F",
        "folder": "-x -a '(__fish_complete_directories)'",
    }
    parts = [
        f"-l {spelling[2:]}" if spelling.startswith("--") else f"-s {spelling[1:]}" for spelling in argument.spellings
    ]
    if argument.takes_value:
        parts.append(completers[argument.kind] if argument.spellings else completers[argument.kind].removeprefix("-x "))
    return " ".join([*parts, f"-d {_fish_text(argument.help)}"])


def _fish_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SCRIPTS: Final[Mapping[str, Callable[[Mapping[str, str], Mapping[str, list[Argument]]], str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
"""What makes the script of each shell, from the verbs with their summaries and the arguments of each."""
