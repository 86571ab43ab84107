"""Bodies of the Engine's API read as values of the model, and what is left of them."""

from __future__ import annotations

import base64
import copy
import hashlib
from typing import Any

import pytest

from pystackdsl import (
    Bytes,
    ConfigGrant,
    Deploy,
    DiscreteResourceSpec,
    Duration,
    GenericResource,
    Healthcheck,
    Ipam,
    IpamConfig,
    Mount,
    Port,
    Service,
    Ulimit,
    UpdateConfig,
    default_network,
)
from pystackdsl.swarm.lift import StackLifting, lift, lift_stack
from pystackdsl.swarm.live import Live, Swarm
from pystackdsl.swarm.normal import normal

BODY: dict[str, Any] = {
    "Name": "shop_web",
    "Labels": {"com.docker.stack.namespace": "shop", "com.docker.stack.image": "nginx", "com.pystackdsl.apply": "1"},
    "TaskTemplate": {
        "ContainerSpec": {
            "Image": "nginx:latest@sha256:" + "0a" * 32,
            "Labels": {"com.docker.stack.namespace": "shop"},
        },
        "Networks": [{"Target": "shop_default", "Aliases": ["web"]}],
        "ForceUpdate": 3,
        "Runtime": "container",
    },
    "Mode": {"Replicated": {"Replicas": 2}},
    "EndpointSpec": {"Mode": "vip"},
}


def body(**container: Any) -> dict[str, Any]:
    found = copy.deepcopy(BODY)
    found["TaskTemplate"]["ContainerSpec"] |= container
    return found


def service(tree: dict[str, Any]) -> tuple[Service, dict[str, Any]]:
    before = copy.deepcopy(tree)
    found = lift("services", "web", tree, StackLifting("shop"))
    assert tree == before, "a body is not changed"
    return found.value, dict(found.left)


def test_what_everybody_has_is_not_said() -> None:
    found, left = service(BODY)
    assert (found.image, found.labels, found.networks) == ("nginx", None, None)
    assert found.deploy == Deploy(replicas=2, endpoint_mode="vip")
    assert left == {}


def test_an_image_that_was_changed_by_hand_is_what_runs() -> None:
    found, _ = service(body(Image="nginx:1.27"))
    assert found.image == "nginx:1.27"


