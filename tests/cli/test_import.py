"""`pystackdsl import`: stack YAML becomes Python that says the same, and the command proves it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rig import ROOT
from rig.golden import Golden
from rig.judge import Judge

from pystackdsl.cli import exits, proof
from pystackdsl.python import writer

GOLDEN = ROOT / "tests" / "golden" / "import"
WEB = 'version: "3.9"\nservices:\n  web:\n    image: nginx:${TAG:-latest}\n    ports: ["8080:80"]\n'
WEB_PY = '''\
"""Imported from web.yml."""

from pystackdsl import Service, var

TAG = var("TAG", default="latest")

web = Service(image=f"nginx:{TAG}", ports=["8080:80"])
'''


@pytest.fixture
def web(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stack file in YAML."""
    monkeypatch.delenv("TAG", raising=False)
    (folder / "web.yml").write_text(WEB)
    return folder


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (ROOT / "examples/voting/docker-stack.yml", "voting"),
        (GOLDEN / "shop.yml", "shop"),
        (GOLDEN / "anchors.yml", "anchors"),
    ],
)
def test_a_file_to_be_proud_of(run, folder: Path, golden: Golden, source: Path, name: str) -> None:
    (folder / source.name).write_bytes(source.read_bytes())  # paths are seen from here, wherever the test lies
    ended = run("import", source.name)
    assert ended.status == exits.DONE
    golden(f"import/{name}.py", ended.out)
    golden(f"import/{name}.txt", ended.err)


def test_it_is_printed_or_written(run, web: Path) -> None:
    assert run("import", "web.yml") == (exits.DONE, WEB_PY, "")
    assert run("import", "web.yml", "-o", "-") == (exits.DONE, WEB_PY, "")
    ended = run("import", "web.yml", "-o", "stack.py")
    assert ended == (exits.DONE, "", "stack.py written: 1 service\n  docker stack reads both the same\n")
    assert (web / "stack.py").read_text() == WEB_PY


def test_the_new_file_takes_the_place_of_the_old_one(run, web: Path, judge: Judge) -> None:
    assert run("import", "web.yml", "-o", "stack.py").status == exits.DONE
    assert judge.same(run("build").out, WEB)


def test_nothing_is_overwritten_without_force(run, web: Path) -> None:
    (web / "stack.py").write_text("mine\n")
    ended = run("import", "web.yml", "-o", "stack.py")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert ended.err == (
        "error: stack.py is there already\n   = help      name another file, or overwrite it with --force\n"
    )
    assert (web / "stack.py").read_text() == "mine\n"
    assert run("import", "web.yml", "-o", "stack.py", "--force").status == exits.DONE
    assert (web / "stack.py").read_text() == WEB_PY
    (web / "link.py").symlink_to("gone.py")
    assert run("import", "web.yml", "-o", "link.py").status == exits.FAILED


def test_the_source_itself_is_never_written(run, web: Path) -> None:
    ended = run("import", "web.yml", "-o", "./web.yml", "--force")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "web.yml is the stack file itself" in ended.err
    assert (web / "web.yml").read_text() == WEB


def test_where_something_is_wrong_nothing_is_written(run, web: Path) -> None:
    (web / "stack.py").write_text("mine\n")
    (web / "web.yml").write_text("services:\n  web:\n    imag: x\n  db:\n    image: db\n    networks: [back]\n")
    ended = run("import", "web.yml", "-o", "stack.py", "--force")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "--> web.yml:3:5" in ended.err
    assert "--> web.yml:6:16" in ended.err
    assert ended.err.endswith("\n2 errors, nothing written\n")
    assert (web / "stack.py").read_text() == "mine\n"


def test_what_swarm_ignores_is_kept_and_listed(run, web: Path) -> None:
    (web / "web.yml").write_text(
        "version: '3.8'\n"
        "services:\n"
        "  web: {image: a, depends_on: [db], container_name: w}\n"
        "  db: {image: b, depends_on: [web], build: .}\n"
    )
    ended = run("import", "web.yml")
    assert ended.status == exits.DONE
    assert ended.err == "kept though Swarm ignores them: depends_on (web, db), build (db), container_name (web)\n"
    for said in ('depends_on=["db"]', "depends_on=[web]", 'container_name="w"', 'build="."'):
        assert said in ended.out


