"""The Python that is written for a stack: its names, its short forms, what it shares, and where comments stand."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from property.test_source_round_trip import one_word
from python.source_law import strangers

from pystackdsl import (
    KEEP,
    Always,
    Build,
    Config,
    Constraint,
    Deploy,
    GenericResource,
    Healthcheck,
    Limits,
    Logging,
    Mount,
    Network,
    OnFailure,
    Placement,
    Port,
    Reservations,
    Resources,
    RestartPolicy,
    Secret,
    Service,
    Stack,
    Ulimit,
    UpdateConfig,
    Volume,
    default_network,
    node,
    spread,
)
from pystackdsl.compose.document import read
from pystackdsl.compose.front import StackText, load, load_texts
from pystackdsl.diagnostics import KeyPath, SourceNotes
from pystackdsl.model import variable
from pystackdsl.python import load as load_python
from pystackdsl.python.writer import write


def body(stack: Stack, notes: SourceNotes | None = None, **options: object) -> str:
    """What is written behind the import, once it is proved to say the same."""
    source = write(stack, notes, **options)  # type: ignore[arg-type]
    assert one_word(load_python(source, environment=None).resolved()) == one_word(stack.resolved())
    assert strangers(source) == []
    return source.partition("import ")[2].partition("\n\n")[2]


def service(**said: object) -> str:
    """The arguments of one service, as they are written, but for their layout."""
    written = ast.parse(body(Stack(services={"a": Service(image="a", **said)}))).body[-1]  # type: ignore[arg-type]
    assert isinstance(written, ast.Assign)
    assert isinstance(written.value, ast.Call)
    return ", ".join(map(ast.unparse, written.value.keywords[1:]))


def plain(arguments: str) -> str:
    """Arguments in the layout of `service`."""
    call = ast.parse(f"f({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    return ", ".join(map(ast.unparse, call.keywords))


def noted(text: str) -> tuple[Stack, SourceNotes]:
    """A stack and its notes, from YAML."""
    return load(text), read(text).marks.notes


def test_a_whole_file() -> None:
    back, data = Network(driver="overlay"), Volume()
    password = Secret(file="./password.txt")
    db = Service(
        image="postgres:16",
        environment={"POSTGRES_PASSWORD_FILE": password.path, "URL": f"file://{password.path}?x"},
        networks=[back.alias("pg")],
        volumes=[data.at("/data")],
        secrets=[password],
    )
    stack = Stack(services={"db": db}, networks={"back": back}, volumes={"data": data}, secrets={"password": password})
    assert (
        write(stack, title="The shop.")
        == '''\
"""The shop."""

from pystackdsl import Network, Secret, Service, Volume

back = Network(driver="overlay")

data = Volume()

password = Secret(file="./password.txt")

db = Service(
    image="postgres:16",
    environment={
        "POSTGRES_PASSWORD_FILE": password.path,
        "URL": f"file://{password.path}?x",
    },
    networks=[back.alias("pg")],
    volumes=[data.at("/data")],
    secrets=[password],
)
'''
    )


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ({"ports": ["80:80"]}, 'ports=["80:80"]'),
        ({"ports": [Port(target=80, published=80, mode="host")]}, 'ports=[Port(target=80, published=80, mode="host")]'),
        ({"volumes": ["./a:/b:ro"]}, 'volumes=["./a:/b:ro"]'),
        ({"volumes": [".:/a", "/:/b:ro", "~:/c"]}, 'volumes=[".:/a", "/:/b:ro", "~:/c"]'),
        ({"volumes": [Mount(type="tmpfs", target="/t")]}, 'volumes=[Mount(type="tmpfs", target="/t")]'),
        ({"networks": [default_network]}, "networks=[default_network]"),
        ({"networks": [default_network.attach(aliases=["b"])]}, 'networks=[default_network.alias("b")]'),
        ({"deploy": Deploy(restart=OnFailure(delay="90s"))}, 'deploy=Deploy(restart=OnFailure(delay="1m30s"))'),
        ({"deploy": Deploy(restart=Always())}, "deploy=Deploy(restart=Always())"),
        ({"deploy": Deploy(restart=RestartPolicy(delay="1s"))}, 'deploy=Deploy(restart=RestartPolicy(delay="1s"))'),
        ({"deploy": Deploy(placement=Placement())}, "deploy=Deploy(placement=Placement())"),
        ({"deploy": Deploy(resources=Resources(limits=Limits(cpus=0.5)))}, "deploy=Deploy(resources=Resources(limits=Limits(cpus=0.5)))"),
        ({"deploy": Deploy(resources=Resources(limits=Limits(cpus="0.50")))}, 'deploy=Deploy(resources=Resources(limits=Limits(cpus="0.50")))'),
        ({"stop_grace_period": "90s"}, 'stop_grace_period="1m30s"'),
        ({"ulimits": {"nproc": 9, "nofile": Ulimit(soft=1, hard=2)}}, 'ulimits={"nproc": 9, "nofile": Ulimit(soft=1, hard=2)}'),
        ({"build": "."}, 'build="."'),
        ({"build": Build(context=".", target="x")}, 'build=Build(context=".", target="x")'),
        ({"environment": {"A": None, "B": ""}}, 'environment={"A": None, "B": ""}'),
        ({"command": "a 'b' \"c\""}, "command=\"a 'b' \\\"c\\\"\""),
        ({"command": ["a", "b"]}, 'command=["a", "b"]'),
        ({"x": {"x-a": [1, -2.5, True, None, {"b": float("inf")}]}}, 'x={"x-a": [1, -2.5, True, None, {"b": float("inf")}]}'),
    ],
)  # fmt: skip
def test_values_have_their_natural_form(said: Mapping[str, object], written: str) -> None:
    assert service(**said) == plain(written)


@pytest.mark.parametrize(
    ("constraint", "written"),
    [
        (node.role == "manager", 'node.role == "manager"'),
        (node.labels.zone != "b", 'node.labels.zone != "b"'),
        (Constraint("node.labels.a-b == c"), 'node.labels["a-b"] == "c"'),
        (Constraint("node.labels.class == c"), 'node.labels["class"] == "c"'),
        (Constraint("node.labels.__init__ == c"), 'node.labels["__init__"] == "c"'),
        (Constraint("node.role==manager"), '"node.role==manager"'),
    ],
)
def test_constraints_are_comparisons_where_these_give_the_same_text(constraint: Constraint, written: str) -> None:
    assert service(deploy=Deploy(placement=Placement(constraints=[constraint]))) == plain(
        f"deploy=Deploy(placement=Placement(constraints=[{written}]))"
    )


def test_replicas_that_are_kept() -> None:
    stack = Stack(services={"a": Service(image="a", deploy=Deploy(replicas=KEEP))})
    assert body(stack) == 'a = Service(image="a", deploy=Deploy(replicas=KEEP))\n'
    assert "import KEEP, Deploy, Service" in write(stack)


def test_preferences_and_generic_resources() -> None:
    resources = Resources(reservations=Reservations(generic_resources=[GenericResource.of("gpu", 2)]))
    deploy = Deploy(placement=Placement(preferences=[spread(node.labels.rack), spread("other")]), resources=resources)
    assert service(deploy=deploy) == plain(
        'deploy=Deploy(resources=Resources(reservations=Reservations(generic_resources=[GenericResource.of("gpu", 2)])), '
        'placement=Placement(preferences=[spread(node.labels.rack), spread("other")]))'
    )


def test_names_that_python_cannot_spell_go_into_dicts() -> None:
    stack = Stack(
        services={
            "a-b": Service(image="a"),
            "web": Service(image="b", depends_on=["a-b", "api"]),
            "api": Service(image="c"),
        },
        networks={"class": Network(), "front": Network()},
        volumes={"web": Volume(), "Service": Volume(), "int": Volume(), "data": Volume()},
    )
    assert (
        body(stack)
        == """\
