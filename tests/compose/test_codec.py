"""How a stack is spelled: what the generic reader of the declarations makes of each irregular value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rig.judge import Judge

from pystackdsl import (
    Build,
    Config,
    Deploy,
    Healthcheck,
    Logging,
    Mount,
    Network,
    Placement,
    Port,
    PortRange,
    Secret,
    Service,
    Stack,
    Ulimit,
    Volume,
    VolumeOptions,
    default_network,
    node,
    var,
)
from pystackdsl.compose.codec import spell
from pystackdsl.compose.front import load
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.model.variable import environment


def tree_of(stack: Stack, **options: Any) -> Any:
    return json.loads(spell(stack, format="json", **options))


def service(**said: Any) -> Any:
    """What one service says, its resources held under their own names."""
    return tree_of(Stack(services={"a": Service(**said)}))["services"]["a"]


@pytest.fixture
def _open() -> Iterator[None]:
    """Variables stay open, as when a stack is built."""
    before = environment.set(None)
    yield
    environment.reset(before)


# Mounts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mount", "spelled"),
    [
        (Mount(type="bind", source="./a", target="/b"), "./a:/b"),
        (Mount(type="bind", source="./a", target="/b", read_only=True), "./a:/b:ro"),
        (Mount(target="/b"), {"type": "volume", "target": "/b"}),
        (
            Mount(type="bind", source="./a", target="/b", read_only=False),
            {"type": "bind", "source": "./a", "target": "/b", "read_only": False},
        ),
    ],
)
def test_a_mount_is_short_where_that_says_all(mount: Mount, spelled: object) -> None:
    assert service(volumes=[mount])["volumes"] == [spelled]


@pytest.mark.parametrize("target", ["/b:z", "/b:ro", "/b:rw", "c:/b", "b", "/b:", ":b", "/b:x:y", ""])
@pytest.mark.parametrize("source", ["./a", "c:/x", ".", "./a:b", "~"])
@pytest.mark.parametrize("read_only", [None, True])
def test_a_mount_that_the_short_form_would_change_is_long(
    judge: Judge, source: str, target: str, read_only: bool | None
) -> None:
    mount = Mount(type="bind", source=source, target=target, read_only=read_only)
    stack = Stack(services={"a": Service(image="a", volumes=[mount])})
    long = {"type": "bind", "source": source, "target": target} | ({"read_only": True} if read_only else {})
    meant = {"version": "3.9", "services": {"a": {"image": "a", "volumes": [long]}}}
    assert judge.same(spell(stack), json.dumps(meant))


def test_a_volume_with_a_name_of_one_letter_is_no_drive(judge: Judge) -> None:
    data = Volume()
    stack = Stack(services={"a": Service(image="a", volumes=[data.at("/x")])}, volumes={"v": data})
    assert tree_of(stack)["services"]["a"]["volumes"] == [{"type": "volume", "source": "v", "target": "/x"}]
    assert judge.read(spell(stack)).data["services"]["a"]["volumes"][0]["source"] == "v"


def test_a_mount_with_options_names_its_volume() -> None:
    data = Volume()
    mounted = [data.at("/x", nocopy=True), Mount(source=data, target="/y", volume=VolumeOptions())]
    stack = Stack(services={"a": Service(volumes=mounted)}, volumes={"data": data})
    assert tree_of(stack)["services"]["a"]["volumes"] == [
        {"type": "volume", "source": "data", "target": "/x", "volume": {"nocopy": True}},
        {"type": "volume", "source": "data", "target": "/y", "volume": {}},
    ]


@pytest.mark.parametrize(
    "short", ["/x", "/a,b=/c", "data:/x:nocopy", "data:/x:ro,nocopy", "/a:/b:rshared", "./a:/b:ro,rslave", "C:/x"]
)
def test_before_3_2_every_mount_is_short(judge: Judge, short: str) -> None:
    text = f'version: "3.1"\nservices: {{a: {{image: a, volumes: ["{short}"]}}}}\nvolumes: {{data: {{}}}}\n'
    written = spell(load(text))
    assert f"      - {short}\n" in written
    assert judge.same(written, text)


def test_before_3_2_a_mount_without_a_short_form_is_refused() -> None:
    mount = Mount(type="bind", source="/a", target="/b", read_only=False)
    with pytest.raises(InvalidStack):
        spell(Stack(version="3.1", services={"a": Service(image="a", volumes=[mount])}))


# Ports ------------------------------------------------------------------------------------------------------------


def test_a_port_is_short_where_that_says_all() -> None:
    said = [
        80,
        "8080:80/udp",
        Port(target=81, mode="ingress", protocol="tcp"),
        Port(target=80),
        Port(target=8, mode="host"),
    ]
    assert service(ports=said)["ports"] == [
        "80",
        "8080:80/udp",
        "81",
        {"target": 80},
        {"target": 8, "mode": "host"},
    ]


def test_ports_that_are_the_same_are_spelled_in_different_ways(judge: Judge) -> None:
    stack = Stack(services={"a": Service(image="a", ports=["80", "80", "90/udp", "90/udp", "80"])})
    assert len(tree_of(stack)["services"]["a"]["ports"]) == 5
    read = judge.read(spell(stack)).data["services"]["a"]["ports"]
    assert [port["target"] for port in read] == [80, 80, 90, 90, 80]


def test_a_range_in_full_is_one_entry_a_port_in_dockers_order(judge: Judge) -> None:
    ranged = Port(target=PortRange(98, 101), published=PortRange(8098, 8101), protocol="tcp", mode="host")
    stack = Stack(services={"a": Service(image="a", ports=[ranged])})
    short = Stack(services={"a": Service(image="a", ports=["8098-8101:98-101"])})
    assert [entry["target"] for entry in tree_of(stack)["services"]["a"]["ports"]] == [100, 101, 98, 99]
    assert judge.same(spell(stack).replace("mode: host", "mode: ingress"), spell(short))


# References -------------------------------------------------------------------------------------------------------


def test_references_are_spelled_by_the_keys_that_hold_them() -> None:
    net, secret, config = Network(), Secret(external=True), Config(external=True)
    db = Service(image="db")
    web = Service(
        image="web",
        networks=[net.alias("w"), default_network],
        secrets=[secret, secret.at("other", mode=0o400)],
        configs=[config.at("/etc/c"), config],
        depends_on=[db, "elsewhere"],
    )
    stack = Stack(
        services={"web": web, "db": db}, networks={"front": net}, secrets={"key": secret}, configs={"conf": config}
    )
    said = tree_of(stack)["services"]["web"]
    assert said["networks"] == {"front": {"aliases": ["w"]}, "default": None}
    assert said["secrets"] == ["key", {"source": "key", "target": "other", "mode": 256}]
    assert said["configs"] == [{"source": "conf", "target": "/etc/c"}, "conf"]
    assert said["depends_on"] == ["db", "elsewhere"]


def test_the_default_network_may_be_described() -> None:
    own = Network(driver_opts={"encrypted": "true"})
    stack = Stack(services={"a": Service(networks=[own])}, networks={"default": own})
    assert tree_of(stack)["services"]["a"]["networks"] == ["default"]
    held = Stack.of({"default": default_network, "a": Service(networks=[default_network.alias("x")])})
    assert tree_of(held) == {
        "version": "3.9",
        "services": {"a": {"networks": {"default": {"aliases": ["x"]}}}},
    }


def test_the_path_of_a_secret_or_config_is_known_wherever_it_stands() -> None:
    key, conf = Secret(external=True), Config(external=True)
    web = Service(
        command=["--key", key.path, f"--conf={conf.path}", f"{key.path}:{conf.path}$"],
        entrypoint=f"sh -c 'cat {key.path}'",
        environment={"KEY": key.path, "BOTH": f"a$b:{key.path}"},
        labels={"file": key.path, key.path: "in a key"},
        healthcheck=Healthcheck(test=["CMD", "test", "-f", key.path]),
        hostname=key.path,
        logging=Logging(driver="gelf", options={"cert": key.path}),
        configs=[conf.at(f"{conf.path}.d/x")],
        volumes=[Mount(type="bind", source="./a", target=key.path)],
        deploy=Deploy(labels={"d": conf.path}),
        x={"x-a": {"deep": [key.path]}},
    )
    stack = Stack(services={"web": web}, secrets={"key": key}, configs={"conf": conf}, x={"x-root": conf.path})
    tree = tree_of(stack)
    said = tree["services"]["web"]
    assert said["command"] == ["--key", "/run/secrets/key", "--conf=/conf", "/run/secrets/key:/conf$$"]
    assert said["entrypoint"] == "sh -c 'cat /run/secrets/key'"
    assert said["environment"] == {"KEY": "/run/secrets/key", "BOTH": "a$$b:/run/secrets/key"}
    assert said["labels"] == {"file": "/run/secrets/key", "/run/secrets/key": "in a key"}
    assert said["healthcheck"] == {"test": ["CMD", "test", "-f", "/run/secrets/key"]}
    assert said["hostname"] == "/run/secrets/key"
    assert said["logging"]["options"] == {"cert": "/run/secrets/key"}
    assert said["configs"] == [{"source": "conf", "target": "/conf.d/x"}]
    assert said["volumes"] == ["./a:/run/secrets/key"]
    assert said["deploy"] == {"labels": {"d": "/conf"}}
    assert said["x-a"] == {"deep": ["/run/secrets/key"]}
    assert tree["x-root"] == "/conf"


def test_stacks_that_differ_in_which_of_two_equal_networks_is_used_are_unequal() -> None:
    def stack(swap: bool, **said: Any) -> Stack:
        front, back = Network(driver="overlay"), Network(driver="overlay")
        web = Service(image="a", networks=[back if swap else front], **said)
        return Stack(services={"web": web}, networks={"front": front, "back": back})

    assert stack(False) == stack(False)
    assert stack(False) != stack(True)
    assert spell(stack(False)) != spell(stack(True))


# Text -------------------------------------------------------------------------------------------------------------


def test_a_dollar_sign_stays_one(judge: Judge) -> None:
    said = {"environment": {"A": "$HOME ${B} $$"}, "command": "echo '$x'", "x": {"x-a": ["$1"]}, "labels": {"a$b": "$"}}
    stack = Stack(services={"a": Service(image="a", **said)}, x={"x-root": {"deep": "${nothing here"}})
    read = judge.read(spell(stack), env={"B": "wrong", "HOME": "wrong"}).data
    assert read["services"]["a"]["environment"] == {"A": "$HOME ${B} $$"}
    assert read["services"]["a"]["command"] == ["echo", "$x"]
    assert read["services"]["a"]["labels"] == {"a$b": "$"}
    assert read["services"]["a"]["x-a"] == ["$1"]
    assert read["x-root"] == {"deep": "${nothing here"}


def test_empty_objects_and_lists_are_kept() -> None:
    said = service(deploy=Deploy(placement=Placement(constraints=[])), labels={}, ports=[], networks=[], build=Build())
    assert said == {
        "ports": [],
        "networks": [],
        "deploy": {"placement": {"constraints": []}},
        "labels": {},
        "build": {},
    }


def test_both_limits_are_one_number_where_one_was_given() -> None:
    said = service(ulimits={"nproc": 5, "nofile": Ulimit(soft=1, hard=2), "core": Ulimit(soft=0, hard=0)})
    assert said["ulimits"] == {"nproc": 5, "nofile": {"soft": 1, "hard": 2}, "core": {"soft": 0, "hard": 0}}


def test_json_says_what_yaml_says() -> None:
    import yaml

    stack = Stack(services={"a": Service(image="a", environment={"A": "yes", "B": None}, init=False)})
    assert yaml.safe_load(spell(stack)) == tree_of(stack)


# Variables --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_open")
def test_the_default_of_a_variable_is_as_literal_as_docker_takes_it(judge: Judge) -> None:
    stack = Stack(services={"a": Service(image="a", hostname=f"$1{var('X', default='a$b$$c')}$", user=var("U"))})
    assert tree_of(stack)["services"]["a"]["hostname"] == "$$1${X:-a$b$$c}$$"
    read = judge.read(spell(stack)).data["services"]["a"]
    assert read["hostname"] == "$1a$b$$c$"
    assert "user" not in read


@pytest.mark.usefixtures("_open")
def test_a_variable_may_be_a_limit_a_port_a_size_and_part_of_a_constraint(judge: Judge) -> None:
    zone = var("ZONE", default="b")
    ingress = Port(target=var("N", int), published=81, protocol="tcp", mode="ingress")
    a = Service(
        image=f"app:{var('TAG', default='latest')}",
        ulimits={"nproc": var("N", int, default=5), "nofile": Ulimit(soft=1, hard=var("N", int))},
        ports=[f"{var('PORT', int, default=80)}:80", Port(target=90, published=var("N", int)), ingress],
        deploy=Deploy(
            replicas=var("N", int),
            placement=Placement(constraints=[node.labels.zone == zone, f"node.id != {zone}", "node.role == manager"]),
        ),
        stop_grace_period=var("GRACE", default="1m30s"),
    )
    read = judge.read(spell(Stack(services={"a": a})), env={"N": "7", "TAG": "1"}).data["services"]["a"]
    assert read["image"] == "app:1"
    assert read["ulimits"] == {"nofile": {"soft": 1, "hard": 7}, "nproc": 7}
    assert [port["published"] for port in read["ports"]] == [80, 7, 81]
    assert read["deploy"]["replicas"] == 7
    assert read["deploy"]["placement"]["constraints"] == [
        "node.labels.zone == b",
        "node.id != b",
        "node.role == manager",
    ]
    assert read["stop_grace_period"] == "1m30s"


@pytest.mark.usefixtures("_open")
def test_a_mount_that_holds_a_variable_is_long_since_its_value_may_hold_a_colon(judge: Judge) -> None:
    said = Service(image="a", volumes=[f"./{var('DIR')}:/b", Mount(type="bind", source=f"./{var('DIR')}", target="/c")])
    stack = Stack(services={"a": said})
    assert tree_of(stack)["services"]["a"]["volumes"][1] == {"type": "bind", "source": "./${DIR}", "target": "/c"}
    assert judge.read(spell(stack), env={"DIR": "x:y"}, cwd="/").data["services"]["a"]["volumes"][1]["source"] == "/x:y"


@pytest.mark.usefixtures("_open")
def test_a_variable_in_a_key_makes_a_list_which_docker_interpolates(judge: Judge) -> None:
    name = var("NAME", default="web")
    a = Service(
        image="a",
        labels={f"routers.{name}.rule": "a=b $", "plain": ""},
        environment={f"{name}_X": "1", "Y": None},
        deploy=Deploy(labels={f"{name}.enable": "true"}),
        build=Build(args={f"{name}": None}, labels={f"l.{name}": "x"}),
        sysctls={f"net.{name}": 1},
    )
    stack = Stack(
        services={"a": a},
        networks={"n": Network(labels={f"{name}": "n"})},
        volumes={"v": Volume(labels={f"{name}": "v"})},
        secrets={"s": Secret(file="f", labels={f"{name}": "s"})},
        configs={"c": Config(file="f", labels={f"{name}": "c"})},
    )
    assert tree_of(stack)["services"]["a"]["labels"] == ["routers.${NAME:-web}.rule=a=b $$", "plain"]
    read = judge.read(spell(stack)).data
    assert read["services"]["a"]["labels"] == {"routers.web.rule": "a=b $", "plain": ""}
    assert read["services"]["a"]["environment"] == {"web_X": "1", "Y": None}
    assert read["services"]["a"]["deploy"]["labels"] == {"web.enable": "true"}
    assert read["services"]["a"]["build"] == {"args": {"web": None}, "labels": {"l.web": "x"}}
    assert read["services"]["a"]["sysctls"] == {"net.web": "1"}
    for kind, key in (("networks", "n"), ("volumes", "v"), ("secrets", "s"), ("configs", "c")):
        assert read[kind][key]["labels"] == {"web": key}


# What has no spelling -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", [-1, 14, 99])
def test_only_schemas_that_exist_are_written_for(schema: int) -> None:
    with pytest.raises(InvalidStack, match=rf'no schema version "3.{schema}"; expected 3.0 to 3.13'):
        spell(Stack(), schema=schema)


@pytest.mark.parametrize("version", ["3.14", "2", "3.", "3.09", "4.0", "3.9 ", "", "٣.٩"])
def test_only_versions_that_exist_are_taken(version: str) -> None:
    with pytest.raises(InvalidStack, match="no schema version"):
        spell(Stack(version=version))


@pytest.mark.usefixtures("_open")
def test_a_version_is_no_variable_since_docker_reads_it_first(judge: Judge) -> None:
    with pytest.raises(InvalidStack, match=r'no schema version "\$\{V:-3.9\}"'):
        spell(Stack(version=var("V", default="3.9")))
    assert not judge.accepts('version: "${V:-3.9}"')[0]


@pytest.mark.parametrize(("version", "written"), [("3", "3"), ("3.0", "3.0"), ("3.13", "3.13"), (None, "3.9")])
def test_a_stated_version_is_written_as_stated(version: str | None, written: str) -> None:
    assert tree_of(Stack(version=version)) == {"version": written, "services": {}}
    assert tree_of(Stack(version=version), schema=4) == {"version": "3.4", "services": {}}


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("configs", Config(content="text")),
        ("configs", Config(template="t.j2", values={"a": 1})),
        ("secrets", Secret(content=b"hush")),
        ("secrets", Secret(template="t.j2", values={"a": "hush"})),
    ],
)
def test_content_is_never_dropped_in_silence(kind: str, resource: Any) -> None:
    with pytest.raises(InvalidStack) as caught:
        spell(Stack(**{kind: {"r": resource}}))
    finding, *_ = caught.value.findings
    assert str(finding.path).startswith(f"{kind}.r.")
    assert finding.subjects[0].resource is resource
    assert finding.help
    assert "hush" not in str(caught.value)
