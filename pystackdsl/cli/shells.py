"""Completion scripts for shells, made from the arguments that the verbs declare.

The parsers of all verbs come in; one self-contained script for bash, zsh or fish goes out. Called by the verb
`completion`.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

from pystackdsl.cli.main import ALIASES
from pystackdsl.cli.parsing import Parser

__all__ = ["SCRIPTS", "Argument", "arguments"]

Kind = Literal["none", "stack", "text", "file", "folder", "words", "names"]
"""What completes a value; `names` are asked of the command itself."""

NAMES: Final = ("CONTEXT", "NAME=VALUE", "STACK", "SERVICE", "JOB")
"""What stands for names that the command itself knows, or the swarm; see `candidates`."""


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
    elif label in NAMES:
        kind = "names"
    repeats = type(action).__name__ == "_AppendAction" or action.nargs in ("+", "*")
    return Argument(tuple(action.option_strings), kind, words, action.nargs != 0, repeats, label, action.help or "")


def _spellings(verb: str) -> list[str]:
    """A verb and its other words."""
    return [verb, *(word for word, meant in ALIASES.items() if meant == verb)]


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
    others = "\n".join(f"        {word}) verb={verb} ;;" for word, verb in ALIASES.items())
    return _BASH.format(verbs=" ".join(verbs), others=others, values="\n".join(cases), rest="\n".join(rest))


def _bash_reply(argument: Argument) -> str:
    words = " ".join(argument.words)
    replies: dict[Kind, str] = {
        "none": "COMPREPLY=()",
        "words": f"_pystackdsl_words '{words}'",
        "stack": "_pystackdsl_endings py yml yaml",
        "text": "_pystackdsl_endings yml yaml",
        "file": "_pystackdsl_files -f",
        "folder": "_pystackdsl_files -d",
        "names": f"_pystackdsl_names '{argument.label}'",
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

_pystackdsl_names() {{
    local IFS=$'\n' found name
    found=($("${{COMP_WORDS[0]}}" __complete "$1" "${{COMP_WORDS[@]:0:COMP_CWORD+1}}" 2>/dev/null))
    # Behind a = that is a word of its own, bash wants what follows it.
    [ -n "$behind" ] && found=("${{found[@]##*=}}")
    COMPREPLY=($(compgen -W "${{found[*]}}" -- "$cur"))
    case ${{COMPREPLY[0]}} in *=) compopt -o nospace 2>/dev/null ;; esac
}}

_pystackdsl() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} verb=${{COMP_WORDS[1]}} at=$((COMP_CWORD - 1)) behind= before
    COMPREPLY=()
    # bash takes the = of --option=value, and of name=value, for a word of its own.
    if [ "$cur" = = ]; then
        cur= behind=yes
    elif [ "${{COMP_WORDS[at]}}" = = ]; then
        at=$((at - 1)) behind=yes
    fi
    if [ -n "$behind" ] && [ "${{COMP_WORDS[at]:0:1}}" != - ]; then
        at=$((at - 1))
        [ "${{COMP_WORDS[at]}}" = = ] && at=$((at - 1))
    fi
    before=${{COMP_WORDS[at]}}
    case $verb in
{others}
    esac
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
        pattern = "|".join(_spellings(verb))
        cases.append(f"                {pattern})\n                    _arguments \\\n{specs}\n                    ;;")
    return _ZSH.format(verbs=described, cases="\n".join(cases))


def _zsh_specs(argument: Argument) -> Iterable[str]:
    completers: dict[Kind, str] = {
        "none": " ",
        "words": f"({' '.join(argument.words)})",
        "stack": "_files -g '*.(py|yml|yaml)'",
        "text": "_files -g '*.(yml|yaml)'",
        "file": "_files",
        "folder": "_files -/",
        "names": f' _pystackdsl_names "{argument.label}"',  # after a blank, zsh adds nothing to it
    }
    label = argument.label.replace(":", "\\:")
    value = f":{label}:{completers[argument.kind]}" if argument.takes_value else ""
    if not argument.spellings:
        yield _quoted(f"*{value}" if argument.repeats else value)
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

_pystackdsl_names() {{
    local -a found
    found=(${{(f)"$($command __complete "$1" $command "${{(@)words[1,CURRENT]}}" 2>/dev/null)"}})
    compadd -S '' -- ${{(M)found:#*=}}
    compadd -- ${{found:#*=}}
}}

_pystackdsl() {{
    local curcontext=$curcontext state line command=$words[1]
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
        "function __pystackdsl_names",
        "    set -l line (commandline -opc) (commandline -ct)",
        "    $line[1] __complete $argv[1] $line 2>/dev/null",
        "end",
        "",
        "complete -c pystackdsl -f",
        "complete -c pystackdsl -n __fish_use_subcommand -s h -l help -d 'show all verbs'",
        "complete -c pystackdsl -n __fish_use_subcommand -s V -l version -d 'print the version'",
    ]
    for verb, summary in verbs.items():
        lines.append(f"complete -c pystackdsl -n __fish_use_subcommand -a {verb} -d {_fish_text(summary)}")
    for verb, held in parsers.items():
        start = f"complete -c pystackdsl -n '__fish_seen_subcommand_from {' '.join(_spellings(verb))}'"
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
        "names": f"-x -a '(__pystackdsl_names {argument.label})'",
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