networks = {"class": Network()}

front = Network()

volumes = {"web": Volume(), "Service": Volume(), "int": Volume()}

data = Volume()

services = {
    "a-b": Service(image="a"),
    "web": Service(image="b", depends_on=["a-b", "api"]),
}

api = Service(image="c")
"""
    )


def test_a_dict_gives_way_to_a_resource_of_its_name() -> None:
    stack = Stack(
        services={"a-b": Service(image="a"), "services": Service(image="b"), "compose": Service(image="c")},
        version="3.8",
    )
    assert (
        body(stack)
        == """\
compose_2 = Root(version="3.8")

services_2 = {"a-b": Service(image="a")}

services = Service(image="b")
compose = Service(image="c")
"""
    )


def test_the_order_of_services_stays_whatever_their_names() -> None:
    text = """\
# All of them.
services:
  # the web
  web-app: {image: a}
  db: {image: b, depends_on: [web-app]}
  a-1: {image: c}
  a-2: {image: d, depends_on: [db]}
"""
    stack, notes = noted("# Head.\n\nvolumes: {data: {}}\n" + text)
    written = body(stack, notes)
    assert written.endswith(
        """\
# All of them.

services = {
    # the web
    "web-app": Service(image="a"),
}

db = Service(image="b", depends_on=[services["web-app"]])

