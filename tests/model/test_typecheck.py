"""The run-time check of constructors: what untyped callers give is refused in words, all of it at once."""

from __future__ import annotations

import enum
import subprocess
import sys
from collections import UserDict, UserList, deque
from collections.abc import Callable, Iterator
from types import MappingProxyType

import pytest

from pystackdsl import (
    Bytes,
    Config,
    CredentialSpec,
    Deploy,
    Healthcheck,
    Ipam,
    IpamConfig,
    Limits,
    Mount,
    Network,
    OnFailure,
    Placement,
    Port,
    Resources,
    Root,
    Secret,
    Service,
    Stack,
    Ulimit,
    UpdateConfig,
    Volume,
    evolve,
    node,
    var,
)
from pystackdsl.diagnostics import Diagnostic, InvalidText, InvalidType, StackError
from pystackdsl.model.key import keys_of
from pystackdsl.model.stack import CLASSES
from pystackdsl.model.variable import Open, OpenValue, environment


def caught(make: Callable[[], object]) -> tuple[Diagnostic, ...]:
    with pytest.raises(StackError) as error:
        make()
    assert isinstance(error.value, ValueError if isinstance(error.value, InvalidText) else TypeError)
    return error.value.findings


REFUSED: list[tuple[Callable[[], object], str, str]] = [
    (lambda: Service(image=3), "image", 'write "3"'),
    (lambda: Service(image=b"a"), "image", ""),
    (lambda: Deploy(replicas="2"), "replicas", "write 2 without quotes"),
    (lambda: Deploy(replicas=True), "replicas", ""),
    (lambda: Deploy(replicas=2.5), "replicas", ""),
    (lambda: Port(target=True), "target", ""),
    (lambda: UpdateConfig(max_failure_ratio=True), "max_failure_ratio", ""),
    (lambda: UpdateConfig(max_failure_ratio="0.5"), "max_failure_ratio", ""),
    (lambda: Service(tty="yes"), "tty", "write True or False without quotes"),
    (lambda: Service(tty=1), "tty", ""),
    (lambda: Service(networks=["backend"]), "networks[0]", "write the variable without quotes: networks=[backend]"),
    (lambda: Service(networks=["my-net"]), "networks[0]", "hold the Network in a variable"),
    (lambda: Service(networks=Network()), "networks", ""),
    (lambda: Service(secrets=["key"]), "secrets[0]", "write the variable without quotes: secrets=[key]"),
    (lambda: Service(secrets=[Config(file="a")]), "secrets[0]", ""),
    (lambda: Service(configs=[Secret(file="a")]), "configs[0]", ""),
    (lambda: Service(deploy={"replicas": 2}), "deploy", ""),
    (lambda: Service(deploy=Healthcheck()), "deploy", ""),
    (lambda: Network(ipam={"config": []}), "ipam", ""),
    (lambda: Network(ipam=Ipam(config=[{"subnet": "10.0.0.0/8"}])), "config[0]", ""),
    (lambda: Deploy(restart="on-failure"), "restart", "write restart=OnFailure()"),
    (lambda: Deploy(restart="always:3"), "restart", "write restart=Always()"),
    (lambda: Service(environment={"A": True}), "environment.A", 'write "true" or "1", whichever the program reads'),
    (lambda: Service(environment={"A": [1]}), "environment.A", ""),
    (lambda: Service(environment={1: "a"}), "environment", 'write "1"'),
    (lambda: Service(environment="A=1"), "environment", ""),
    (lambda: Service(environment=["A=1", 2]), "environment", ""),
    (lambda: Service(labels={"a": False}), "labels.a", 'write "false" or "0", whichever the program reads'),
    (lambda: Service(command=["sleep", 5]), "command[1]", 'write "5"'),
    (lambda: Service(command=5), "command", 'write "5"'),
    (lambda: Service(networks=Network()), "networks", "put it in a list: […]"),
    (lambda: Service(ports=80), "ports", "put it in a list: […]"),
    (lambda: Service(networks=[None]), "networks[0]", ""),
    (lambda: Service(cap_add="NET_ADMIN"), "cap_add", "put it in a list: ['NET_ADMIN']"),
    (lambda: Service(cap_add={"NET_ADMIN": True}), "cap_add", "write a list here"),
    (lambda: Service(dns=[1]), "dns[0]", 'write "1"'),
    (lambda: Service(expose=[80.5, True]), "expose[1]", ""),
    (lambda: Service(ulimits={"nofile": "5"}), "ulimits.nofile", ""),
    (lambda: Service(ulimits={"nofile": None}), "ulimits.nofile", ""),
    (lambda: Service(ulimits={"nofile": {"soft": 1}}), "ulimits.nofile", ""),
    (lambda: Ulimit(soft=1.0), "soft", ""),
    (lambda: Service(depends_on="db"), "depends_on", "put it in a list: ['db']"),
    (lambda: Service(depends_on=[3]), "depends_on[0]", 'write "3"'),
    (lambda: Service(x={1: 2}), "x", 'write "1"'),
    (lambda: Service(x=["x-a"]), "x", ""),
    (lambda: Service(credential_spec=CredentialSpec(config="conf")), "config", ""),
    (lambda: Deploy(placement=Placement(preferences=["node.labels.x"])), "preferences[0]", ""),
    (lambda: Stack(services={"a": None}), "services.a", ""),
    (lambda: Stack(services={"a": Network()}), "services.a", ""),
    (lambda: Stack(services={1: Service(image="a")}), "services", 'write "1"'),
    (lambda: Stack(services=[Service(image="a")]), "services", ""),
    (lambda: Stack(name=3), "name", 'write "3"'),
    (lambda: Stack(base=3), "base", ""),
    (lambda: Root(version=3.8), "version", 'write "3.8"'),
    (lambda: Mount(source=3), "source", ""),
    (lambda: Volume(external="yes"), "external", "write True or False without quotes"),
]


