"""Completion: bash does it for real, and the scripts of all shells know every verb and option."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rig.fake import Daemon, answering

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
def offered(run, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What bash offers for a command line, in a folder with some files."""
    script = folder.parent / f"{folder.name}.bash"
    script.write_text(run("completion", "bash").out)
    scripts = Path(sys.executable).parent  # where `pystackdsl` is installed
    monkeypatch.setenv("PATH", f"{scripts}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
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


LABEL = "com.docker.stack.namespace"


@pytest.fixture
def swarm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """A daemon with two stacks and two nodes, and a configuration with one context."""
    held = {"shop_web": "shop", "shop_db": "shop", "blog_www": "blog"}
    services = [{"ID": name, "Spec": {"Name": name, "Labels": {LABEL: stack}}} for name, stack in held.items()]
    nodes = [{"ID": "1", "Spec": {}, "Description": {"Hostname": "worker"}}, {"ID": "2", "Spec": {"Name": "manager"}}]
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder:
        context = Path(folder, "contexts", "meta", "x", "meta.json")
        context.parent.mkdir(parents=True)
        context.write_text('{"Name": "prod"}')
        monkeypatch.setenv("DOCKER_CONFIG", folder)
        with answering({"services": services, "nodes": nodes}, Path(folder)) as daemon:
            yield daemon


NAMES = [
    ("ps ", {"shop", "blog"}),
    ("ps s", {"shop"}),
    ("rm shop ", {"shop", "blog"}),
    ("down b", {"blog"}),
    ("logs ", {"shop", "blog"}),
    ("plan --name ", {"shop", "blog"}),
    ("check --live ", {"shop", "blog"}),
    ("graph --live s", {"shop"}),
    ("import --live ", {"shop", "blog"}),
    ("apply --service ", {"web", "db", "www"}),
    ("ps --filter ", {"desired-state=", "id=", "label=", "name=", "node=", "service="}),
    ("ps -f na", {"name="}),
    ("ps -f node=", {"worker", "manager"}),
    ("ps shop -f node=w", {"worker"}),
    ("ps shop --filter=name=", {"shop_web", "shop_db"}),
    ("services --filter mode=global", {"global", "global-job"}),
    ("ps --context ", {"default", "prod"}),
    ("ps --context=p", {"prod"}),
    ("ps -H unix:///nowhere ", set()),
    ("ps --context nowhere ", set()),
]


@pytest.mark.parametrize(("line", "words"), NAMES)
def test_bash_offers_names_of_the_swarm(
    offered, swarm: Daemon, monkeypatch: pytest.MonkeyPatch, line: str, words: set[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    assert offered(f"pystackdsl {line}") == words


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("STACK", "pystackdsl", "ps", ""), "blog\nshop\n"),
        (("SERVICE", "pystackdsl", "logs", "shop", ""), "db\nweb\n"),
        (("STACK", "pystackdsl", "ps", "-H", "ssh://user@nowhere", ""), ""),
        (("STACK", "pystackdsl", "ps", "--host=tcp://no address", ""), ""),
        (("FROB", "pystackdsl", "ps", ""), ""),
        ((), ""),
    ],
)
def test_names_are_offered_or_nothing(run, swarm: Daemon, monkeypatch, words: tuple[str, ...], names: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", swarm.host)
    monkeypatch.setattr("signal.setitimer", lambda *_: None)
    assert run("__complete", *words) == (0, names, "")


def test_a_daemon_that_does_not_answer_is_not_waited_for(process, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as name, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{name}/s")
        silent.listen()
        ended = process("__complete", "STACK", "pystackdsl", "ps", "", env={"DOCKER_HOST": f"unix://{name}/s"})
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


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