services_2 = {"a-1": Service(image="c"), "a-2": Service(image="d", depends_on=[db])}
"""
    )
    assert list(load_python(write(stack)).services) == ["web-app", "db", "a-1", "a-2"]


def test_a_service_is_depended_on_by_its_object_once_it_is_there() -> None:
    stack = Stack(
        services={"a": Service(image="a", depends_on=["b"]), "b": Service(image="b", depends_on=["a", "gone"])}
    )
    written = write(stack)
    assert 'a = Service(image="a", depends_on=["b"])\nb = Service(image="b", depends_on=[a, "gone"])\n' in written


def test_blocks_that_several_services_share_stand_in_a_variable() -> None:
    logging = Logging(driver="json-file", options={"max-size": "1m"})
    deploy = Deploy(replicas=2, update_config=UpdateConfig(parallelism=1, delay="5s"))
    stack = Stack(
        services={
            "a": Service(image="a", logging=logging, deploy=deploy, labels={"k": "v"}),
            "b": Service(image="b", logging=logging, deploy=deploy, labels={"k": "v"}),
            "c": Service(image="c", deploy=Deploy(update_config=UpdateConfig(parallelism=1, delay="5s"))),
        }
    )
    assert (
        body(stack)
        == """\
_update_config = UpdateConfig(parallelism=1, delay="5s")
_deploy = Deploy(replicas=2, update_config=_update_config)
_logging = Logging(driver="json-file", options={"max-size": "1m"})

a = Service(image="a", deploy=_deploy, labels={"k": "v"}, logging=_logging)
b = Service(image="b", deploy=_deploy, labels={"k": "v"}, logging=_logging)
c = Service(image="c", deploy=Deploy(update_config=_update_config))
"""
    )


def test_a_shared_block_has_the_name_of_its_anchor() -> None:
    stack, notes = noted(
        "services:\n  a: {image: a, healthcheck: &is-up {test: x, retries: 3}}\n  b: {image: b, healthcheck: *is-up}\n"
    )
    assert '_is_up = Healthcheck(test="x", retries=3)\n' in body(stack, notes)
    assert body(stack).startswith("_healthcheck = ")


def test_what_is_merged_is_written_as_a_change() -> None:
    base = Service(image="base", environment={"A": "1", "B": "2"}, tty=True)
    stack = Stack(
        services={
            "a": Service(image="base", environment={"A": "1", "B": "2"}, tty=True, hostname="h"),
            "b": Service(image="base", environment={"A": "1", "B": "3", "C": "4"}, tty=True),
        }
    )
    shared = {
        KeyPath("x-base"): "base",
        KeyPath("x-base", "environment"): "env",
        KeyPath("services", "a", "<<"): "base",
        KeyPath("services", "b", "<<"): "base",
        KeyPath("services", "b", "environment", "<<"): "env",
    }
    blocks = {
        "base": (KeyPath("x-base"), base),
        "env": (KeyPath("x-base", "environment"), stack.services["a"].environment),
    }
    assert (
        body(stack, SourceNotes(shared=shared), anchored=blocks)
        == """\
_env = {"A": "1", "B": "2"}
_base = Service(image="base", environment=_env, tty=True)

