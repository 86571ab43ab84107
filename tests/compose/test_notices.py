"""What is told of a stack on its way into Compose text: nothing that Docker drops or changes is passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from conformance.every_key import DECLARED, STACK

from pystackdsl import (
    KEEP,
    Build,
    ClusterVolumeSpec,
    Config,
    CredentialSpec,
    Deploy,
    Healthcheck,
    Logging,
    Network,
    OnFailure,
    Port,
    Secret,
    Service,
    Stack,
    Volume,
)
from pystackdsl.compose import dump, findings, ignored
from pystackdsl.diagnostics import Diagnostic, KeyPath, Severity
from pystackdsl.model.key import keys_of
from pystackdsl.model.variable import Open, OpenValue

UNSUPPORTED = [
    "build",
    "cgroup_parent",
    "cgroupns_mode",
    "devices",
    "domainname",
    "external_links",
    "ipc",
    "links",
    "mac_address",
    "network_mode",
    "pid",
    "privileged",
    "restart",
    "security_opt",
    "shm_size",
    "userns_mode",
]
"""What `docker stack deploy` lists as unsupported; `restart` it uses all the same."""

DEPRECATED = ["container_name", "expose"]
SILENT = ["depends_on", "tmpfs", "oom_score_adj"]
"""What it drops without a word."""

VALUES: dict[str, Any] = {
    "build": Build(context="."),
    "depends_on": ["db"],
    "expose": [80],
    "oom_score_adj": 0,
    "privileged": False,
}
LISTS = ("devices", "external_links", "links", "security_opt", "tmpfs")


def stack_with(**said: Any) -> Stack:
    return Stack(services={"a": Service(image="a", **said)})


def told(stack: Stack) -> list[str]:
    return [finding.summary for finding in ignored(stack)]


def value_at(finding: Diagnostic) -> Any:
    """The value that the finding's subject leads to, so that it can be shown at its own line."""
    (subject,) = finding.subjects
    value: Any = subject.resource
    for step in subject.within:
        value = getattr(value, str(step)) if hasattr(value, str(step)) else value[step]
    return value


@pytest.mark.parametrize("name", UNSUPPORTED + DEPRECATED + SILENT)
def test_every_key_that_swarm_ignores_is_told_with_its_place_and_a_cure(name: str) -> None:
    value = VALUES.get(name, ["x"] if name in LISTS else "x")
    (finding,) = ignored(stack_with(**{name: value}))
    assert finding.severity is Severity.WARNING
    assert name in finding.summary
    assert finding.help
    assert finding.path == KeyPath("services", "a", name)
    assert finding.subjects[0].path == finding.path
    assert finding.subjects[0].within == KeyPath(name)
    assert value_at(finding) == getattr(finding.subjects[0].resource, name)


def test_no_key_that_the_engine_never_gets_is_forgotten() -> None:
    """The model's own words: a key with no place in the Engine API has a cure, unless it is a part of such a key."""
    lost = {declared.path for declared in DECLARED if declared.key.api is None and declared.key.name != "x-*"}
    cured = {declared.path for declared in DECLARED if declared.key.instead}
    parts = {path for path in lost if any(path.startswith(f"{whole}.") for whole in cured)}
    assert lost - parts - cured == {"version"}
    assert cured - lost == {"services.*.restart"}
    services = {path.split(".")[2] for path in cured if path.count(".") == 2 and path.startswith("services")}
    assert services == {*UNSUPPORTED, *DEPRECATED, *SILENT}


def test_nothing_else_is_told_of_the_golden_stack() -> None:
    names = {str(finding.path).rpartition(".")[2] for finding in ignored(STACK)}
    assert names == {*UNSUPPORTED, *DEPRECATED, *SILENT, "ipv4_address", "ipv6_address", "x-cluster-spec"}


def test_restart_is_used_alone_and_ignored_beside_a_policy() -> None:
    assert told(stack_with(restart="always")) == ["docker stack calls restart unsupported, though it uses it"]
    beside = stack_with(restart="always", deploy=Deploy(restart=OnFailure()))
    assert told(beside) == ["Swarm ignores restart beside deploy.restart_policy"]


