"""The plugin of docker: the real docker command runs it, hands its own options over, and completes with it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from rig.fake import Daemon, answering
from rig.judge import Judge

from pystackdsl.cli.failure import UsageError
from pystackdsl.cli.plugin import translated

Docker = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    services = [{"ID": "1", "Spec": {"Name": "shop_web", "Labels": {"com.docker.stack.namespace": "shop"}}}]
    with (
        tempfile.TemporaryDirectory(prefix="fake", dir="/tmp") as folder,
        answering({"services": services}, Path(folder)) as daemon,
    ):
        yield daemon


@pytest.fixture
def configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of docker's own."""
    monkeypatch.setenv("DOCKER_CONFIG", str(folder / "docker"))
    return folder / "docker"


@pytest.fixture
def docker(judge: Judge, run, configuration: Path, daemon: Daemon) -> Docker:
    """Run docker where the plugin is installed."""
    ended = run("plugin", "install")
    assert (ended.status, ended.out) == (0, "")
    assert str(configuration / "cli-plugins" / "docker-pystack") in ended.err
    return lambda *words, **env: judge.ask(daemon.host, *words, env={"DOCKER_CONFIG": str(configuration), **env})


def test_docker_runs_it(docker: Docker, daemon: Daemon) -> None:
    said = docker("pystack", "ls", "--format", "{{.Name}}={{.Services}}")
    assert (said.returncode, said.stdout, said.stderr) == (0, "shop=1\n", "")
    said = docker("--host", daemon.host, "pystack", "ls", "-x", DOCKER_HOST="unix:///nowhere")
    assert (said.returncode, said.stdout) == (125, "")
    assert 'ls has no option "-x"' in said.stderr
    assert docker(f"-H{daemon.host}", "pystack", "list", DOCKER_HOST="unix:///nowhere").stdout.startswith("NAME")
    assert "pystackdsl ps [OPTION...] STACK" in docker("pystack", "ps", "--help").stdout
    assert "usage: pystackdsl VERB" in docker("help", "pystack").stdout


def test_docker_lists_it(docker: Docker) -> None:
    assert "pystack*" in docker("--help").stdout


def test_the_working_folder_is_no_part_of_it(docker: Docker, folder: Path) -> None:
    (folder / "json.py").write_text("raise SystemExit('taken from the working folder')\n")
    assert docker("pystack", "ls", "--format", "json").stdout == '{"Name":"shop","Services":"1"}\n'


@pytest.mark.parametrize(
    ("words", "offers", "directive"),
    [
        (("p",), {"plan", "plugin", "ps"}, 4),
        (("ps", "--no"), {"--no-resolve", "--no-trunc"}, 4),
        (("ps", ""), {"shop"}, 4),
        (("ps", "-q", "s"), {"shop"}, 4),
        (("rm", "shop", ""), {"shop"}, 4),
        (("list", "--format", ""), set(), 4),
        (("build", "--format="), {"--format=yaml", "--format=json"}, 4),
        (("build", "--format", "j"), {"json"}, 4),
        (("build", ""), {"py", "yml", "yaml"}, 8),
        (("build", "-o", ""), set(), 0),
        (("build", "--assets", ""), set(), 16),
        (("ps", "-f", "desired-state=r"), {"desired-state=running", "desired-state=ready"}, 4),
        (("ls", ""), set(), 4),
        (("frobnicate", ""), set(), 4),
    ],
)
def test_docker_completes_with_it(docker: Docker, words: tuple[str, ...], offers: set[str], directive: int) -> None:
    said = docker("__complete", "pystack", *words)
    *lines, last = said.stdout.splitlines()
    assert ({line.partition("\t")[0] for line in lines}, last) == (offers, f":{directive}")
    assert said.stderr == ""


def test_it_is_removed(docker: Docker, run, configuration: Path) -> None:
    assert run("plugin", "remove").status == 0
    assert not (configuration / "cli-plugins" / "docker-pystack").exists()
    assert docker("pystack", "ls").returncode == 1
    ended = run("plugin", "remove")
    assert (ended.status, "there is no" in ended.err) == (0, True)


def test_a_file_of_others_stays(run, configuration: Path) -> None:
    path = configuration / "cli-plugins" / "docker-pystack"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\necho mine\n")
    for action in ("install", "remove"):
        ended = run("plugin", action)
        assert (ended.status, "not of our making" in ended.err) == (1, True)
        assert "echo mine" in path.read_text()
    assert run("plugin", "install", "--force").status == 0
    assert "echo mine" not in path.read_text()
    assert [each.name for each in path.parent.iterdir()] == ["docker-pystack"]


def test_a_folder_that_cannot_be_made_is_told(run, configuration: Path) -> None:
    configuration.write_text("a file")
    ended = run("plugin", "install")
    assert (ended.status, "cannot be written" in ended.err) == (1, True)


@pytest.mark.parametrize(("words", "said"), [((), "install it, or remove it?"), (("instal",), "did you mean install?")])
def test_what_is_to_be_done_is_asked(run, configuration: Path, words: tuple[str, ...], said: str) -> None:
    ended = run("plugin", *words)
    assert (ended.status, said in ended.err) == (125, True)


@pytest.mark.parametrize(
    ("words", "rest", "environment"),
    [
        ("pystack ls -q", "ls -q", {}),
        ("--context prod pystack ls", "ls", {"DOCKER_CONTEXT": "prod"}),
        ("-c=prod -D -l info pystack ls", "ls", {"DOCKER_CONTEXT": "prod"}),
        ("--host=tcp://a --tls pystack ls", "ls", {"DOCKER_HOST": "tcp://a", "DOCKER_TLS": "1"}),
        ("--config /c --tlsverify --tlscacert /x/ca.pem pystack ls", "ls",
         {"DOCKER_CONFIG": "/c", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/x"}),
        ("help pystack", "help", {}),
        ("pystack", "", {}),
    ],
)  # fmt: skip
def test_the_options_of_docker_are_handed_over(words: str, rest: str, environment: Mapping[str, str]) -> None:
    found: dict[str, str] = {"DOCKER_HOST": "tcp://former"} if "-c" in words.split("pystack", maxsplit=1)[0] else {}
    assert translated(words.split(), found) == rest.split()
    if "DOCKER_CONTEXT" in environment:
        assert found == environment
    else:
        assert {name: value for name, value in found.items() if value != "tcp://former"} == environment


@pytest.mark.parametrize(
    ("words", "said"), [("--new pystack ls", "--new"), ("--tlskey /x/mine.pem pystack", "key.pem")]
)
def test_what_cannot_be_handed_over_is_told(words: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        translated(words.split(), {})