FIELDS = [
    ({"Healthcheck": {"Test": ["NONE"]}}, "healthcheck", Healthcheck(disable=True)),
    ({"Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 10**9}}, "healthcheck",
     Healthcheck(test="true", interval="1s")),
    ({"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}]}, "ulimits", {"nofile": Ulimit(soft=1, hard=2)}),
    ({"Hosts": ["10.0.0.1 db", "fd00::1 v6"]}, "extra_hosts", ("db:10.0.0.1", "v6:fd00::1")),
    ({"Env": ["A=1", "B"]}, "environment", {"A": "1", "B": None}),
    ({"Init": False}, "init", False),
    ({"StopGracePeriod": 0}, "stop_grace_period", Duration(0)),
    ({"TTY": False}, "tty", None),
]  # fmt: skip


@pytest.mark.parametrize(("container", "field", "value"), FIELDS)
def test_a_field_is_read(container: dict[str, Any], field: str, value: object) -> None:
    found, left = service(body(**container))
    assert getattr(found, field) == value
    assert left == {}


LEFT = [
    ({"Groups": ["video"]}, {"Groups": ["video"]}),
    ({"Privileges": {"NoNewPrivileges": True, "CredentialSpec": None}}, {"Privileges.NoNewPrivileges": True}),
    ({"DNSConfig": {"Nameservers": ["1.1.1.1"], "Options": ["ndots:2"]}}, {"DNSConfig.Options": ["ndots:2"]}),
    ({"Hosts": ["10.0.0.1 db database"]}, {"Hosts": ["10.0.0.1 db database"]}),
    ({"Env": ["A=1", "A=2"]}, {"Env": ["A=1", "A=2"]}),
    ({"OomScoreAdj": -5}, {"OomScoreAdj": -5}),
    (
        {"Mounts": [{"Type": "bind", "Source": "/a", "Target": "/b", "BindOptions": {"NonRecursive": True}}]},
        {"Mounts[0].BindOptions.NonRecursive": True},
    ),
    (
        {
            "Mounts": [
                {"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions": {"DriverConfig": {"Name": "d"}}}
            ]
        },
        {"Mounts[0].VolumeOptions.DriverConfig.Name": "d"},
    ),
    ({"Mounts": [{"Type": "odd", "Target": "/b"}]}, {"Mounts[0].Type": "odd"}),
    (
        {"Configs": [{"ConfigName": "c", "Runtime": {}}, {"ConfigName": "d", "File": {"Name": "/d"}}]},
        {"Configs[0].ConfigName": "c", "Configs[1].ConfigName": "d", "Configs[1].File.Name": "/d"},
    ),
]


@pytest.mark.parametrize(("container", "left"), LEFT)
def test_what_the_model_has_no_word_for_is_left(container: dict[str, Any], left: dict[str, Any]) -> None:
    _, found = service(body(**container))
    assert found == {f"TaskTemplate.ContainerSpec.{name}": value for name, value in left.items()}


def test_what_stands_beside_what_is_left_is_read() -> None:
    found, _ = service(body(Mounts=LEFT[6][0]["Mounts"], DNSConfig=LEFT[2][0]["DNSConfig"]))
    assert found.dns == ("1.1.1.1",)
    assert found.volumes == (Mount(type="bind", source="/a", target="/b"),)


def test_a_volume_of_the_stack_is_told_by_its_mount_and_another_is_external() -> None:
    lifting = StackLifting("shop")
    labels = {"com.docker.stack.namespace": "shop", "backup": "daily"}
    options = {"Labels": labels, "DriverConfig": {"Name": "local", "Options": {"type": "nfs"}}, "NoCopy": True}
    mounts = [
        {"Type": "volume", "Source": "shop_data", "Target": "/a", "VolumeOptions": options},
        {"Type": "volume", "Source": "elsewhere", "Target": "/b", "VolumeOptions": {}},
    ]
    found = lift("services", "web", body(Mounts=mounts), lifting)
    assert found.left == {}
    data, elsewhere = (mount.source for mount in found.value.volumes)
    assert lifting.held["volumes"] == {"data": data, "elsewhere": elsewhere}
    assert (data.name, data.driver, data.driver_opts, data.labels) == (
        None,
        "local",
        {"type": "nfs"},
        {"backup": "daily"},
    )
    assert elsewhere.external is True


def test_the_rest_of_a_service_is_read() -> None:
    tree = body()
    tree["TaskTemplate"] |= {
        "Resources": {"Limits": {"MemoryBytes": 1024}, "Reservations": {}},
        "RestartPolicy": {"Condition": "any", "MaxAttempts": 0},
        "Placement": {"Constraints": ["node.role == manager"], "Platforms": [{"OS": "linux"}]},
        "Networks": [{"Target": "shop_default", "Aliases": ["web", "www"]}, {"Target": "other", "Aliases": ["web"]}],
    }
    tree["UpdateConfig"] = {"Parallelism": 0, "MaxFailureRatio": 0, "Order": ""}
    tree["EndpointSpec"] = {"Ports": [{"TargetPort": 80, "PublishedPort": 8080, "Protocol": "udp"}]}
    found, left = service(tree)
    assert left == {}
    assert found.deploy is not None
    assert found.deploy.resources is not None
    assert found.deploy.resources.limits is not None
    assert found.deploy.resources.limits.memory == Bytes(1024)
    assert found.deploy.resources.reservations is None
    assert found.deploy.update_config == UpdateConfig(parallelism=0)
    assert found.ports == (Port(target=80, published=8080, protocol="udp"),)
    assert found.networks is not None
    first, other = found.networks
    assert (first.network, first.aliases) == (default_network, ("www",))
    assert (other.network.external, other.has_options) == (True, False)


@pytest.mark.parametrize(("had", "said"), [(["web"], None), (["web", "web"], ("web",)), (["www", "web"], ("www",))])
def test_an_alias_like_the_services_own_key_is_kept(had: list[str], said: tuple[str, ...] | None) -> None:
    tree = body()
    tree["TaskTemplate"]["Networks"] = [{"Target": "other", "Aliases": had}]
    found, _ = service(tree)
    assert found.networks is not None
    assert (found.networks[0].aliases or None) == said


def test_a_grant_says_what_differs_from_what_a_grant_says_anyway() -> None:
    file = {"Name": "settings", "UID": "0", "GID": "0", "Mode": 0o400}
    found, left = service(body(Configs=[{"ConfigName": "shop_settings", "File": file}]))
    assert left == {}
    assert found.configs is not None
    grant = found.configs[0]
    assert grant == ConfigGrant(config=grant.config, mode=0o400)
    assert grant.config.name == "shop_settings"


def test_a_job_whose_two_numbers_differ_keeps_one() -> None:
    tree = body()
    tree["Mode"] = {"ReplicatedJob": {"TotalCompletions": 9, "MaxConcurrent": 3}}
    found, left = service(tree)
    assert found.deploy == Deploy(mode="replicated-job", replicas=9, endpoint_mode="vip")
    assert left == {"Mode.ReplicatedJob.MaxConcurrent": 3}


def live_with(**held: Any) -> Live:
    """A swarm that has these networks, configs and so on of the stack `shop`."""
    kinds = {kind: {} for kind in ("networks", "secrets", "configs", "services")} | held
    return Live(stack="shop", swarm=Swarm(id="x", where="here", nodes=1, api=(1, 41)), **kinds)


def config(name: str, content: bytes) -> dict[str, Any]:
    return {"ID": name, "Spec": {"Name": name, "Data": base64.b64encode(content).decode()}}


def test_two_objects_that_would_have_one_key_get_two() -> None:
    configs = {name: config(name, b"x") for name in ("settings", "shop_settings")}
    networks = {name: {"Id": name, "Name": name, "Driver": "overlay"} for name in ("front", "shop_front")}
    stack = lift_stack(live_with(configs=configs, networks=networks)).stack
    assert {key: each.name for key, each in stack.configs.items()} == {
        "settings": "settings", "settings-2": "shop_settings"
    }  # fmt: skip
    assert {key: each.name for key, each in stack.networks.items()} == {"front": "front", "front-2": "shop_front"}


def test_a_config_whose_content_changed_is_there_once_under_its_key() -> None:
    new = f"shop_settings-{hashlib.sha256(b'new').hexdigest()[:8]}"
    file = {"Name": "settings", "UID": "0", "GID": "0", "Mode": 0o444}
    web = body(Configs=[{"ConfigName": new, "File": file}])
    live = live_with(
        configs={"shop_settings": config("shop_settings", b"old"), new: config(new, b"new")},
        services={"shop_web": {"ID": "w", "Spec": web}},
    )
    stack = lift_stack(live).stack
    assert list(stack.configs) == ["settings"]
    settings = stack.configs["settings"]
    assert (settings.name, settings.content) == (None, "new")
    assert stack.services["web"].configs == (ConfigGrant(config=settings),)


def test_secrets_are_external_and_content_that_is_no_text_is_bytes() -> None:
    live = live_with(
        configs={"shop_logo": config("shop_logo", b"\xff\x00")},
        secrets={"shop_token": {"ID": "t", "Spec": {"Name": "shop_token"}}},
    )
    stack = lift_stack(live).stack
    assert stack.configs["logo"].content == b"\xff\x00"
    assert (stack.secrets["token"].external, stack.secrets["token"].name) == (True, "shop_token")


def test_addresses_that_the_swarm_chose_are_left_to_it() -> None:
    def network(name: str, subnet: str) -> dict[str, Any]:
        ipam = {"Driver": "default", "Config": [{"Subnet": subnet, "Gateway": "x"}]}
        return {"Id": name, "Name": name, "Driver": "overlay", "IPAM": ipam, "Attachable": True}

    networks = {name: network(name, subnet) for name, subnet in (("shop_a", "10.0.7.0/24"), ("shop_b", "10.77.0.0/24"))}
    stack = lift_stack(live_with(networks=networks)).stack
    assert stack.networks["a"].ipam is None
    assert stack.networks["b"].ipam == Ipam(config=[IpamConfig(subnet="10.77.0.0/24")])


def test_a_generic_resource_may_be_of_no_kind() -> None:
    tree = body()
    tree["TaskTemplate"]["Resources"] = {"Reservations": {"GenericResources": [{"DiscreteResourceSpec": {}}]}}
    found, left = service(normal("services", tree))
    assert left == {}
    assert found.deploy is not None
    assert found.deploy.resources is not None
    assert found.deploy.resources.reservations is not None
    assert found.deploy.resources.reservations.generic_resources == (
        GenericResource(discrete_resource_spec=DiscreteResourceSpec()),
    )
