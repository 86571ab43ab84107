"""`pystackdsl config`: the long form that Docker prints, from YAML and from Python."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from rig import HOME
from rig.judge import Judge

from pystackdsl.cli import exits

WEB = """\
version: "3.9"
services:
  web:
    image: nginx:${TAG:-latest}
    ports: ["8080:80"]
    volumes: ["./conf:/etc/nginx:ro"]
    environment: {PRICE: "5$$"}
"""


@pytest.fixture
def web(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stack file, and an environment that says nothing."""
    (folder / "web.yml").write_text(WEB)
    monkeypatch.setenv("HOME", HOME)
    monkeypatch.delenv("TAG", raising=False)
    return folder


def test_what_is_printed_is_final(run, web: Path) -> None:
    ended = run("config", "web.yml")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert (
        ended.out
        == f"""\
version: "3.9"
services:
  web:
    environment:
      PRICE: 5$
    image: nginx:latest
    ports:
      - mode: ingress
        target: 80
        published: 8080
        protocol: tcp
    volumes:
      - type: bind
        source: {web}/conf
        target: /etc/nginx
        read_only: true
"""
    )


def test_it_is_what_docker_prints_to_the_letter(run, web: Path, judge: Judge) -> None:
    assert run("config", "web.yml").out == judge.config(web / "web.yml")


@pytest.mark.parametrize("version", ["3.7", "3.13"])
def test_the_spec_of_a_cluster_volume_is_an_extension_field_elsewhere(
    run, web: Path, judge: Judge, version: str
) -> None:
    (web / "web.yml").write_text(f"""\
version: "{version}"
services: {{a: {{image: x, x-cluster-spec: {{foo: 1}}}}}}
networks:
  n: {{x-cluster-spec: {{group: g}}, x-other: 1}}
  e: {{external: true, x-cluster-spec: {{foo: 1}}, x-other: 1}}
secrets: {{s: {{external: true, x-cluster-spec: {{foo: 1}}}}}}
""")
    assert run("config", "web.yml").out == judge.read(web / "web.yml").text


def test_the_environment_and_env_files_fill_variables(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web / "one.env").write_text("TAG=1\nOTHER=x\n")
    (web / "two.env").write_text("TAG=2\n")
    assert "image: nginx:1\n" in run("config", "web.yml", "--env-file", "one.env").out
    assert "image: nginx:2\n" in run("config", "web.yml", "--env-file", "one.env", "--env-file", "two.env").out
    monkeypatch.setenv("TAG", "3")
    assert "image: nginx:3\n" in run("config", "web.yml", "--env-file", "one.env").out


def test_interpolation_can_be_skipped(run, web: Path, judge: Judge) -> None:
    ended = run("config", "web.yml", "--skip-interpolation")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert "image: nginx:${TAG:-latest}\n" in ended.out
    assert "PRICE: 5$$\n" in ended.out
    assert ended.out == judge.config(web / "web.yml", skip_interpolation=True)


def test_what_is_skipped_is_refused_where_docker_refuses_it(run, web: Path, judge: Judge) -> None:
    (web / "a.yml").write_text("services: {a: {image: a, deploy: {replicas: '${N}'}}}\n")
    assert not judge.accepts(web / "a.yml", skip_interpolation=True)[0]
    ended = run("config", "a.yml", "--skip-interpolation")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "--> a.yml:1:45" in ended.err


@pytest.mark.parametrize(
    "service",
    [
        "image: 'a:${T}'",
        "image: a, deploy: {placement: {constraints: ['node.labels.z == ${Z}', 'node.role!=manager']}}",
        "image: a, deploy: {mode: '${M}', resources: {limits: {cpus: '${C}'}}}",
        "image: a, volumes: ['${HOME}/x:/x:ro', './${A}/b:/b', vol:/v, '/c:/$$d']",
        "image: a, volumes: [{type: bind, source: './${A}', target: /a}]",
        "image: a, networks: [default], labels: {'$K': '$$V'}",
    ],
)
def test_what_only_a_deploy_refuses_is_taken_while_skipped(run, web: Path, judge: Judge, service: str) -> None:
    (web / "a.yml").write_text(f"services: {{a: {{{service}}}}}\nvolumes: {{vol: {{}}}}\n")
    ended = run("config", "a.yml", "--skip-interpolation")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert yaml.safe_load(ended.out) == yaml.safe_load(judge.config(web / "a.yml", skip_interpolation=True))