a = evolve(_base, hostname="h")
b = evolve(_base, environment={**_env, "B": "3", "C": "4"})
"""
    )


def test_a_service_that_others_are_merged_from_is_itself_the_base() -> None:
    a = Service(image="base", tty=True)
    stack = Stack(services={"a": a, "b": Service(image="base", tty=True, hostname="h")})
    shared = {KeyPath("services", "a"): "a", KeyPath("services", "b", "<<"): "a"}
    blocks = {"a": (KeyPath("services", "a"), Service(image="base", tty=True))}
    assert body(stack, SourceNotes(shared=shared), anchored=blocks) == (
        'a = Service(image="base", tty=True)\nb = evolve(a, hostname="h")\n'
    )


def test_variables_left_open() -> None:
    token = variable.environment.set(None)
    try:
        one = variable.var("A", default="x")
        a = Service(image=f"i:{one}", hostname=one, deploy=Deploy(replicas=variable.var("N", int, default=2)))
        b = Service(image="b", labels={"k": variable.var("A", required="say {it")})
    finally:
        variable.environment.reset(token)
    assert (
        body(Stack(services={"a": a, "b": b}))
        == """\
A = var("A", default="x")
N = var("N", int, default=2)
A_2 = var("A", required="say {it")

a = Service(image=f"i:{A}", deploy=Deploy(replicas=N), hostname=A)
b = Service(image="b", labels={"k": A_2})
"""
    )


def test_comments_of_a_list_with_a_variable_for_a_whole_entry_stay() -> None:
    text = """\
services:
  a:
    image: a
    environment:
      # one
      - ${EXTRA}
      # two
      - A=b
"""
    document = StackText(text.encode())
    loaded = load_texts([document], environment={}, base=None, mode="open")
    written = write(loaded.stack, loaded.documents[0].marks.notes)
    assert (
        """\
    environment=[
        # one
        EXTRA,
        # two
        "A=b",
    ],
"""
        in written
    )


def test_a_variable_alone_as_a_key_stands_in_an_f_string() -> None:
    text = 'services: {a: {image: a, environment: ["${KEY:-K}=v", "Q_${KEY:-K}=v"], labels: ["${L}=v"]}}'
    written = write(load_texts([StackText(text.encode())], environment={}, base=None, mode="open").stack)
    assert '    environment={f"{KEY}": "v", f"Q_{KEY}": "v"},\n    labels={f"{L}": "v"},\n' in written
    assert set(load_python(written, environment={"KEY": "x", "L": "l"}).services["a"].environment or ()) == {"x", "Q_x"}


def test_a_variable_of_a_number_stands_in_extension_fields_too() -> None:
    text = (
        'x-deploy: {replicas: "${N:-1}", name: "a${N:-1}", other: "${O}"}\n'
        'services: {a: {image: a, deploy: {replicas: "${N:-1}"}}}'
    )
    written = write(load_texts([StackText(text.encode())], environment={}, base=None, mode="open").stack)
    assert written.count("= var(") == 2
    assert 'N = var("N", int, default=1)\nO = var("O")\n' in written
    assert 'x={"x-deploy": {"replicas": f"{N}", "name": f"a{N}", "other": O}}' in written
    assert load_python(written, environment={"N": "2", "O": "o"}).x == {
        "x-deploy": {"replicas": "2", "name": "a2", "other": "o"}
    }


def test_a_long_text_is_laid_out_by_its_lines() -> None:
    script = '#!/bin/sh\nset -eu\necho \'the quick brown fox\' "jumps over" the lazy dog\nexec "$@"\n'
    assert (
        body(Stack(services={"a": Service(image="a", command=script)}))
        == r"""a = Service(
    image="a",
    command=(
        "#!/bin/sh\n"
        "set -eu\n"
        "echo 'the quick brown fox' \"jumps over\" the lazy dog\n"
        'exec "$@"\n'
    ),
)
"""
    )


COMMENTED = """\
# The shop.
#
#   by hand

# Schema
version: "3.8" # the newest that we may use

networks:
  back: {} # inside

# ---- services ----

