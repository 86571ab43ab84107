"""What a stack asks of the Engine, against what the Docker CLI sent for the same stack; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rig import ROOT

from pystackdsl import (
    KEEP,
    Config,
    CredentialSpec,
    Deploy,
    Healthcheck,
    Network,
    Placement,
    Secret,
    Service,
    Stack,
    Volume,
    default_network,
    node,
    var,
)
from pystackdsl.compose import load
from pystackdsl.diagnostics import InvalidStack
from pystackdsl.model import variable
from pystackdsl.swarm.lower import lower
from pystackdsl.swarm.specs import External, Specs

GOLDEN = ROOT / "tests" / "golden" / "lowered"


def lowered(environment: dict[str, str] | None = None, base: Path | None = None, **held: Any) -> Specs:
    return lower(Stack.of(held, base=base), "shop", environment=environment or {})


def container(specs: Specs, key: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = specs.services[key]["TaskTemplate"]["ContainerSpec"]
    return found


def test_one_stack_with_many_keys_asks_what_docker_sent() -> None:
    sent = json.loads((GOLDEN / "bodies.json").read_text())
    specs = lower(load(GOLDEN / "stack.yml", environment={}), "ref1", environment={})
    assert dict(specs.services) == {"web": sent["service"]}
    assert dict(specs.networks) == sent["networks"]
    assert dict(specs.secrets) == {"s1": sent["secret"]}
    assert dict(specs.configs) == {"c1": sent["config"]}
    assert specs.contents == {("secrets", "s1"): b"sec1\n", ("configs", "c1"): b"cfg1\n"}


def test_the_smallest_service() -> None:
    specs = lowered(web=Service(image="nginx"))
    assert specs.services["web"] == {
        "Name": "shop_web",
        "Labels": {"com.docker.stack.image": "nginx", "com.docker.stack.namespace": "shop"},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": "nginx:latest",
                "Labels": {"com.docker.stack.namespace": "shop"},
                "Privileges": {"CredentialSpec": None, "SELinuxContext": None, "NoNewPrivileges": False},
            },
            "Resources": {},
            "Placement": {},
            "Networks": [{"Target": "shop_default", "Aliases": ["web"]}],
            "ForceUpdate": 0,
        },
        "Mode": {"Replicated": {}},
        "EndpointSpec": {},
    }
    assert set(specs.networks) == {"default"}


def test_only_networks_that_are_used_are_made() -> None:
    front, idle = Network(), Network()
    specs = lowered(front=front, idle=idle, web=Service(image="nginx", networks=[front]))
    assert set(specs.networks) == {"front"}


def test_the_default_network_may_be_described() -> None:
    default = Network(name="plain", attachable=True)
    specs = lowered(default=default, web=Service(image="a"), api=Service(image="a", networks=[default_network]))
    assert specs.networks["default"]["Name"] == "plain"
    for service in specs.services.values():
        assert service["TaskTemplate"]["Networks"][0]["Target"] == "plain"


def test_what_lies_outside_is_listed_with_its_users() -> None:
    edge, host = Network(external=True, name="edge-2"), Network(external=True, name="host")
    token, unused = Secret(external=True), Secret(external=True)
    accounts = Config(external=True, name="gmsa")
    web = Service(image="a", networks=[edge], secrets=[token], credential_spec=CredentialSpec(config=accounts))
    agent = Service(image="a", networks=[host])
    specs = lowered(edge=edge, host=host, token=token, unused=unused, accounts=accounts, web=web, agent=agent)
    assert specs.externals == (
        External(kind="networks", key="edge", name="edge-2", users=("web",)),
        External(kind="secrets", key="token", name="token", users=("web",)),
        External(kind="configs", key="accounts", name="gmsa", users=("web",)),
    )
    assert specs.services["agent"]["TaskTemplate"]["Networks"] == [{"Target": "host"}]
    assert not specs.networks
    assert not specs.secrets


def test_a_credential_in_a_config_is_granted_to_the_runtime() -> None:
    accounts = Config(content="{}", name="accounts-2")
    specs = lowered(accounts=accounts, web=Service(image="a", credential_spec=CredentialSpec(config=accounts)))
    assert container(specs)["Configs"] == [{"Runtime": {}, "ConfigName": "accounts-2"}]
    assert container(specs)["Privileges"]["CredentialSpec"] == {"Config": "accounts-2", "File": "", "Registry": ""}


def test_a_volume_is_described_in_its_mount_unless_it_is_external() -> None:
    data, archive = Volume(labels={"a": "b"}), Volume(external=True)
    specs = lowered(data=data, archive=archive, web=Service(image="a", volumes=[data.at("/d"), archive.at("/e")]))
    own, other = container(specs)["Mounts"]
    assert own["Source"] == "shop_data"
    assert own["VolumeOptions"] == {"Labels": {"a": "b", "com.docker.stack.namespace": "shop"}}
    assert (other["Source"], other["VolumeOptions"]) == ("archive", {})


def test_paths_of_the_node_are_absolute(tmp_path: Path) -> None:
    volumes = ["./conf:/etc/conf", "~/data:/data", "../up:/up", "/srv:/srv"]
    specs = lowered({"HOME": "/home/me"}, tmp_path, web=Service(image="a", volumes=volumes))
    sources = [mount["Source"] for mount in container(specs)["Mounts"]]
    assert sources == [f"{tmp_path}/conf", "/home/me/data", f"{tmp_path.parent}/up", "/srv"]


def test_the_environment_is_filled_as_docker_fills_it(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=file\nB=file\nC=\n")
    web = Service(image="x", env_file="a.env", environment={"B": "own", "D": None, "E": "", "F": None})
    specs = lowered({"C": "shell", "D": "shell", "E": "shell"}, tmp_path, web=web)
    assert container(specs)["Env"] == ["A=file", "B=own", "C=shell", "D=shell", "E=shell", "F"]


def test_texts_may_speak_of_the_paths_of_secrets() -> None:
    password = Secret(content="x")
    web = Service(image="a", environment={"P": password.path, "Ü": f"{password.path}:ro"}, secrets=[password])
    assert container(lowered(password=password, web=web))["Env"] == [
        "P=/run/secrets/password",
        "Ü=/run/secrets/password:ro",
    ]


def test_a_kept_number_of_replicas_is_not_said() -> None:
    specs = lowered(web=Service(image="a", deploy=Deploy(replicas=KEEP)))
    assert specs.services["web"]["Mode"] == {"Replicated": {}}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("nginx", "nginx:latest"),
        ("nginx:1.27", "nginx:1.27"),
        ("docker.io/library/nginx", "nginx:latest"),
        ("index.docker.io/me/app:1", "me/app:1"),
        ("docker.io/library/a/b", "library/a/b:latest"),
        ("registry:5000/a/b", "registry:5000/a/b:latest"),
        ("localhost/a", "localhost/a:latest"),
        ("nginx@sha256:" + "0a" * 32, "nginx@sha256:" + "0a" * 32),
        ("nginx:1@sha256:" + "0a" * 32, "nginx:1@sha256:" + "0a" * 32),
        ("0a" * 32, "0a" * 32),
    ],
)
def test_an_image_has_its_tag_and_its_short_name(written: str, sent: str) -> None:
    specs = lowered(web=Service(image=written))
    assert container(specs)["Image"] == sent
    assert specs.services["web"]["Labels"]["com.docker.stack.image"] == written


@pytest.mark.parametrize(
    ("restart", "policy"),
    [
        ("no", None),
        ("always", {"Condition": "any"}),
        ("unless-stopped", {"Condition": "any"}),
        ("always:3", {"Condition": "any"}),
        ("on-failure", {"Condition": "on-failure", "MaxAttempts": 0}),
        ("on-failure:3", {"Condition": "on-failure", "MaxAttempts": 3}),
    ],
)
def test_the_short_restart_policy(restart: str, policy: object) -> None:
    specs = lowered(web=Service(image="a", restart=restart))
    assert specs.services["web"]["TaskTemplate"].get("RestartPolicy") == policy


def refused(environment: dict[str, str] | None = None, base: Path | None = None, **held: Any) -> list[str]:
    with pytest.raises(InvalidStack) as caught:
        lowered(environment, base, **held)
    for finding in caught.value.findings:
        assert finding.subjects, finding
        assert finding.subjects[0].path == finding.path
        assert finding.subjects[0].resource is not None
    return [f"{finding.path}: {finding.summary}" for finding in caught.value.findings]


def test_all_faults_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "b.env").write_text("a b=c\n")
    held = {
        "token": Secret(file="token.txt"),
        "empty": Config(content=""),
        "web": Service(image="a", env_file=["a.env", "b.env"]),
        "api": Service(image="a", stop_signal=None, command="run 'x"),
    }
    told = refused(base=tmp_path, **held)
    assert [each.partition(":")[0] for each in told] == [
        "services.api.command",
        "services.web.env_file[0]",
        "services.web.env_file[1]",
        "secrets.token.file",
        "configs.empty.content",
    ]
    assert all("token.txt" not in each or "no file" in each for each in told)


CONSTRAINTS = "services.web.deploy.placement.constraints"


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"deploy": Deploy(replicas=var("N", int))},
        lambda: {"healthcheck": Healthcheck(disable=var("N", bool))},
        lambda: {"healthcheck": Healthcheck(interval=var("N"))},
        lambda: {"restart": var("N")},
        lambda: {"env_file": [var("N")]},
        lambda: {"environment": {"A": var("N")}},
        lambda: {"ulimits": {"nofile": var("N", int)}},
        lambda: {"volumes": [f"{var('N')}:/x"]},
        lambda: {"tty": var("N", bool)},
        lambda: {"stop_grace_period": var("N")},
    ],
)
def test_a_value_that_is_left_open_is_told(make: Callable[[], dict[str, Any]]) -> None:
    setting = variable.environment.set(None)
    try:
        web = Service(image="a", **make())
    finally:
        variable.environment.reset(setting)
    told, *_ = refused(web=web)
    assert "N" in told


def test_what_is_left_open_is_told_wherever_it_stands() -> None:
    setting = variable.environment.set(None)
    try:
        web = Service(
            image=f"app:{var('TAG')}",
            ports=[f"{var('PORT', int)}:80", "81:81"],
            deploy=Deploy(replicas=var("N", int), placement=Placement(constraints=[node.labels.zone == var("ZONE")])),
        )
    finally:
        variable.environment.reset(setting)
    assert refused(web=web) == [
        "services.web.image: services.web.image is left open: nobody has filled in TAG",
        "services.web.ports: services.web.ports is left open: nobody has filled in PORT",
        "services.web.deploy.replicas: services.web.deploy.replicas is left open: nobody has filled in N",
        f"{CONSTRAINTS}: {CONSTRAINTS} is left open: nobody has filled in ZONE",
    ]


@pytest.mark.parametrize("name", ["", "a b", "-a", "a.b", "x" * 62])
def test_a_name_that_no_engine_takes_is_refused(name: str) -> None:
    with pytest.raises(InvalidStack) as caught:
        lower(Stack.of({"web": Service(image="a")}), name, environment={})
    (finding,) = (each for each in caught.value.findings if str(each.path) == "name")
    assert finding.help


def test_the_name_that_is_asked_for_counts_for_the_length_of_names() -> None:
    stack = Stack.of({"a" * 40: Service(image="a")}, name="short")
    lower(stack, "short", environment={})
    with pytest.raises(InvalidStack, match="too long"):
        lower(stack, "x" * 30, environment={})


def test_no_content_is_shown() -> None:
    specs = lowered(token=Secret(content="s3cret"), web=Service(image="a"))
    assert specs.contents["secrets", "token"] == b"s3cret"
    assert "s3cret" not in repr(specs)


def test_a_credential_that_says_nothing_is_none() -> None:
    found = container(lowered(web=Service(image="nginx", credential_spec=CredentialSpec(file=""))))
    assert found["Privileges"]["CredentialSpec"] is None


def test_what_is_under_one_name_has_to_be_the_same() -> None:
    one, same, other = (Config(name="x", content=text) for text in ("a", "a", "b"))
    assert len(lowered(one=one, same=same, web=Service(image="nginx")).configs) == 2
    with pytest.raises(InvalidStack, match='configs one and other are both "x" in the swarm, and are not the same'):
        lowered(one=one, other=other, web=Service(image="nginx"))
    left, right = Network(name="x"), Network(name="x", internal=True)
    with pytest.raises(InvalidStack, match="networks left and right are both"):
        lowered(left=left, right=right, web=Service(image="nginx", networks=[left, right]))