def test_python_has_no_text_to_skip(run, web: Path) -> None:
    (web / "stack.py").write_text("from pystackdsl import Service\nweb = Service(image='a')\n")
    ended = run("config", "--skip-interpolation")
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert "--skip-interpolation takes YAML as it stands, and stack.py is Python" in ended.err


def test_json_says_the_same(run, web: Path) -> None:
    assert yaml.safe_load(run("config", "web.yml", "--format", "json").out) == yaml.safe_load(
        run("config", "web.yml").out
    )


def test_several_files_are_merged(run, web: Path, judge: Judge) -> None:
    (web / "more.yml").write_text(
        'version: "3.9"\nservices: {web: {image: nginx:2, deploy: {replicas: 3}}, db: {image: db}}\n'
    )
    merged = judge.config(web / "web.yml", web / "more.yml")
    assert run("config", "-c", "web.yml", "-c", "more.yml").out == merged
    assert run("config", "--compose-file", "web.yml,more.yml").out == merged


def test_standard_input(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    typed(WEB)
    expected = run("config", "web.yml").out
    assert run("config", "-").out == expected
    typed(WEB)
    assert run("config", "-c", "-").out == expected


def test_a_stack_in_python_gets_its_values(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web / "stack.py").write_text(
        "from pystackdsl import Deploy, Service, var\n"
        "TAG = var('TAG', default='latest')\n"
        "web = Service(image=f'nginx:{TAG}', deploy=Deploy(replicas=var('N', int)))\n"
    )
    (web / "n.env").write_text("N=4\n")
    told = run("config")
    assert told.status == exits.FAILED
    assert "N is not set and has no default" in told.err
    ended = run("config", "--env-file", "n.env")
    assert ended.status == exits.DONE
    assert yaml.safe_load(ended.out) == {
        "version": "3.9",
        "services": {"web": {"image": "nginx:latest", "deploy": {"replicas": 4}}},
    }


def test_the_version_is_what_a_build_writes(run, web: Path, judge: Judge) -> None:
    (web / "stack.py").write_text(
        "from pystackdsl import Config, Healthcheck, Service\n"
        'page = Config(content="hello")\n'
        'web = Service(image="a", configs=[page], healthcheck=Healthcheck(test="true", start_interval="1s"))\n'
    )
    assert run("build", "-o", "docker-stack.yml").status == exits.DONE
    assert yaml.safe_load(run("config").out) == yaml.safe_load(judge.config(web / "docker-stack.yml"))


def test_a_variable_without_a_value_is_told(run, web: Path) -> None:
    (web / "a.yml").write_text("services: {a: {image: 'a:${TGA}1', hostname: '$TGA'}}\n")
    ended = run("config", "a.yml")
    assert ended.status == exits.DONE
    assert (
        ended.err
        == """\
warning: TGA is not set, so Docker puts nothing in its place
  --> a.yml:1:26
   |
 1 | services: {a: {image: 'a:${TGA}1', hostname: '$TGA'}}
   |                          ^^^^^^
  --> a.yml:1:47   services: {a: {image: 'a:${TGA}1', hostname: '$TGA'}}
   = help      set it, give it a default (${TGA:-…}), or ask for it (${TGA:?message})

1 warning
"""
    )


def test_what_every_deploy_refuses_is_refused(run, web: Path, judge: Judge) -> None:
    (web / "a.yml").write_text("services:\n  a:\n    image: a\n    networks: [nowhere]\n")
    assert judge.accepts(web / "a.yml")[0]
    ended = run("config", "a.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert (
        ended.err
        == """\
error: there is no network "nowhere"
  --> a.yml:4:16
   |
 4 |     networks: [nowhere]
   |                ^^^^^^^
   = expected  a key of the top-level networks
   = help      declare it:  networks: {nowhere: {}}

1 error, nothing printed
"""
    )
