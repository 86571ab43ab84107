"""Stack YAML as the source of a command: how it is named, read, merged, and where findings stand in it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rig.judge import Judge

from pystackdsl.cli import exits

WEB = """\
version: "3.8"
services:
  web:
    image: nginx:${TAG:-latest}
    ports: ["8080:80"]
    environment: {PRICE: "5$$", SIZE: "${SIZE}"}
    deploy: {replicas: "${N:-2}"}
"""


@pytest.fixture
def web(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack file in YAML, and an environment that says nothing."""
    (folder / "web.yml").write_text(WEB)
    for name in ("TAG", "N", "SIZE"):
        monkeypatch.delenv(name, raising=False)
    return folder / "web.yml"


def test_a_build_leaves_variables_open(run, web: Path, judge: Judge) -> None:
    ended = run("build", "web.yml")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert (
        ended.out
        == """\
version: "3.8"
services:
  web:
    image: nginx:${TAG:-latest}
    environment:
      PRICE: 5$$
      SIZE: ${SIZE}
    ports:
      - "8080:80"
    deploy:
      replicas: ${N:-2}
"""
    )
    for env in ({}, {"TAG": "1", "N": "5", "SIZE": "a: b"}):
        assert judge.same(ended.out, WEB, env=env)


def test_an_env_file_asks_for_values(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web.parent / "a.env").write_text("TAG=1\nSIZE=$big\n")
    monkeypatch.setenv("N", "7")
    ended = run("build", "web.yml", "--env-file", "a.env")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert "image: nginx:1\n" in ended.out
    assert "SIZE: $$big\n" in ended.out
    assert "replicas: 7\n" in ended.out


def test_an_env_file_gives_values_to_a_stack_in_python(run, folder: Path) -> None:
    (folder / "stack.py").write_text(
        'from pystackdsl import Service, var\nweb = Service(image="a:" + "b", hostname=var("HOST"))\n'
    )
    (folder / "a.env").write_text("HOST=h1\n")
    assert "hostname: ${HOST}\n" in run("build").out
    assert "hostname: h1\n" in run("build", "--env-file", "a.env").out


def test_a_faulty_env_file_is_told_without_its_values(run, web: Path) -> None:
    (web.parent / "a.env").write_text("MY SECRET=hunter2\n")
    ended = run("build", "web.yml", "--env-file", "a.env")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "a.env:1:1" in ended.err
    assert "hunter2" not in ended.err
    assert "the env file no.env cannot be read" in run("build", "web.yml", "--env-file", "no.env").err


def test_a_text_without_a_version_is_what_docker_takes_it_for(run, folder: Path, judge: Judge) -> None:
    for version in ("", 'version: ""\n', 'version: "3"\n', 'version: "3.0"\n'):
        text = f"{version}services: {{a: {{image: a}}}}\n"
        (folder / "a.yml").write_text(text)
        assert judge.same(run("build", "a.yml").out, text)


def test_a_variable_that_decides_more_than_a_value_gets_its_value(run, folder: Path, judge: Judge) -> None:
    text = 'services: {a: {image: a, volumes: ["${DATA:-data}:/data"]}}\nvolumes: {data: {}, other: {}}\n'
    (folder / "a.yml").write_text(text)
    ended = run("build", "a.yml")
    assert ended.status == exits.DONE
    assert 'DATA decides more than a value, so it is not left open: it is "data" here' in ended.err
    assert judge.same(ended.out, text)


@pytest.mark.parametrize(
    "mount",
    [
        "data:${DATA_DIR:-/data}",
        "data:${DATA_DIR:?need}",
        "data:${DATA_DIR-/data}/x:ro",
        "data:${DATA_DIR:-/data}:${MODE:-ro}",
        "data:/data:${MODE:-nocopy}",
        "data:/data:r${LETTER:-o}",
        "data:${BOTH:-/data:ro}",
        "${VOLUME:-data}:${DATA_DIR:-/data}",
        "${ALL:-data:/data:ro}",
        "./data:${DATA_DIR:-/data}:${MODE:-ro}",
    ],
)
@pytest.mark.parametrize("version", ["3.13", "3.1"])
def test_a_variable_is_one_part_of_a_mount(run, folder: Path, judge: Judge, version: str, mount: str) -> None:
    text = f"version: '{version}'\nservices: {{a: {{image: a, volumes: ['{mount}']}}}}\nvolumes: {{data: }}\n"
    (folder / "a.yml").write_text(text)
    env = {"DATA_DIR": "/d"} if "?" in mount else {}
    ended = run("build", "a.yml")
    assert ended.status == exits.DONE
    assert "drops" not in ended.err
    assert judge.same(ended.out, text, env=env)
    if "DATA_DIR" in mount:
        assert "${DATA_DIR" in ended.out
        assert judge.same(ended.out, text, env={"DATA_DIR": "/other"})