def test_a_variable_stays_open_where_python_has_a_type_for_it(run, web: Path, judge: Judge) -> None:
    text = """\
services:
  web:
    image: ${IMAGE:?which one}
    command: serve --port ${PORT-80} ${ARGS}
    environment: {A: "$A", B: "${A}-${A:-b}"}
    stop_grace_period: ${GRACE:-10s}
    deploy:
      replicas: ${N:-2}
      resources: {limits: {cpus: "${CPUS:-0.50}", memory: "${MEMORY}"}}
      update_config: {max_failure_ratio: "${RATIO:-0.25}"}
networks:
  default: {attachable: "${OPEN:-yes}"}
"""
    (web / "web.yml").write_text(text)
    ended = run("import", "web.yml")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert (
        ended.out
        == '''\
"""Imported from web.yml."""

from pystackdsl import (
    Deploy,
    Limits,
    Network,
    Resources,
    Root,
    Service,
    UpdateConfig,
    var,
)

OPEN = var("OPEN", bool, default=True)
IMAGE = var("IMAGE", required="which one")
PORT = var("PORT", default="80", allow_empty=True)
ARGS = var("ARGS")
A = var("A")
A_2 = var("A", default="b")
N = var("N", int, default=2)
RATIO = var("RATIO", float, default=0.25)
CPUS = var("CPUS", default="0.50")
MEMORY = var("MEMORY")
GRACE = var("GRACE", default="10s")

compose = Root(version="3.13")

default = Network(attachable=OPEN)

web = Service(
    image=IMAGE,
    command=f"serve --port {PORT} {ARGS}",
    environment={"A": A, "B": f"{A}-{A_2}"},
    deploy=Deploy(
        replicas=N,
        update_config=UpdateConfig(max_failure_ratio=RATIO),
        resources=Resources(limits=Limits(cpus=CPUS, memory=MEMORY)),
    ),
    stop_grace_period=GRACE,
)
'''
    )
    (web / "stack.py").write_text(ended.out)
    built = run("build").out
    assert judge.same(built, text, env={"IMAGE": "a", "MEMORY": "5M", "N": "7", "OPEN": "off", "RATIO": "1", "A": "x"})


@pytest.mark.parametrize(
    ("service", "written", "name", "value"),
    [
        ("networks: ['${NET:-back}']", "networks=[back]", "NET", "back"),
        ("volumes: ['${DATA:-data}:/data']", 'volumes=[data.at("/data")]', "DATA", "data"),
        (
            "volumes: [{type: '${KIND:-volume}', source: data, target: /d}]",
            'volumes=[data.at("/d")]',
            "KIND",
            "volume",
        ),
        (
            "deploy: {update_config: {order: '${ORDER:-start-first}'}}",
            'UpdateConfig(order="start-first")',
            "ORDER",
            "start-first",
        ),
        ("deploy: {mode: '${MODE:-global}'}", 'deploy=Deploy(mode="global")', "MODE", "global"),
        ("deploy: {replicas: '1${ZEROES:-00}'}", "deploy=Deploy(replicas=100)", "ZEROES", "00"),
    ],
)
def test_a_variable_that_decides_more_gets_its_value(
    run, web: Path, judge: Judge, service: str, written: str, name: str, value: str
) -> None:
    text = f"services: {{a: {{image: a, {service}}}}}\nnetworks: {{back: {{}}}}\nvolumes: {{data: {{}}}}\n"
    (web / "web.yml").write_text(text)
    ended = run("import", "web.yml")
    assert ended.status == exits.DONE
    assert ended.err == f'not left open, since it decides more than a value: {name}, which is "{value}" here\n'
    assert written in ended.out
    (web / "stack.py").write_text(ended.out)
    assert judge.same(run("build").out, text)