@pytest.mark.parametrize(("make", "path", "help"), REFUSED)
def test_the_wrong_type_is_refused(make: Callable[[], object], path: str, help: str) -> None:
    finding = caught(make)[-1]
    assert str(finding.path) == path
    assert finding.expected
    assert not help or finding.help == help


def test_all_faults_of_a_call_are_told_at_once() -> None:
    found = caught(lambda: Service(image=3, ports=["80:eighty", 80.5], networks=["a"], deploy=3, tty=1))
    assert [str(finding.path) for finding in found] == ["image", "ports[0]", "ports[1]", "networks[0]", "deploy", "tty"]


def test_only_misspelt_texts_make_an_invalid_text() -> None:
    with pytest.raises(InvalidText) as misspelt:
        Limits(cpus="0,5", memory="50 megs")
    assert [str(finding.path) for finding in misspelt.value.findings] == ["cpus", "memory"]
    assert misspelt.value.text == "0,5"
    with pytest.raises(InvalidType):
        Limits(cpus="0,5", memory=1.5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Secret(content=["hunter2"]),
        lambda: Secret(content={"password": "hunter2"}),
        lambda: Secret(template="t", values=["hunter2"]),
        lambda: Secret(template="t", values={1: "hunter2"}),
    ],
)
def test_what_is_secret_is_never_shown(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidType) as error:
        make()
    assert "hunter2" not in f"{error.value}{error.value!r}{error.value.findings}"
    assert "hunter2" not in repr(Secret(content="hunter2", values={"a": "hunter2"}))


class Colour(enum.StrEnum):
    RED = "red"


class Web(Service):
    """A class of the user's own."""


def test_what_a_type_checker_takes_is_taken() -> None:
    """Any sequence is a list, any mapping a mapping, and a subclass is what it is a subclass of."""
    service = Service(
        image=Colour.RED,
        hostname=Colour.RED,
        command=deque(["a", Colour.RED]),
        cap_add=UserList(["A"]),
        environment=MappingProxyType({"A": 1, "B": None, "C": Colour.RED}),
        labels=UserDict({"a": 2.5}),
        ports=range(8000, 8002),
        expose=[80, "81"],
        networks=deque([Network()]),
        ulimits=MappingProxyType({"nofile": 5}),
    )
    assert service.image == service.hostname == "red"
    assert service.command == ("a", "red")
    assert service.command is not None
    assert type(service.command[1]) is str
    assert service.environment == {"A": "1", "B": None, "C": "red"}
    assert service.labels == {"a": "2.5"}
    assert [str(port) for port in service.ports or ()] == ["8000", "8001"]
    assert service.expose == ("80", "81")
    assert service.ulimits == {"nofile": Ulimit(soft=5, hard=5)}
    assert UpdateConfig(max_failure_ratio=1).max_failure_ratio == 1
    assert Stack(services={"web": Web(image="a")}).services["web"].image == "a"


def test_values_are_held_exactly() -> None:
    service = Service(image="a", stop_grace_period="90s", ports=["80:80"], environment=["A=1", "B", "C=x=y"])
    assert type(service.ports) is tuple
    assert service.environment == {"A": "1", "B": None, "C": "x=y"}
    assert Limits(memory="1k").memory == Bytes(1024)
    with pytest.raises(TypeError, match="frozen"):
        service.environment["A"] = "2"  # type: ignore[index]
    with pytest.raises(AttributeError):
        service.image = "b"  # type: ignore[misc]


def test_absent_is_none_and_an_empty_value_is_kept() -> None:
    service = Service(image="a", environment={}, ports=[], deploy=Deploy())
    assert (service.environment, service.ports, service.deploy) == ({}, (), Deploy())
    assert service.labels is None