def test_what_files_do_not_say_is_not_written(run, folder: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker fills environments from the shell and from env files before it merges; a build leaves both to it."""
    (folder / "a.env").write_text("FROM_FILE=hunter1\n")
    (folder / "a.yml").write_text(
        "services: {a: {image: a, environment: [TOKEN, A=1], env_file: a.env}, b: {image: b, environment: [TOKEN]}}\n"
    )
    (folder / "b.yml").write_text("services: {a: {environment: {B: '${B:-2}'}}}\n")
    monkeypatch.setenv("TOKEN", "hunter2")
    for command in ("build", "import"):
        files = ["a.yml", "b.yml"] if command == "import" else ["-c", "a.yml,b.yml"]
        ended = run(command, *files)
        assert (ended.status, ended.err) == (exits.DONE, "")
        assert "hunter" not in ended.out
    (folder / "built.yml").write_text(run("build", "-c", "a.yml,b.yml").out)
    for env in ({}, {"TOKEN": "x", "B": "y"}):
        assert judge.config(folder / "built.yml", env=env) == judge.config(folder / "a.yml", folder / "b.yml", env=env)


def test_relative_paths_are_those_of_the_first_file(run, folder: Path, judge: Judge) -> None:
    for name in ("one", "two", "out"):
        (folder / name).mkdir()
    (folder / "one" / "a.yml").write_text("services: {a: {image: a, volumes: ['./x:/x']}}\n")
    (folder / "two" / "b.yml").write_text("services: {a: {volumes: ['./y:/y', '/z:/z']}}\n")
    ended = run("build", "-c", "one/a.yml", "-c", "two/b.yml")
    assert [line.strip() for line in ended.out.splitlines() if "/" in line] == [
        "- ./one/x:/x",
        "- ./one/y:/y",
        "- /z:/z",
    ]
    assert run("build", "-c", "one/a.yml", "-c", "two/b.yml", "-o", "out/c.yml").status == exits.DONE
    assert judge.config(folder / "one/a.yml", folder / "two/b.yml") == judge.config(folder / "out/c.yml")


def test_findings_stand_where_the_text_says_it(run, folder: Path) -> None:
    (folder / "a.yml").write_text(
        'services:\n  a:\n    image: a\n    ports: ["80:8000"]\n  b:\n    image: b\n    ports:\n      - 80:8000\n'
    )
    ended = run("build", "a.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert (
        ended.err
        == """\
error: services a and b both publish port 80/tcp on the ingress network
  --> a.yml:8:9
   |
 8 |       - 80:8000
   |         ^^^^^^^
  --> a.yml:4:13   a published it first
   = help      give one of them another port, or publish both with mode: host and keep them on
               different nodes

1 error, nothing written
"""
    )


def test_a_finding_stands_in_the_file_that_says_it(run, folder: Path) -> None:
    (folder / "a.yml").write_text("services: {a: {image: a}}\n")
    (folder / "b.yml").write_text("services:\n  a:\n    imag: b\n")
    ended = run("build", "-c", "a.yml,b.yml")
    assert "--> b.yml:3:5" in ended.err
    assert "did you mean `image`?" in ended.err
    (folder / "b.yml").write_text("services:\n  a:\n    deploy: {replicas: 2, mode: global}\n")
    assert "--> b.yml:3:" in run("build", "-c", "a.yml,b.yml").err


def test_standard_input_has_no_file(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"services: {a: {imag: a}}\n")))
    ended = run("build", "-")
    assert (
        ended.err
        == """\
error: `imag` is not a key of a service
  --> standard input:1:16
   |
 1 | services: {a: {imag: a}}
   |                ^^^^
   = help      did you mean `image`?

1 error, nothing written
"""
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["web.yml", "-c", "web.yml"], "web.yml and -c both name the stack"),
        (["-c", "stack.py"], "-c names stack YAML, and stack.py is Python"),
        (["-c", "-", "-c", "-"], "standard input is named twice"),
        (["-c", ""], "-c names no file"),
        (["-c", "a.yml,,b.yml"], "-c names no file"),
        (["web.yml", "--set", "a=1"], "--set fills a parameter of a function in Python, and web.yml is YAML"),
        (["web.yml:web"], "web.yml has no objects, so :web names nothing in it"),
    ],
)
def test_a_wrong_command_line(run, web: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    (web.parent / "stack.py").write_text("")
    ended = run("build", *words)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert told in ended.err


@pytest.mark.parametrize("named", ["nope.yml", "-cnope.yml", "-cnope"])
def test_a_file_that_is_not_there(run, web: Path, named: str) -> None:
    ended = run("build", named)
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert f"there is no file {named.removeprefix('-c')}" in ended.err


def test_any_name_will_do_behind_the_option(run, web: Path) -> None:
    web.rename(web.with_name("stack.txt"))
    assert run("build", "-c", "stack.txt").status == exits.DONE
    web.with_name("stack.txt").rename(web.with_name("a,b.yml"))
    assert run("build", "-c", '"a,b.yml"').status == exits.DONE


def test_a_text_is_never_taken_unasked(run, web: Path) -> None:
    web.rename(web.with_name("docker-stack.yml"))
    ended = run("build")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "name the file, as in `pystackdsl build docker-stack.yml`" in ended.err


def test_the_project_file_may_name_a_text(run, web: Path) -> None:
    (web.parent / "pyproject.toml").write_text('[tool.pystackdsl]\nstack = "web.yml"\n')
    assert run("build") == run("build", "web.yml")


def test_the_text_is_never_overwritten_by_what_is_built_of_it(run, web: Path) -> None:
    for words in (["web.yml"], ["-c", "web.yml"]):
        ended = run("build", *words, "-o", "./web.yml")
        assert (ended.status, ended.out) == (exits.FAILED, "")
        assert "is the stack file itself" in ended.err
    assert web.read_text() == WEB


def test_a_file_of_docker_compose_says_how_it_is_read(run, folder: Path) -> None:
    (folder / "compose.yml").write_text("name: a\nservices: {web: {image: nginx, mem_limit: 1m}}\n")
    ended = run("build", "compose.yml")
    assert ended.status == exits.FAILED
    assert ended.err.count("--from-compose") == 1
    assert "--from-compose" not in run("build", "compose.yml", "--from-compose").err


def test_an_order_of_docker_compose_is_told_once(run, folder: Path) -> None:
    (folder / "compose.yml").write_text(
        "services: {web: {image: nginx, depends_on: {db: {condition: service_healthy}}}, db: {image: nginx}}\n"
    )
    ended = run("build", "compose.yml", "--from-compose")
    assert ended.err.count("warning:") == 1
    assert "Swarm ignores depends_on: web starts without waiting for db" in ended.err


def test_inline_content_of_docker_compose(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "hunter2")
    (folder / "compose.yml").write_text(
        "services: {web: {image: nginx, configs: [c]}}\nconfigs: {c: {content: 'a ${A_TOKEN} ${B:-b}'}}\n"
    )
    ended = run("build", "compose.yml", "--from-compose")
    assert ended.status == exits.FAILED
    assert "= help      build with -o FILE, which writes it beside FILE, or say where with --assets DIR\n" in ended.err
    ended = run("build", "compose.yml", "--from-compose", "-o", "docker-stack.yml")
    assert ended.status == exits.DONE
    assert (folder / "docker-stack+c").read_text() == "a hunter2 b"
    assert 'it is "…" here' in ended.err
    assert 'it is "b" here' in ended.err
    assert "hunter2" not in ended.err + run("build", "compose.yml", "--from-compose").err


@pytest.mark.parametrize("verb", ["build", "import"])
def test_an_inline_secret_of_docker_compose_is_refused_in_yaml(run, folder: Path, verb: str) -> None:
    (folder / "compose.yml").write_text(
        "services: {web: {image: nginx, secrets: [s]}}\nsecrets: {s: {content: hunter2}}\n"
    )
    ended = run(verb, "compose.yml", "--from-compose")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "write  file: ./s.txt, a file that is there" in ended.err
    assert "report" not in ended.err
    assert "hunter2" not in ended.err
    assert "=" not in ended.err.partition("= help")[2]


def test_a_variable_that_cannot_be_cast_is_told_once(run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "n.yml").write_text('services: {web: {image: nginx, deploy: {replicas: "${N}"}}}\n')
    monkeypatch.setenv("N", "two")
    ended = run("config", "n.yml")
    assert ended.err.count("error:") == 1
    assert '${N} is "two"' in ended.err


def test_text_as_it_stands_is_judged_as_far_as_it_can_be(run, folder: Path) -> None:
    (folder / "n.yml").write_text('services: {web: {image: "nginx:${TAG}", deploy: {replicas: "${N}"}}}\n')
    ended = run("config", "n.yml", "--skip-interpolation")
    assert ended.err.count("error:") == 1
    assert '"${N}" is not a whole number' in ended.err
