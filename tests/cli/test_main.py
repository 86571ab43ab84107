"""The command as a whole: its help, its words, and what becomes of everything that goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import pystackdsl
from pystackdsl.cli import exits
from pystackdsl.cli.main import verb_named, verb_names
from pystackdsl.cli.overview import GROUPS

VERBS = verb_names()


def test_the_verbs() -> None:
    assert {"build", "init", "completion"} <= set(VERBS)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_help_tells_every_verb_and_exit_code(run, words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert (ended.status, ended.err) == (0, "")
    for name in VERBS:
        assert f"\n  {name} " in ended.out
        for code in verb_named(name).EXITS:
            assert f"\n  {code:<4} {exits.MEANINGS[code]}\n" in ended.out
    assert "\n  125  " in ended.out
    assert "PYSTACKDSL_DEBUG" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("form", [("{}", "--help"), ("{}", "-h"), ("help", "{}"), ("{}", "FILE", "--help", "--more")])
def test_help_of_each_verb_ends_with_an_example(run, name: str, form: tuple[str, ...]) -> None:
    ended = run(*(word.format(name) for word in form))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"usage: pystackdsl {name} ")
    assert verb_named(name).EXAMPLE.splitlines()[0] in ended.out.partition("\nexamples:\n")[2]
    assert max(map(len, ended.out.splitlines())) <= 100
    assert verb_named(name).GROUP in GROUPS


def test_every_example_names_declared_words() -> None:
    from pystackdsl.cli.parsing import Parser

    for name in VERBS:
        parser = Parser(name, verb_named(name))
        for line in verb_named(name).EXAMPLE.splitlines():
            for command in line.replace("<(", " ").replace(")", " ").split("&&"):
                words = command.split("#")[0].split(">")[0].split("|")[0].split()
                while words and words[0] != "pystackdsl":
                    del words[0]
                if words[1:2] == [name]:
                    parser.parse(words[2:])


@pytest.mark.parametrize("words", [("--version",), ("-V",)])
def test_version(run, words: tuple[str, ...]) -> None:
    assert run(*words) == (0, f"pystackdsl {pystackdsl.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("biuld",), ['"biuld" is not a verb', "build, ", "did you mean build?"]),
        (("frobnicate",), ['"frobnicate" is not a verb', "--help"]),
        (("shop.py",), ["`pystackdsl build shop.py`"]),
        (("shop.py:staging",), ["`pystackdsl build shop.py:staging`"]),
        (("__init__",), ['"__init__" is not a verb']),
        (("build.x",), ['"build.x" is not a verb']),
        (("../main",), ['"../main" is not a verb']),
        (("",), ['"" is not a verb']),
        (("--strict",), ['no option "--strict"', "after the verb"]),
        (("build", "--strikt"), ['build has no option "--strikt"', "did you mean --strict?"]),
        (("build", "--outptu=x"), ['build has no option "--outptu"', "did you mean --output?"]),
        (("build", "--qqq"), ["`pystackdsl build --help`"]),
        (("build", "--stric"), ["did you mean --strict?"]),
        (("build", "a.py", "b.py"), ['unexpected argument "b.py"']),
        (("build", "--output"), ["-o/--output needs a value"]),
        (("build", "--strict=yes"), ["--strict"]),
        (("build", "--format", "jsno"), ['--format cannot be "jsno"', "yaml or json", "did you mean json?"]),
        (("build", "--schema", "3.14"), ['--schema cannot be "3.14"', "3.0 to 3.13"]),
        (("build", "--schema", "2.4"), ['--schema cannot be "2.4"']),
        (("build", "--schema", "9"), ['--schema cannot be "9"']),
        (("build", "--set", "env"), ['--set cannot be "env"', "KEY=VALUE"]),
        (("build", "--set", "=x"), ['--set cannot be "=x"']),
        (("build", "--check", "a", "-o", "b"), ["--check"]),
        (("build", "--name", "shop"), ["--rotate"]),
        (("build", ""), ["FILE[:OBJECT] is empty"]),
        (("build", "--check", ""), ["--check is empty"]),
        (("build", "-o", ""), ["--output is empty"]),
        (("build", "--assets="), ["--assets is empty"]),
        (("completion",), ["which shell?", "bash, zsh or fish"]),
        (("completion", "bsh"), ["did you mean bash?"]),
        (("completion", "tcsh"), ['SHELL cannot be "tcsh"']),
    ],
)
def test_a_wrong_command_line(run, words: tuple[str, ...], told: list[str]) -> None:
    ended = run(*words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert ended.err.startswith("error: ")
    for part in told:
        assert part in ended.err
    assert "Traceback" not in ended.err


def test_an_internal_error_is_one_clear_message(
    run, folder: Path, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        msg = "with hunter2 inside"
        raise RuntimeError(msg)

    monkeypatch.setattr("pystackdsl.python.load_report", broken)
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "pystackdsl itself failed: RuntimeError at " in ended.err
    assert "PYSTACKDSL_DEBUG=1" in ended.err
    assert "Traceback" not in ended.err
    assert "hunter2" not in ended.err
    monkeypatch.setenv("PYSTACKDSL_DEBUG", "1")
    ended = run("build")
    assert ended.err.startswith("Traceback")
    assert "with hunter2 inside" in ended.err


def test_findings_that_no_verb_told_are_told(run, monkeypatch: pytest.MonkeyPatch) -> None:
    from pystackdsl.cli.verbs import init
    from pystackdsl.diagnostics import Diagnostic, InvalidStack

    def broken(_: object) -> int:
        raise InvalidStack(Diagnostic(summary="something is wrong", help="mend it"))

    monkeypatch.setattr(init, "run", broken)
    ended = run("init")
    assert ended.status == exits.FAILED
    assert ended.err == "error: something is wrong\n   = help      mend it\n\n1 error\n"


def test_an_interruption(run, monkeypatch: pytest.MonkeyPatch) -> None:
    from pystackdsl.cli.verbs import init

    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(init, "run", interrupted)
    assert run("init") == (exits.INTERRUPTED, "", "")


def test_an_interrupted_process_ends_without_a_traceback(folder: Path) -> None:
    (folder / "stack.py").write_text(
        "import pathlib, time\npathlib.Path('begun').touch()\nfor _ in range(600): time.sleep(0.1)\n"
    )
    command = [sys.executable, "-m", "pystackdsl", "build"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (folder / "begun").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (exits.INTERRUPTED, b"", b"")


def test_a_reader_that_goes_away_is_no_error(process: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = process("completion", "bash", stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (exits.DONE, b"")


def test_nobody_to_read_messages_is_no_error(process: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = process("biuld", stderr=writing)
    os.close(writing)
    assert ended.returncode == exits.USAGE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told(process: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = process("completion", "bash", stdout=full)
    assert ended.returncode == exits.FAILED
    assert ended.stderr == b"error: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams(folder: Path, closed: str) -> None:
    command = f"exec {sys.executable} -m pystackdsl completion bash {closed}"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == (exits.FAILED if closed.startswith(">") else exits.DONE)
    if closed == ">&-":
        assert ended.stderr.startswith("error: standard output is closed\n")


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colour(run, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], coloured: bool) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("biuld").err) is coloured


@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_colour_on_a_terminal(folder: Path, term: str, coloured: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": term}
    with subprocess.Popen([sys.executable, "-m", "pystackdsl", "biuld"], env=env, stderr=follower) as process:
        os.close(follower)
        said = b""
        try:
            while chunk := os.read(leader, 4096):
                said += chunk
        except OSError:  # Linux tells so that the other side is closed
            pass
        process.wait()
    os.close(leader)
    assert (b"\x1b[" in said) is coloured


def test_messages_keep_to_the_width(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, run("frobnicate").err.splitlines())) <= 60


def test_the_script_and_the_module_are_the_same_command(
    process: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    script = Path(sys.executable).with_name("pystackdsl")
    ended = subprocess.run([script, "--version"], capture_output=True, check=False)
    assert ended.stdout == process("--version").stdout


def test_exit_codes_are_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md").read_text()
    codes = {exits.USAGE, exits.INTERRUPTED}.union(*(verb_named(name).EXITS for name in VERBS))
    assert codes == {int(line.split("|")[1]) for line in page.splitlines() if line[2:3].isdigit()}
