"""The whole language as people write it: both type checkers take every line. Nobody runs this file."""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, assert_type

import pystackdsl
from pystackdsl import (
    AccessibilityRequirements,
    AccessMode,
    Always,
    BindOptions,
    Build,
    Bytes,
    CapacityRange,
    ClusterVolumeSpec,
    Config,
    ConfigGrant,
    Constraint,
    Cpus,
    CredentialSpec,
    Deploy,
    DiscreteResourceSpec,
    Duration,
    FileMode,
    GenericResource,
    Healthcheck,
    Ipam,
    IpamConfig,
    Limits,
    Logging,
    Mount,
    MountVolume,
    Network,
    NetworkAttachment,
    Never,
    OnFailure,
    Placement,
    Port,
    PortRange,
    Preference,
    Reservations,
    Resources,
    RestartPolicy,
    RollbackConfig,
    Root,
    Secret,
    SecretGrant,
    Service,
    Stack,
    TmpfsOptions,
    Topology,
    Ulimit,
    UpdateConfig,
    Volume,
    VolumeOptions,
    default_network,
    engine,
    evolve,
    node,
    spread,
    var,
)

compose = Root(version="3.9", x={"x-owner": {"team": "shop", "pager": [1, 2.5, True, None]}}, name="shop")

# Networks, volumes, secrets and configs

frontend = Network(driver="overlay")
backend = Network(
    name="shop-back",
    driver_opts={"encrypted": "true", "mtu": 1400, "share": 0.5},
    attachable=True,
    internal=False,
    ipam=Ipam(driver="default", config=[IpamConfig(subnet="10.1.0.0/24")]),
    labels=["zone=private", "tier"],
    x={"x-a": 1},
)
ingress = Network(external=True, name="traefik-public")
data = Volume(driver="local", driver_opts={"type": "nfs"}, labels={"a": "b", "n": 1, "empty": None})
archive = Volume(external=True, name="archive")
lake = Volume(
    cluster_spec=ClusterVolumeSpec(
        group="fast",
        access_mode=AccessMode(scope="single", mount_volume=MountVolume(fs_type="ext4", mount_flags=["noatime"])),
        accessibility_requirements=AccessibilityRequirements(requisite=[Topology(segments={"region": "R1"})]),
        capacity_range=CapacityRange(required_bytes="10G", limit_bytes=1 << 40),
        availability="active",
    )
)
key = Secret(file="./key.txt")
vaulted = Secret(driver="vault", driver_opts={"path": "shop"}, template_driver="golang")
inline = Secret(content=b"\x00")
conf = Config(template="nginx.conf.j2", values={"port": 80, "hosts": ["a"], "other": object()})
plain = Config(content="a: 1")
outside = Config(external=True, name="motd")

# A service, with every way to say a thing