def test_a_variable_may_stand_for_a_name_and_its_value(run, web: Path, judge: Judge) -> None:
    text = """\
services:
  a:
    image: x
    environment: ["${EXTRA:-FOO=bar}", "A=${Q:-b=c}", "${NAME:-N}=v", "${EMPTY:-E}=", H]
    labels: ["${LABEL:-l=1}", k]
    sysctls: ["${SYSCTL:-net.core.somaxconn=5}"]
    build: {context: ., args: ["${ARG:-x=y}"]}
    deploy: {labels: ["${LABEL:-l=1}", "${NAME:-N}=w"]}
"""
    (web / "web.yml").write_text(text)
    ended = run("import", "web.yml")
    assert (ended.status, ended.err) == (exits.DONE, "kept though Swarm ignores it: build (a)\n")
    assert 'environment=[EXTRA, f"A={Q}", f"{NAME}=v", f"{EMPTY}=", "H"]' in ended.out
    assert 'labels=[LABEL, "k"]' in ended.out
    assert "sysctls=[SYSCTL]" in ended.out
    assert "args=[ARG]" in ended.out
    (web / "stack.py").write_text(ended.out)
    environment = {"EXTRA": "X=Y=Z", "Q": "=", "NAME": "other", "LABEL": "one", "SYSCTL": "a.b=1", "ARG": "q=1"}
    for built in (run("build").out, run("build", "web.yml").out):
        assert judge.same(built, text)
        assert judge.same(built, text, env=environment)
    assert judge.same(run("config", "stack.py").out, text)


def test_keys_of_extension_fields_are_no_paths_of_secrets(run, web: Path, judge: Judge) -> None:
    text = """\
services:
  a: {image: x, secrets: [s], x-foo: {/run/secrets/s: [b]}, environment: {/run/secrets/s: b}}
secrets: {s: {external: true}}
x-top: {/run/secrets/s: {/run/secrets/s: 1}}
"""
    (web / "web.yml").write_text(text)
    ended = run("import", "web.yml")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert 'x={"x-foo": {"/run/secrets/s": ["b"]}}' in ended.out
    assert 'x={"x-top": {"/run/secrets/s": {"/run/secrets/s": 1}}}' in ended.out
    assert 'environment={s.path: "b"}' in ended.out
    (web / "stack.py").write_text(ended.out)
    assert judge.same(run("build").out, text)


def test_of_several_merged_mappings_the_first_wins(run, web: Path, judge: Judge) -> None:
    text = """\
x-one: &one {A: "1", B: "1"}
x-two: &two {B: "2", C: "2"}
x-three: &three {C: "3", D: "3"}
x-service: &service {image: base, tty: true}
services:
  a: {<<: [*service, {hostname: h}], environment: {<<: [*one, *two, *three], Q: q, D: d}}
  b: {<<: *service, environment: {<<: [*three, *two]}}
  c: {<<: [{image: c}, *service], environment: {<<: [{X: x}, *one]}}
  d: {image: d, environment: *one}
"""
    (web / "web.yml").write_text(text)
    ended = run("import", "web.yml")
    assert ended.status == exits.DONE
    assert 'environment={**_three, **_two, **_one, "Q": "q", "D": "d"}' in ended.out
    assert "environment={**_two, **_three}" in ended.out
    assert 'environment={"X": "x", "A": "1", "B": "1"}' in ended.out
    (web / "stack.py").write_text(ended.out)
    assert judge.same(run("build").out, text)


def test_what_only_the_values_of_variables_tell_apart_is_told(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web / "web.yml").write_text("services: {a: {image: a, volumes: ['data:${T:-/t}']}}\nvolumes: {data: {}}\n")
    assert run("import", "web.yml").status == exits.DONE
    monkeypatch.setenv("T", "/t:ro")
    ended = run("import", "web.yml")
    assert ended.status == exits.FAILED
    assert "services.a.volumes[0]: 'data:/t:ro' and" in ended.err


