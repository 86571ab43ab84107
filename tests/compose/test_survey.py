"""Which schema version a stack needs, and what is told when an older one is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from pystackdsl import (
    ClusterVolumeSpec,
    Config,
    Deploy,
    Healthcheck,
    Limits,
    Mount,
    Network,
    Placement,
    Port,
    Resources,
    RollbackConfig,
    Secret,
    Service,
    Stack,
    TmpfsOptions,
    UpdateConfig,
    Volume,
    spread,
)
from pystackdsl.compose.survey import required_schema, said_keys
from pystackdsl.diagnostics import InvalidStack, KeyPath

DATA = Volume()


def stack_with(**said: Any) -> Stack:
    return Stack(services={"a": Service(image="a", **said)}, volumes={"v1": DATA})


@pytest.mark.parametrize(
    ("stack", "minor"),
    [
        (Stack(), 9),
        (stack_with(), 9),
        (stack_with(init=True), 9),
        (stack_with(deploy=Deploy(resources=Resources(limits=Limits(pids=1)))), 9),
        (stack_with(cgroupns_mode="host"), 9),
        (Stack(volumes={"v": Volume(cluster_spec=ClusterVolumeSpec())}), 10),
        (stack_with(healthcheck=Healthcheck(start_interval="1s")), 12),
        (stack_with(oom_score_adj=1), 13),
        (Stack(version="3.4"), 4),
        (Stack(version="3"), 13),
    ],
)
def test_the_lowest_schema_from_3_9_on_that_has_every_key(stack: Stack, minor: int) -> None:
    assert required_schema(stack, None) == minor


@pytest.mark.parametrize(
    ("stack", "minor"),
    [
        (stack_with(), 0),
        (stack_with(ports=["80:80/udp"], volumes=["./a:/b:ro"]), 0),
        (stack_with(ports=[Port(target=80, protocol="tcp", mode="ingress")]), 0),
        (stack_with(ports=[Port(target=80)]), 2),
        (stack_with(volumes=[DATA.at("/x")]), 0),
        (stack_with(volumes=[DATA.at("/x", nocopy=True)]), 0),
        (stack_with(volumes=[DATA.at("/x", read_only=False)]), 2),
        (stack_with(volumes=[Mount(type="tmpfs", target="/t")]), 2),
        (stack_with(volumes=[Mount(type="tmpfs", target="/t", tmpfs=TmpfsOptions(size=1))]), 6),
        (stack_with(deploy=Deploy(update_config=UpdateConfig())), 0),
        (stack_with(deploy=Deploy(update_config=UpdateConfig(order="stop-first"))), 4),
        (stack_with(deploy=Deploy(rollback_config=RollbackConfig())), 7),
        (stack_with(deploy=Deploy(placement=Placement(preferences=[spread("node.labels.a")]))), 3),
        (stack_with(x={"x-a": 1}), 7),
        (Stack(x={"x-a": 1}), 4),
        (Stack(secrets={"s": Secret(file="a")}), 1),
        (Stack(configs={"s": Config(file="a")}), 3),
        (Stack(configs={"s": Config(external=True)}), 3),
        (Stack(networks={"n": Network(external=True, name="a")}), 0),
        (Stack(networks={"n": Network(name="a")}), 5),
        (Stack(volumes={"n": Volume(external=True, name="a")}), 0),
        (Stack(volumes={"n": Volume(name="a")}), 4),
        (Stack(name="only ours"), 0),
    ],
)
def test_a_lower_schema_is_refused_and_the_lowest_taken(stack: Stack, minor: int) -> None:
    assert required_schema(stack, minor) == minor
    for lower in range(minor):
        with pytest.raises(InvalidStack, match=f"needs schema 3.{minor}"):
            required_schema(stack, lower)


def test_each_key_that_is_too_new_is_told_at_its_place() -> None:
    service = Service(image="a", init=True, healthcheck=Healthcheck(test="a", start_period="1s"), hostname="h")
    stack = Stack(services={"web": service}, x={"x-a": 1})
    with pytest.raises(InvalidStack) as caught:
        required_schema(stack, 3)
    root, first, second = caught.value.findings
    assert (root.path, first.path, second.path) == (
        KeyPath("x-*"),
        KeyPath("services", "web", "healthcheck", "start_period"),
        KeyPath("services", "web", "init"),
    )
    assert first.subjects[0].resource is service
    assert first.subjects[0].within == KeyPath("healthcheck", "start_period")
    assert second.summary == "init needs schema 3.7, and --schema says 3.3"
    assert "3.7" in second.help


def test_a_stated_version_is_named_as_the_source() -> None:
    with pytest.raises(InvalidStack, match=r"init needs schema 3\.7, and the stack's version says 3\.2"):
        required_schema(Stack(version="3.2", services={"a": Service(init=True)}), None)
    assert required_schema(Stack(version="3.2", services={"a": Service(init=True)}), 7) == 7


def test_equal_parts_in_several_places_are_each_told() -> None:
    shared = Healthcheck(test="a", start_period="1s")
    stack = Stack(services={name: Service(image="a", healthcheck=shared) for name in ("a", "b")})
    with pytest.raises(InvalidStack) as caught:
        required_schema(stack, 0)
    assert [finding.path[1] for finding in caught.value.findings] == ["a", "b"]


def test_the_survey_knows_what_is_said_and_what_is_open() -> None:
    stack = stack_with(tty=True, labels={"é": "1"}, deploy=Deploy(replicas=1))
    said = said_keys(stack, stack.names())
    assert {(Service, "tty"), (Service, "image"), (Deploy, "replicas"), (Stack, "services")} <= said.keys
    assert (Service, "hostname") not in said.keys
    assert said.open == set()
    assert said.unusual == {(Service, "labels")}
