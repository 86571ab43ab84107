"""Bodies that mean the same are equal trees; what is zero and means something stays."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pystackdsl.swarm.normal import normal

Tree = dict[str, Any]
BODY: Tree = {
    "Name": "shop_web",
    "Labels": {"a": ""},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "a:1", "Env": ["A=1", "B=2"], "Args": ["", "x"]},
        "Networks": [{"Target": "front"}, {"Target": "back"}],
    },
    "Mode": {"Replicated": {"Replicas": 2}},
    "EndpointSpec": {"Ports": [{"TargetPort": 80, "PublishedPort": 8080}]},
}


def changed(*path: str, to: object) -> Tree:
    """The body with something else at a place."""
    tree = copy.deepcopy(BODY)
    place = tree
    for part in path[:-1]:
        place = place.setdefault(part, {})
    place[path[-1]] = to
    return tree


CONTAINER = ("TaskTemplate", "ContainerSpec")
SAME = [
    changed("Labels", to={"a": "", "com.pystackdsl.apply": "7"}),
    changed("TaskTemplate", "ForceUpdate", to=7),
    changed("TaskTemplate", "Runtime", to="container"),
    changed("TaskTemplate", "Resources", to={"Limits": {}, "Reservations": {}}),
    changed("TaskTemplate", "Placement", to={}),
    changed("TaskTemplate", "RestartPolicy", to={"Condition": "any", "Delay": 5 * 10**9, "MaxAttempts": 0}),
    changed(*CONTAINER, "Env", to=["B=2", "A=1"]),
    changed(*CONTAINER, "Isolation", to="default"),
    changed(*CONTAINER, "Isolation", to="no such word"),
    changed(*CONTAINER, "StopGracePeriod", to=10**10),
    changed(*CONTAINER, "DNSConfig", to={}),
    changed(*CONTAINER, "Healthcheck", to={}),
    changed(*CONTAINER, "TTY", to=False),
    changed(*CONTAINER, "Groups", to=None),
    changed(*CONTAINER, "Privileges", to={"CredentialSpec": None, "SELinuxContext": None, "NoNewPrivileges": False}),
    changed("TaskTemplate", "Networks", to=[{"Target": "back", "Aliases": []}, {"Target": "front"}]),
    changed(
        "UpdateConfig", to={"Parallelism": 1, "FailureAction": "pause", "MaxFailureRatio": 0, "Order": "stop-first"}
    ),
    changed("RollbackConfig", to={"Parallelism": 1, "Monitor": 5 * 10**9, "Order": ""}),
    changed(
        "EndpointSpec",
        to={
            "Mode": "vip",
            "Ports": [{"TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp", "PublishMode": "ingress"}],
        },
    ),
]


@pytest.mark.parametrize("body", SAME)
def test_what_means_the_same_is_equal(body: Tree) -> None:
    before = copy.deepcopy(body)
    assert normal("services", body) == normal("services", BODY)
    assert body == before, "a body is not changed"


OTHER = [
    changed("Labels", to={}),
    changed("Mode", to={"Replicated": {"Replicas": 0}}),
    changed("Mode", to={"Replicated": {}}),
    changed("Mode", to={"Global": {}}),
    changed("Mode", to={"ReplicatedJob": {}}),
    changed("Mode", to={"GlobalJob": {}}),
    changed("UpdateConfig", to={"Parallelism": 0}),
    changed("UpdateConfig", to={"Parallelism": 1, "Order": "start-first"}),
    changed("TaskTemplate", "RestartPolicy", to={"Condition": "any", "Delay": 0}),
    changed("TaskTemplate", "RestartPolicy", to={"Condition": "none"}),
    changed("TaskTemplate", "Networks", to=[{"Target": "front"}]),
    changed(*CONTAINER, "StopGracePeriod", to=0),
    changed(*CONTAINER, "Init", to=False),
    changed(*CONTAINER, "Args", to=["x"]),
    changed(*CONTAINER, "Args", to=["x", ""]),
    changed(*CONTAINER, "Env", to=["A=1"]),
    changed(*CONTAINER, "Labels", to={"a": ""}),
    changed("EndpointSpec", to={}),
    changed("EndpointSpec", "Mode", to="dnsrr"),
]


def test_what_means_something_else_is_not_equal() -> None:
    found = [normal("services", body) for body in (BODY, *OTHER)]
    for position, one in enumerate(found):
        assert all(one != other for other in found[position + 1 :])


def test_one_replica_is_what_nobody_said() -> None:
    said, unsaid = changed("Mode", to={"Replicated": {"Replicas": 1}}), changed("Mode", to={"Replicated": {}})
    assert normal("services", said) == normal("services", unsaid)


def test_grants_of_one_object_have_an_order() -> None:
    one = {"SecretName": "s", "SecretID": "1", "File": {"Name": "a", "Mode": 0o444}}
    other = {"SecretName": "s", "SecretID": "1", "File": {"Name": "b", "Mode": 0o444}}
    bodies = [changed(*CONTAINER, "Secrets", to=list(order)) for order in ((one, other), (other, one))]
    assert normal("services", bodies[0]) == normal("services", bodies[1])


def test_a_file_that_nobody_may_read_is_another() -> None:
    grants = [[{"ConfigName": "c", "File": {"Name": "a", "Mode": mode}}] for mode in (0, 0o444)]
    bodies = [normal("services", changed(*CONTAINER, "Configs", to=grant)) for grant in grants]
    assert bodies[0] != bodies[1]
    assert bodies[0]["TaskTemplate"]["ContainerSpec"]["Configs"][0]["File"]["Mode"] == 0
    unsaid = changed("EndpointSpec", "Mode", to="")
    assert normal("services", unsaid) == normal("services", BODY)


def test_what_an_older_engine_drops_does_not_count_there() -> None:
    mounts = [{"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions": {"Subpath": "a"}}]
    body = changed(*CONTAINER, "Healthcheck", to={"Test": ["CMD", "x"], "StartInterval": 5})
    body["TaskTemplate"]["ContainerSpec"]["Mounts"] = mounts
    without = copy.deepcopy(body)
    del without["TaskTemplate"]["ContainerSpec"]["Healthcheck"]["StartInterval"]
    without["TaskTemplate"]["ContainerSpec"]["Mounts"][0]["VolumeOptions"] = {}
    assert normal("services", body, api=(1, 41)) == normal("services", without, api=(1, 41))
    assert normal("services", body, api=(1, 45)) != normal("services", without, api=(1, 45))


ASKED: Tree = {
    "Name": "shop_front", "Driver": "overlay", "Scope": "", "IPAM": None, "Internal": False, "Attachable": True,
    "Ingress": False, "ConfigOnly": False, "ConfigFrom": None, "Options": None, "Labels": {"a": "b"},
}  # fmt: skip
VXLAN = "com.docker.network.driver.overlay.vxlanid_list"
MADE: Tree = {
    "Name": "shop_front", "Id": "x", "Created": "2026", "Scope": "swarm", "Driver": "overlay", "EnableIPv6": False,
    "EnableIPv4": True, "IPAM": {"Driver": "default", "Options": None, "Config": [
        {"Subnet": "10.0.1.0/24", "Gateway": "10.0.1.1"}]}, "Internal": False, "Attachable": True, "Ingress": False,
    "ConfigFrom": {"Network": ""}, "ConfigOnly": False, "Containers": None, "Options": {VXLAN: "4097"},
    "Labels": {"a": "b"},
}  # fmt: skip


def test_a_network_is_what_was_asked_for_whatever_the_engine_chose() -> None:
    assert normal("networks", MADE, beside=ASKED) == normal("networks", ASKED)


def test_addresses_that_were_asked_for_count() -> None:
    asked = {**ASKED, "IPAM": {"Driver": "", "Options": None, "Config": [{"Subnet": "10.7.0.0/16"}]}}
    assert normal("networks", MADE, beside=asked) != normal("networks", asked)
    made = {**MADE, "IPAM": {"Driver": "default", "Config": [{"Subnet": "10.7.0.0/16", "Gateway": "10.7.0.1"}]}}
    assert normal("networks", made, beside=asked) == normal("networks", asked)


def test_a_network_that_has_no_addresses_yet_does_not_tell_what_it_was_asked_for() -> None:
    asked = {**ASKED, "Options": {"encrypted": ""}, "IPAM": {"Config": [{"Subnet": "10.7.0.0/16"}]}}
    waiting = {**MADE, "Driver": "", "IPAM": {"Driver": "", "Options": None, "Config": None}, "Options": None}
    assert normal("networks", waiting, beside=asked) == normal("networks", asked)
    assert normal("networks", waiting, beside={**asked, "Internal": True}) != normal(
        "networks", {**asked, "Internal": True}
    )


def test_secrets_and_configs_are_compared_without_content_and_own_labels() -> None:
    asked = {"Name": "s", "Labels": {"a": "b"}}
    made = {"Name": "s", "Labels": {"a": "b", "com.pystackdsl.salt": "x"}, "Data": "eA==", "Templating": None}
    assert normal("configs", made) == normal("configs", asked)
    assert normal("secrets", {**made, "Templating": {"Name": "golang"}}) != normal("secrets", asked)


def test_what_no_engine_ever_tells_is_left_out() -> None:
    mount = {"Type": "volume", "Target": "/a"}
    one, other = (changed(*CONTAINER, "Mounts", to=[each]) for each in (mount, mount | {"Consistency": "cached"}))
    assert normal("services", one) == normal("services", other)


def test_a_word_that_the_engine_knows_is_told_in_any_case() -> None:
    one, other, third = (changed(*CONTAINER, "Isolation", to=word) for word in ("process", "PROCESS", "hyperv"))
    assert normal("services", one) == normal("services", other) != normal("services", third)
