"""Completion: bash does it for real, and the scripts of all shells know every verb and option."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.parsing import Parser
from pystackdsl.cli.shells import SCRIPTS, arguments

BASH = shutil.which("bash") or "bash"

# bash splits a command line into words at COMP_WORDBREAKS; `read` does the same with IFS for these lines.
ASK = r"""
source "$1"
complete -p pystackdsl >&2
line=$2
words=()
current=
for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1}
    case $char in
        " ") [ -n "$current" ] && words+=("$current"); current= ;;
        "=") [ -n "$current" ] && words+=("$current"); words+=("="); current= ;;
        *) current+=$char ;;
    esac
done
if [ -n "$current" ] || [ "$char" = " " ]; then words+=("$current"); fi
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line}
COMPREPLY=()
_pystackdsl
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def offered(run, folder: Path):
    """What bash offers for a command line, in a folder with some files."""
    script = folder.parent / f"{folder.name}.bash"
    script.write_text(run("completion", "bash").out)
    for name in ("stack.py", "my shop.py", "docker-stack.yml", "notes.txt"):
        (folder / name).touch()
    (folder / "deploy").mkdir()

    def ask(line: str) -> set[str]:
        ended = subprocess.run([BASH, "-c", ASK, "ask", script, line], capture_output=True, text=True, check=False)
        assert "complete -F _pystackdsl pystackdsl" in ended.stderr, ended.stderr
        assert len(ended.stderr.splitlines()) == 1, ended.stderr
        return set(filter(None, ended.stdout.split("\n")))

    return ask


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pystackdsl ", set(verb_names())),
        ("pystackdsl bu", {"build"}),
        ("pystackdsl --v", {"--version"}),
        ("pystackdsl build --f", {"--format", "--from-compose"}),
        ("pystackdsl build --st", {"--strict"}),
        ("pystackdsl build --format ", {"yaml", "json"}),
        ("pystackdsl build --format j", {"json"}),
        ("pystackdsl build --format=", {"yaml", "json"}),
        ("pystackdsl build --format=j", {"json"}),
        ("pystackdsl build ", {"stack.py", "my shop.py", "docker-stack.yml", "deploy"}),
        ("pystackdsl config d", {"docker-stack.yml", "deploy"}),
        ("pystackdsl import ", {"docker-stack.yml", "deploy"}),
        ("pystackdsl import docker-stack.yml d", {"docker-stack.yml", "deploy"}),
        ("pystackdsl build m", {"my shop.py"}),
        ("pystackdsl build --strict s", {"stack.py"}),
        ("pystackdsl build -o ", {"stack.py", "my shop.py", "docker-stack.yml", "notes.txt", "deploy"}),
        ("pystackdsl build --output=doc", {"docker-stack.yml"}),
        ("pystackdsl build --check d", {"docker-stack.yml", "deploy"}),
        ("pystackdsl build --assets ", {"deploy"}),
        ("pystackdsl build --set ", set()),
        ("pystackdsl build --name ", set()),
        ("pystackdsl completion ", {"bash", "zsh", "fish"}),
        ("pystackdsl completion z", {"zsh"}),
        ("pystackdsl frobnicate ", set()),
    ],
)
def test_bash_offers(offered, line: str, words: set[str]) -> None:
    assert offered(line) == words


@pytest.mark.parametrize("verb", verb_names())
def test_bash_offers_every_option_of_a_verb(offered, verb: str) -> None:
    spelled = {spelling for argument in arguments(Parser(verb, verb_named(verb))) for spelling in argument.spellings}
    assert offered(f"pystackdsl {verb} -") == spelled


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_knows_all_verbs_and_options(run, shell: str) -> None:
    ended = run("completion", shell)
    assert (ended.status, ended.err) == (0, "")
    for verb in verb_names():
        assert verb in ended.out
        for argument in arguments(Parser(verb, verb_named(verb))):
            for spelling in argument.spellings:
                assert (f"-l {spelling[2:]} " if shell == "fish" and spelling[1] == "-" else spelling[1:]) in ended.out
            for word in argument.words:
                assert word in ended.out


def test_a_script_is_free_of_syntax_errors(run, folder: Path) -> None:
    (folder / "script").write_text(run("completion", "bash").out)
    subprocess.run([BASH, "-n", "script"], check=True)


def test_texts_are_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    from pystackdsl.cli.shells import Argument

    odd = Argument(("--odd",), "none", (), takes_value=True, repeats=False, label="A:B", help="it's [odd]: `$x`")
    for shell, quoted in (
        ("zsh", r"'--odd=[it'\''s \[odd\]\: `$x`]:A\:B: '"),
        ("fish", r"'it\'s [odd]: `$x`'"),
    ):
        assert quoted in SCRIPTS[shell]({"verb": "it's"}, {"verb": [odd]})