def test_it_is_told_what_ignoring_depends_on_means() -> None:
    db = Service(image="db")
    stack = Stack(services={"db": db, "web": Service(image="web", depends_on=[db, "cache"])})
    assert told(stack) == ["Swarm ignores depends_on: web starts without waiting for db, cache"]


def test_addresses_and_cluster_specs_are_told() -> None:
    net = Network()
    attachment = net.attach(ipv4_address="10.0.0.7")
    stack = Stack(
        services={"a": Service(image="a", networks=[attachment])},
        networks={"n": net},
        volumes={"v": Volume(cluster_spec=ClusterVolumeSpec(group="g"))},
    )
    first, second = ignored(stack)
    assert first.path == KeyPath("services", "a", "networks", 0, "ipv4_address")
    assert value_at(first) == "10.0.0.7"
    assert second.path == KeyPath("volumes", "v", "x-cluster-spec")
    assert value_at(second) == ClusterVolumeSpec(group="g")
    assert first.help
    assert second.help


@pytest.mark.parametrize(
    "port", ["127.0.0.1:8080:80", "[::1]:8080:80/udp", Port(target=80, host_ip="10.0.0.1", mode="host")]
)
def test_the_address_of_a_published_port_is_told(port: Any) -> None:
    (finding,) = ignored(stack_with(ports=["90:90", port]))
    assert finding.severity is Severity.WARNING
    assert "every address" in finding.summary
    assert finding.help
    assert finding.path == KeyPath("services", "a", "ports", 1)
    assert value_at(finding).host_ip in finding.summary


@pytest.mark.parametrize("port", ["0.0.0.0:8080:80", "[::]:8080:80", "8080:80"])
def test_a_port_on_every_address_needs_no_warning(port: str) -> None:
    assert ignored(stack_with(ports=[port])) == []


def test_the_order_is_that_of_the_stack() -> None:
    stack = Stack(services={name: Service(image="a", tmpfs="/x", pid="host") for name in ("b", "a")})
    assert [str(finding.path) for finding in ignored(stack)] == [
        "services.b.tmpfs",
        "services.b.pid",
        "services.a.tmpfs",
        "services.a.pid",
    ]


# The deployer's shell -----------------------------------------------------------------------------------------------


def test_an_empty_environment_value_is_filled_from_the_shell() -> None:
    (finding,) = ignored(stack_with(environment={"A": "", "B": "b", "C": None}))
    assert finding.severity is Severity.WARNING
    assert finding.path == KeyPath("services", "a", "environment", "A")
    assert "shell" in finding.summary
    assert "None" in finding.help
    assert value_at(finding) == ""
    assert ignored(stack_with(labels={"A": ""}, environment={"B": None})) == []


# Variables ----------------------------------------------------------------------------------------------------------


def variable(inner: str) -> Any:
    return OpenValue(f"\ufdd0{inner}\ufdd1")