api = Service(
    image="shop/api:1.4",
    command=["serve", "--port", "8000"],
    entrypoint="/entry.sh -x",
    environment={"A": "b", "N": 1, "F": 2.5, "SHELL": None, "KEY_FILE": key.path, "CONF": f"{conf.path}.bak"},
    env_file="a.env",
    ports=[
        "8080:80",
        9090,
        Port(target=53, published="53", protocol="udp", mode="host"),
        Port(target=PortRange(80, 82)),
    ],
    networks=[
        frontend,
        backend.alias("api", "rest"),
        ingress.attach(aliases=["x"], driver_opts={"a": 1}),
        default_network,
    ],
    volumes=[
        data.at("/var/lib"),
        archive.at("/archive", read_only=True, nocopy=True, subpath="a", consistency="cached"),
        "./conf:/etc/nginx:ro",
        Mount(type="bind", source="/dev", target="/dev", bind=BindOptions(propagation="rshared")),
        Mount(type="tmpfs", target="/run", tmpfs=TmpfsOptions(size="64M")),
        Mount(type="cluster", source=lake, target="/lake", volume=VolumeOptions(nocopy=True)),
    ],
    secrets=[key, vaulted.at("api-key", uid="1000", gid="1000", mode=0o400), inline.at(mode="0400")],
    configs=[plain, conf.at("/etc/nginx.conf", mode=FileMode(0o444)), outside],
    healthcheck=Healthcheck(test="curl -f localhost", interval="10s", timeout=timedelta(seconds=3), retries=5),
    labels={"a": "b"},
    logging=Logging(driver="json-file", options={"max-size": "10m", "max-file": 3}),
    hostname="{{.Node.Hostname}}",
    user="1000:1000",
    stop_grace_period="1m30s",
    init=True,
    sysctls={"net.core.somaxconn": 1024},
    cap_add=["NET_ADMIN"],
    ulimits={"nproc": 65535, "nofile": Ulimit(soft=20000, hard=40000)},
    dns="1.1.1.1",
    dns_search=["example.com"],
    extra_hosts={"db": "10.0.0.5"},
    credential_spec=CredentialSpec(config=conf),
    restart="on-failure:3",
    build=Build(context=".", args={"A": 1}, cache_from=["a"], shm_size="1g"),
    expose=[80, "90"],
    x={"x-a": [1, "b", None]},
)
vote = Service(
    image="vote",
    deploy=Deploy(
        mode="replicated",
        replicas=2,
        endpoint_mode="dnsrr",
        labels=["a=b"],
        update_config=UpdateConfig(parallelism=2, delay="10s", failure_action="rollback", max_failure_ratio=0.25),
        rollback_config=RollbackConfig(order="stop-first", monitor=Duration.parse("5s"), max_failure_ratio=1),
        resources=Resources(
            limits=Limits(cpus=0.5, memory="50M", pids=100),
            reservations=Reservations(
                cpus="0.25", memory=Bytes(1 << 20), generic_resources=[GenericResource.of("gpu", 1)]
            ),
        ),
        restart=OnFailure(delay="5s", max_attempts=3, window="2m"),
        placement=Placement(
            constraints=[node.role == "manager", node.labels.zone != "b", engine.labels["a-b"] == "c", "node.id == x"],
            preferences=[spread(node.labels.rack), spread("node.labels.row"), Preference(spread="engine.labels.x")],
            max_replicas_per_node=1,
        ),
    ),
    depends_on=["db", api],
    build=".",
    tmpfs="/run",
)
jobs = Deploy(mode="global-job", restart=Never())
policies: list[RestartPolicy] = [Always(delay="1s"), OnFailure(), Never(), RestartPolicy(condition="any")]

# What values are

assert_type(api.ports, tuple[Port, ...] | None)
assert_type(api.networks, tuple[NetworkAttachment, ...] | None)
assert_type(api.secrets, tuple[SecretGrant, ...] | None)
assert_type(api.configs, tuple[ConfigGrant, ...] | None)
assert_type(api.stop_grace_period, Duration | None)
assert_type(Limits(cpus=1).cpus, Cpus | None)
assert_type(key.path, str)
assert_type(data.at("/x"), Mount)
assert_type(backend.alias("x"), NetworkAttachment)
assert_type(key.at(), SecretGrant)
assert_type(GenericResource().discrete_resource_spec, DiscreteResourceSpec | None)
constraint: Constraint = node.platform.arch == "x86_64"

# Values left open

assert_type(var("TAG"), str)
assert_type(var("TAG", default="latest"), str)
assert_type(var("N", int, default=2), int)
assert_type(var("RATIO", float, required="say RATIO"), float)
assert_type(var("DEBUG", bool, default=False), bool)
opened = Service(
    image=f"shop/web:{var('TAG', default='latest')}",
    tty=var("TTY", bool, default=False),
    stop_grace_period=var("GRACE", default="10s"),
    ports=[f"{var('PORT', int, default=80)}:80", Port(target=80, published=var("PORT", int))],
    deploy=Deploy(
        replicas=var("N", int, default=2), resources=Resources(limits=Limits(memory=var("MEM", default="1g")))
    ),
)

# Reuse


def worker(number: int, *, image: str = "worker") -> Service:
    return Service(image=image, environment={"NUMBER": number}, networks=[backend])


_base = worker(0)
fleet = {f"worker-{number}": worker(number) for number in range(3)}
canary = evolve(api, image="shop/api:2")
assert_type(canary, Service)
scaled = canary.with_deploy(replicas=3).with_environment({"A": None}).with_labels({"b": 1})
assert_type(scaled, Service)


def staging(replicas: int = 1) -> Stack:
    return Stack(
        services={"api": api.with_deploy(replicas=replicas), **fleet},
        networks={"back": backend},
        volumes={},
        secrets={"key": key},
        name="staging",
        base=Path(),
    )


class Shop:
    db = Service(image="postgres:16")
    net = Network()


whole = Stack.of(globals(), Shop, pystackdsl, name="shop", base=".")
assert_type(whole, Stack)
for kind, name, resource in whole.resources():
    print(kind, name, resource.origin)
services: Mapping[str, Service] = whole.services
nothing: Sequence[Any] = ()