def test_env_files_give_such_values(run, web: Path) -> None:
    (web / "web.yml").write_text(
        "services: {a: {image: 'a:${TAG}', networks: ['$NET']}}\nnetworks: {one: {}, two: {}}\n"
    )
    ended = run("import", "web.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    (web / "a.env").write_text("NET=two\nTAG=5\n")
    ended = run("import", "web.yml", "--env-file", "a.env")
    assert ended.status == exits.DONE
    assert 'a = Service(image=f"a:{TAG}", networks=[two])\n' in ended.out


def test_a_variable_that_has_to_be_known_and_is_not(run, web: Path) -> None:
    (web / "web.yml").write_text("services: {a: {image: a, deploy: {update_config: {order: '${ORDER:?which}'}}}}\n")
    ended = run("import", "web.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert (
        ended.err
        == """\
error: a variable that cannot stay open here has no value: which
  --> web.yml:1:58
   |
 1 | services: {a: {image: a, deploy: {update_config: {order: '${ORDER:?which}'}}}}
   |                                                          ^^^^^^^^^^^^^^^^^
   = expected  start-first or stop-first
   = help      set it in the environment, or in a file given with --env-file

1 error, nothing written
"""
    )


def test_several_files_are_merged(run, web: Path, judge: Judge) -> None:
    more = 'version: "3.9"\nservices:\n  # the copies\n  web:\n    deploy:\n      replicas: 3 # for now\n'
    (web / "more.yml").write_text(more)
    ended = run("import", "web.yml", "more.yml", "-o", "stack.py")
    assert ended == (exits.DONE, "", "stack.py written: 1 service\n  docker stack reads both the same\n")
    text = (web / "stack.py").read_text()
    assert text.startswith('"""Imported from web.yml and more.yml."""\n')
    assert "# the copies\nweb = Service(" in text
    assert "# for now\n        replicas=3,\n" in text
    merged = judge.config(web / "web.yml", web / "more.yml")
    (web / "docker-stack.yml").write_text(run("build").out)
    assert judge.config(web / "docker-stack.yml") == merged


def test_a_file_of_docker_compose(run, web: Path) -> None:
    (web / "compose.yml").write_text("""\
name: shop
services:
  web:
    image: web
    scale: 2
    mem_limit: 64m
    configs: [page]
configs:
  page:
    content: |
      Hello ${WHO:-you}!
""")
    ended = run("import", "compose.yml")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "`scale` is a key of Docker Compose that docker stack does not have" in ended.err
    ended = run("import", "compose.yml", "--from-compose")
    assert ended.status == exits.DONE
    assert ended.err == 'not left open, since it decides more than a value: WHO, which is "you" here\n'
    assert (
        ended.out
        == '''\
"""Imported from compose.yml."""

from pystackdsl import Config, Deploy, Limits, Resources, Root, Service

compose = Root(version="3.13", name="shop")

page = Config(content="Hello you!\\n")

web = Service(
    image="web",
    configs=[page],
    deploy=Deploy(replicas=2, resources=Resources(limits=Limits(memory="64M"))),
)
'''
    )


def test_standard_input(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WEB.encode())))
    ended = run("import", "-")
    assert (ended.status, ended.err) == (exits.DONE, "")
    assert ended.out == WEB_PY.replace("web.yml", "standard input")


def test_relative_paths_are_seen_from_the_new_file(run, web: Path, judge: Judge) -> None:
    (web / "old").mkdir()
    (web / "new" / "deep").mkdir(parents=True)
    (web / "old" / "a.env").write_text("A=1\n")
    (web / "old" / "web.yml").write_text("""\
services:
  web:
    image: a
    env_file: ./a.env
    build: {context: ../src}
    volumes: ["./conf:/conf:ro", "./${SUB:-sub}/x:/x", "~/y:/y", "/z:/z", "../up:/up", {type: bind, source: ., target: /d}]
    secrets: [key]
    configs: [ini]
secrets: {key: {file: ./key.txt}}
configs: {ini: {file: sub/a.ini}}
""")
    assert run("import", "old/web.yml", "-o", "new/deep/stack.py").status == exits.DONE
    text = (web / "new/deep/stack.py").read_text()
    for path in ("../../old/a.env", "../../src", "../../old/conf:/conf:ro", "../../up:/up", "../../old/key.txt"):
        assert f'"{path}"' in text
    assert 'f"../../old/{SUB}/x:/x"' in text
    assert run("build", "new/deep/stack.py", "-o", "old/again.yml").status == exits.DONE
    assert judge.config(web / "old/again.yml") == judge.config(web / "old/web.yml")