def test_evolve_checks_again() -> None:
    service = Service(image="a", ports=["80:80"], ulimits={"nofile": 5}, deploy=Deploy(replicas=2))
    assert evolve(service, image="b").ports == service.ports
    assert evolve(service, image="b").ulimits == service.ulimits
    with pytest.raises(InvalidType):
        evolve(service, image=3)
    assert service.with_deploy(replicas=3, restart=OnFailure()).deploy == Deploy(replicas=3, restart=OnFailure())
    assert Service(image="a").with_deploy(replicas=3).deploy == Deploy(replicas=3)
    assert service.with_environment({"A": 1}).environment == {"A": "1"}
    assert service.with_environment({"A": 1}).with_environment({"B": None}).environment == {"A": "1", "B": None}
    assert service.with_labels({"a": "b"}).labels == {"a": "b"}


def test_no_right_value_costs_an_import_of_typeguard() -> None:
    code = """
import sys
from pystackdsl import *
db = Service(image="a")
Service(image="a", depends_on=["b", db], command=["a"], environment={"A": None, "B": 1}, ports=[80, "80:80"],
        networks=[Network(ipam=Ipam(config=[IpamConfig(subnet="10.0.0.0/8")]))], volumes=[Volume().at("/x"), "/a:/b"],
        secrets=[Secret(content=b"a")], configs=[Config(template="t", values={"a": object()})],
        healthcheck=Healthcheck(test="a", interval="5s"), ulimits={"a": 1, "b": Ulimit(soft=1, hard=2)}, build=".",
        deploy=Deploy(replicas=1, resources=Resources(limits=Limits(cpus=0.5, memory=5)), restart=OnFailure(),
                      update_config=UpdateConfig(max_failure_ratio=1), mode="replicated",
                      placement=Placement(constraints=[node.role == "a", "node.id == b"], preferences=[spread("c")])),
        credential_spec=CredentialSpec(config=Config(file="a")), tty=True, x={"x-a": {"b": [1]}}, expose=[80])
print(sorted({"typeguard", "difflib", "json", "tempfile", "subprocess"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]", run.stdout


def test_every_field_of_every_class_is_checked() -> None:
    """An object that fits nothing is refused by every field but those that take anything."""
    classes = [*CLASSES.values(), Deploy, Healthcheck, Port, Mount, Resources, UpdateConfig, IpamConfig, Root, Stack]
    nothing = object()
    for cls in classes:
        for name in keys_of(cls):
            with pytest.raises(InvalidType):
                cls(**{name: nothing})


@pytest.fixture
def _open() -> Iterator[None]:
    reset = environment.set(None)
    yield
    environment.reset(reset)


@pytest.mark.usefixtures("_open")
def test_open_values_are_held_as_open() -> None:
    number, text, truth = var("N", int), var("T"), var("B", bool)
    service = Service(
        image=text,
        hostname=text,
        command=[text],
        environment={"A": text},
        tty=truth,
        stop_grace_period=text,
        deploy=Deploy(replicas=number, mode=text),
        x={"x-a": [text, {"b": text}]},
        volumes=[Mount(type="bind", source=text, target=text)],
    )
    assert service.deploy is not None
    assert service.volumes is not None
    for held in (service.image, service.hostname, (service.command or "")[0], (service.environment or {})["A"]):
        assert type(held) is str
    for held in (service.volumes[0].source, (service.x or {})["x-a"][0], (service.x or {})["x-a"][1]["b"]):
        assert type(held) is str
    for held in (service.tty, service.stop_grace_period, service.deploy.replicas, service.deploy.mode):
        assert type(held) is Open
    assert "OpenValue" not in repr(service)
    assert not isinstance(service.image, OpenValue)


@pytest.mark.usefixtures("_open")
def test_an_open_value_where_none_can_stand_is_refused() -> None:
    for make in (
        lambda: Service(networks=[var("N")]),
        lambda: Service(deploy=Deploy(restart=var("R")), secrets=var("S")),
    ):
        for finding in caught(make):
            assert "\ufdd0" not in str(finding)
            assert "\\ufdd0" not in str(finding)
    (finding,) = caught(lambda: Service(environment={var("K"): "a"}))
    assert finding.summary == "'${K}' stands as a key, and its value is not known yet"


def test_extension_fields_are_copied() -> None:
    inner = [1, {"a": 2}]
    service = Service(image="a", x={"x-a": inner})
    inner.append(3)
    assert service.x == {"x-a": [1, {"a": 2}]}
    inner[0] = inner  # type: ignore[call-overload]
    assert Service(image="a", x={"x-a": inner}).x is not None


def test_expressions_are_no_truth_values() -> None:
    with pytest.raises(InvalidType):
        Placement(constraints=[node.role == "a" and node.id == "b"])