def errors(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def test_a_variable_where_docker_casts_nothing_is_an_error_at_its_key() -> None:
    stack = stack_with(init=variable("INIT:-true"), tty=variable("TTY:-true"))
    (finding,) = ignored(stack)
    assert finding.severity is Severity.ERROR
    assert finding.path == KeyPath("services", "a", "init")
    assert value_at(finding) == Open("\ufdd0INIT:-true\ufdd1")
    assert "--set" in finding.help


@pytest.mark.parametrize(
    ("stack", "path"),
    [
        (stack_with(logging=Logging(driver="gelf", options={f"{variable('O')}": "x"})), "services.a.logging.options"),
        (Stack(networks={"n": Network(driver_opts={f"a.{variable('O')}": "x"})}), "networks.n.driver_opts"),
        (Stack(volumes={"n": Volume(driver_opts={f"a.{variable('O')}": "x"})}), "volumes.n.driver_opts"),
        (stack_with(x={f"x-{variable('O')}": 1}), 'services.a["x-*"]'),
        (Stack(x={f"x-{variable('O')}": 1}), '["x-*"]'),
        (Stack(x={"x-a": [{"b": {f"{variable('O')}": 1}}]}), '["x-*"]'),
        (stack_with(ulimits={f"{variable('O')}": 1}), "services.a.ulimits"),
    ],
)
def test_a_variable_in_a_key_where_docker_takes_no_list_is_an_error(stack: Stack, path: str) -> None:
    (finding,) = errors(ignored(stack))
    assert str(finding.path) == path
    assert "${O}" in finding.summary
    assert "\ufdd0" not in str(finding)
    assert finding.help
    assert finding.subjects


def test_the_path_of_a_secret_is_no_key_of_an_extension_field() -> None:
    secret = Secret(external=True)
    stack = Stack(services={"a": Service(image="a", x={"x-a": {secret.path: 1}})}, secrets={"s": secret})
    (finding,) = ignored(stack)
    assert finding.severity is Severity.ERROR
    assert "path" in finding.summary
    assert ignored(Stack(services={"a": Service(labels={secret.path: ""})}, secrets={"s": secret})) == []


def test_a_variable_in_a_key_of_labels_or_environment_is_fine() -> None:
    name = f"a.{variable('O')}"
    said = {"labels": {name: "1"}, "environment": {name: "1"}, "deploy": Deploy(labels={name: "1"})}
    assert ignored(stack_with(**said)) == []


@pytest.mark.parametrize(
    "port",
    [
        Port(target="80-81", published=variable("P")),
        Port(target=variable("P"), published="80-81", protocol="tcp", mode="ingress"),
    ],
)
def test_a_range_of_ports_beside_a_variable_is_an_error(port: Port) -> None:
    (finding,) = errors(ignored(stack_with(ports=[port])))
    assert finding.path == KeyPath("services", "a", "ports", 0)
    assert "range" in finding.summary
    assert value_at(finding) == port


def test_a_sound_stack_has_no_notices() -> None:
    settings = Config(external=True)
    stack = Stack(
        services={
            "a": Service(
                image="a",
                credential_spec=CredentialSpec(config=settings),
                healthcheck=Healthcheck(test="true"),
                deploy=Deploy(restart=OnFailure()),
                stop_signal=f"SIG{variable('S')}",
                x={"x-a": {"b": f"{variable('S')}"}},
            )
        },
        configs={"c": settings},
    )
    assert ignored(stack) == []


@pytest.mark.parametrize("said", [{"volumes": [Volume().at("/x")]}, {"depends_on": [Service(image="b")]}])
def test_a_reference_that_the_stack_does_not_hold_is_an_error_and_no_crash(said: dict[str, Any]) -> None:
    (fault,) = (
        each for each in findings(Stack.of({"web": Service(image="a", **said)})) if each.severity.value == "error"
    )
    assert "that this stack does not hold" in fault.summary


def test_docker_cannot_keep_replicas() -> None:
    stack = Stack.of({"web": Service(image="a", deploy=Deploy(replicas=KEEP)), "b": Service(image="a")})
    (finding,) = ignored(stack)
    assert str(finding.path) == "services.web.deploy.replicas"
    assert finding.summary == "docker stack cannot leave the replicas of web as they are: each deploy sets them to 1"
    assert "replicas" not in dump(stack)


def test_depends_on_names_the_services_that_are_known() -> None:
    db = Service(image="a")
    (finding,) = ignored(Stack.of({"db": db, "web": Service(image="a", depends_on=[Service(image="b"), db])}))
    assert finding.summary == "Swarm ignores depends_on: web starts without waiting for db"


def test_an_extension_field_that_holds_itself_is_an_error_and_no_crash() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = [endless]
    (fault,) = findings(Stack.of({"web": Service(image="a", x={"x-a": endless})}))
    assert fault.summary == "an extension field of service web holds itself"


def test_a_cure_spelled_in_python_is_spelled_in_yaml_too() -> None:
    python = re.compile(r"\w=|\w\.\w+\(|\b[A-Z]\w+\(")
    for key, _ in keys_of(Service).values():
        assert bool(python.search(key.instead)) is bool(key.instead_in_yaml), key.name
        assert not python.search(key.instead_in_yaml), key.name
    [found] = ignored(Stack(services={"web": Service(image="web", restart="always")}))
    assert found.help_in_yaml == "write  deploy: {restart_policy: {condition: any}}  (or on-failure, none)"