def test_a_difference_is_told_and_is_an_error(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*arguments: object, **options: object) -> str:
        return WEB_PY.replace("8080:80", "8080:81").replace("web =", "webb =")

    monkeypatch.setattr(writer, "write", wrong)
    ended = run("import", "web.yml", "-o", "stack.py")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert (
        ended.err
        == """\
stack.py written: 1 service
error: stack.py does not build the same stack
   = expected  what the YAML says, and what the new file says:
               services.web: {'image': 'nginx:${TAG:-latest}', 'ports': ['8080:80']} and nothing
               services.webb: nothing and {'image': 'nginx:${TAG:-latest}', 'ports': ['8080:81']}
   = help      change it by hand there, and please report it
"""
    )
    assert (web / "stack.py").exists()


def test_a_file_that_cannot_be_read_again_is_an_error(run, web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "write", lambda *_, **__: "from pystackdsl import Service\nweb = Service(imag='a')\n")
    ended = run("import", "web.yml")
    assert ended.status == exits.FAILED
    assert "what is printed does not build the same stack" in ended.err
    assert "the new file cannot be built: " in ended.err


def test_the_order_of_lists_counts_and_that_of_mappings_does_not() -> None:
    comparison = proof._Comparison({}, {})
    same = comparison.between({"a": 1, "b": [1, {"c": None}]}, {"b": [1, {"c": None}], "a": 1}, proof.KeyPath())
    assert list(same) == []
    for one, other in [([1, 2], [2, 1]), (1, True), (1, "1"), ({"a": 1}, {}), ([1], [1, 1]), ("${A}", "x")]:
        assert list(comparison.between(one, other, proof.KeyPath())), (one, other)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ([], exits.USAGE, "FILE"),
        (["stack.py"], exits.USAGE, "stack.py is Python already"),
        (["-", "-"], exits.USAGE, "standard input is named twice"),
        (["web.yml", "--froce"], exits.USAGE, "did you mean --force?"),
        (["nope.yml"], exits.FAILED, "there is no file nope.yml"),
        (["."], exits.FAILED, ". is a folder"),
        (["web.yml", "-o", "no/stack.py"], exits.FAILED, "there is no folder no"),
        (["web.yml", "-o", "."], exits.FAILED, "it is a folder"),
        (["web.yml", "--env-file", "no.env"], exits.FAILED, "the env file no.env cannot be read"),
        (["empty.yml"], exits.FAILED, "holds nothing"),
        (["bare.yml"], exits.FAILED, "bare.yml has no services, and nothing else to write"),
    ],
)
def test_what_cannot_be_imported(run, web: Path, monkeypatch, words: list[str], status: int, told: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    (web / "empty.yml").write_text("")
    (web / "bare.yml").write_text("version: '3.8'\nservices: {}\n")
    ended = run("import", *words)
    assert (ended.status, ended.out) == (status, "")
    assert told in ended.err


def test_a_file_whose_name_is_no_text_is_only_named(run, web: Path) -> None:
    name = 'a"""\n# coding: x\u202e.yml'
    (web / name).write_text(WEB)
    ended = run("import", name)
    assert ended.status == exits.DONE
    assert ended.out.splitlines()[0] == r'"""Imported from a\"\"\"\n# coding: x\u202e.yml."""'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "import needs a file"),
        (("web.yml", "--live", "shop"), "--live reads a swarm and no files"),
        (("--env-file", "a.env", "--live", "shop"), "--live reads a swarm and no files"),
        (("--live",), "--live"),
    ],
)
def test_files_or_a_running_stack(run, web: Path, arguments: tuple[str, ...], message: str) -> None:
    ended = run("import", *arguments)
    assert (ended.status, ended.out) == (exits.USAGE, "")
    assert message in ended.err


def test_no_swarm_is_told(run, folder: Path) -> None:
    ended = run("import", "--live", "shop", "--host", f"unix://{folder}/nobody.sock", "-o", "stack.py")
    assert (ended.status, ended.out) == (exits.FAILED, "")
    assert "nobody.sock" in ended.err
    assert not (folder / "stack.py").exists()