services:
  # the web
  web:
    image: web # pinned
    # people
    ports:
      # http
      - "80:80" # open
      - "443:443"
      # - "8080:8080"
    environment:
      # level
      - LEVEL=info # quiet
      - OTHER=x
    deploy:
      # two
      replicas: 2
      # mode: global
    # nothing more
  # between
  db: # the database
    image: db
    tty: # none
      true
    # end of db
  # the end of services

# the end
"""


def test_comments_stand_where_they_stood() -> None:
    assert (
        write(*noted(COMMENTED), title="T")
        == '''\
"""T"""

# The shop.
#
#   by hand

# Schema
# the newest that we may use

from pystackdsl import Deploy, Network, Root, Service

compose = Root(version="3.8")

# inside
back = Network()

# ---- services ----

# the web
web = Service(
    # pinned
    image="web",
    environment={
        # level
        # quiet
        "LEVEL": "info",
        "OTHER": "x",
    },
    # people
    ports=[
        # http
        # open
        "80:80",
        "443:443",
        # - "8080:8080"
    ],
    deploy=Deploy(
        # two
        replicas=2,
        # mode: global
    ),
    # nothing more
)

# between
# the database
db = Service(
    image="db",
    # none
    tty=True,
    # end of db
)

# the end of services

# the end
'''
    )


def test_nothing_in_a_comment_speaks_to_a_tool() -> None:
    text = (
        "# -*- coding: utf-7 -*-\n# type: ignore\n# mypy: ignore-errors\n# see # pyright: basic\n# fmt: off\n"
        "# vim: set ft=python\n#!shebang\nservices:\n  # type: bind\n  a: {image: a} # noqa: E501\n"
    )
    source = write(*noted(text))
    for line in (
        "# -*- coding : utf-7 -*-", "# type : ignore", "# mypy : ignore-errors", "# see # pyright : basic", "# fmt : off",
        "# vim : set ft=python", "# !shebang", "# type : bind",
    ):  # fmt: skip
        assert f"\n{line}\n" in source


def test_a_stack_that_holds_nothing() -> None:
    assert write(Stack()) == '"""A stack."""\n'


def test_a_config_and_a_healthcheck() -> None:
    config = Config(external=True, name="a-b")
    web = Service(image="a", configs=[config.at("/x", mode=0o440)], healthcheck=Healthcheck(test=["NONE"]))
    assert (
        body(Stack(services={"web": web}, configs={"config": config}))
        == """\
config = Config(name="a-b", external=True)

web = Service(
    image="a",
    configs=[config.at("/x", mode=0o440)],
    healthcheck=Healthcheck(test=["NONE"]),
)
"""
    )


def test_a_comment_without_a_word_is_left_out() -> None:
    text = "#\nservices:\n  web:\n    image: a #\n    ports: #\n      # ####\n      - 80:80\n#\n"
    assert "#" not in write(*noted(text), title="T")


TORN = """\
services:
  a:
    image: a
    deploy:
      labels:
        - a=b
      # placement:
        # constraints: [node.role == manager]
    ports:
      - 80:80
#     - 443:443
    environment:
      - A=b
      # - B=c
    # - C=d
    healthcheck:
      retries: 2
#      interval: 3s
      # one
      #   two
    tty: true
  # about b
    # and more
  b:
    image: b
    dns:
    - 1.1.1.1
    # - 1.1.1.2

    # not an item
    init: true
"""


def test_comments_stay_with_what_they_explain_and_with_each_other() -> None:
    assert write(*noted(TORN)).partition("\n\na = ")[2] == (
        """\
Service(
    image="a",
    environment={
        "A": "b",
        # - B=c
        # - C=d
    },
    ports=[
        "80:80",
        #     - 443:443
    ],
    deploy=Deploy(
        labels={"a": "b"},
        # placement:
        #   constraints: [node.role == manager]
    ),
    healthcheck=Healthcheck(
        retries=2,
        #      interval: 3s
        # one
        #   two
    ),
    tty=True,
)

# about b
#   and more
b = Service(
    image="b",
    # not an item
    init=True,
    dns=[
        "1.1.1.1",
        # - 1.1.1.2
    ],
)
"""
    )
