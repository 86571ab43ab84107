"""What a picture of a stack shows: who is on which network, what each is given, what is open to the outside."""

from __future__ import annotations

import attrs
import pytest

from pystackdsl import (
    Config,
    Deploy,
    Mount,
    Network,
    Placement,
    Port,
    Secret,
    Service,
    Stack,
    TmpfsOptions,
    Volume,
    default_network,
    node,
    spread,
)
from pystackdsl.model.topology import Given, Published, Thing, topology


def drawn(**held: object):
    return topology(Stack.of(held), "shop")


def test_services_of_the_same_networks_are_a_group() -> None:
    front, back = Network(), Network()
    found = drawn(
        front=front,
        back=back,
        a=Service(image="a", networks=[front, back], ports=["80:80"]),
        b=Service(image="b", networks=[back.alias("x"), front]),
        c=Service(image="c", networks=[back]),
    )
    assert [(group.networks, [node.key for node in group.services]) for group in found.groups] == [
        (("back", "front"), ["a", "b"]),
        (("back",), ["c"]),
    ]
    assert [group.is_published for group in found.groups] == [True, False]
    assert [(network.key, network.users) for network in found.networks] == [
        ("front", ("a", "b")),
        ("back", ("a", "b", "c")),
    ]


def test_a_service_without_networks_is_on_the_default_one() -> None:
    found = drawn(a=Service(image="a"), back=Network(), b=Service(image="b", networks=[default_network]))
    assert [network.key for network in found.networks] == ["back", "default"]
    assert found.networks[1].users == ("a", "b")


def test_a_default_network_that_the_stack_describes_is_not_drawn_twice() -> None:
    found = topology(Stack(services={"a": Service(image="a")}, networks={"default": Network(attachable=True)}))
    assert found.networks == (Thing(kind="network", key="default", traits=("attachable",), users=("a",)),)


def test_what_a_service_is_given() -> None:
    data, password, settings = Volume(), Secret(file="p"), Config(file="c")
    found = drawn(
        data=data,
        password=password,
        settings=settings,
        a=Service(
            image="a",
            volumes=[
                data.at("/data", read_only=True),
                "./conf:/etc/conf:ro",
                "/cache",
                Mount(type="tmpfs", target="/run", tmpfs=TmpfsOptions(size="1M")),
            ],
            secrets=[password],
            configs=[settings.at("/etc/settings")],
        ),
    )
    assert found.services[0].given == (
        Given("volume", "data", "/data", read_only=True),
        Given("path", "./conf", "/etc/conf", read_only=True),
        Given("volume", "", "/cache"),
        Given("memory", "", "/run"),
        Given("secret", "password", ""),
        Given("config", "settings", "/etc/settings"),
    )
    assert [(thing.kind, thing.key, thing.users) for thing in found.others] == [
        ("volume", "data", ("a",)),
        ("secret", "password", ("a",)),
        ("config", "settings", ("a",)),
    ]


@pytest.mark.parametrize(
    ("port", "published"),
    [
        ("8080:80", Published("8080", "80", "tcp", "ingress")),
        ("80", Published("", "80", "tcp", "ingress")),
        ("53:53/udp", Published("53", "53", "udp", "ingress")),
        ("8000-8002:80-82", Published("8000-8002", "80-82", "tcp", "ingress")),
        (Port(target=80, published=8080, mode="host"), Published("8080", "80", "tcp", "host")),
    ],
)
def test_published_ports(port: object, published: Published) -> None:
    assert drawn(a=Service(image="a", ports=[port])).services[0].published == (published,)


def test_where_and_how_often_it_runs() -> None:
    placement = Placement(
        constraints=[node.role == "manager"], preferences=[spread(node.labels.rack)], max_replicas_per_node=2
    )
    found = drawn(
        a=Service(image="a", deploy=Deploy(replicas=3, placement=placement)),
        b=Service(image="b", deploy=Deploy(mode="global")),
    )
    assert found.services[0].placement == (
        "node.role == manager",
        "spread over node.labels.rack",
        "at most 2 on a node",
    )
    assert [(each.mode, each.replicas) for each in found.services] == [("", "3"), ("global", "")]


def test_traits_of_networks_and_volumes() -> None:
    found = drawn(
        outer=Network(external=True, name="ingress-public"),
        inner=Network(driver="overlay", internal=True, attachable=True),
        nfs=Volume(driver="nfs"),
    )
    assert [each.traits for each in (*found.networks, *found.others)] == [
        ("external", "named ingress-public"),
        ("internal", "attachable"),
        ("nfs",),
    ]


def test_no_content_is_in_a_picture() -> None:
    secret = Secret(content="hunter2")
    found = drawn(secret=secret, a=Service(image="a", secrets=[secret]))
    assert "hunter2" not in repr(attrs.asdict(found))
