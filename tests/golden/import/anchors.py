"""Imported from anchors.yml."""

# What an anchor shares is shared under its name, be it a list, a mapping of one item, or a part of a block.

from pystackdsl import (
    Always,
    Deploy,
    Healthcheck,
    Limits,
    Network,
    Placement,
    Resources,
    Root,
    Service,
    Ulimit,
    Volume,
    evolve,
    node,
)

_mark = {"a": "1", "b": "2"}

front = Network(labels=_mark)
back = Network(labels=_mark)

data = Volume()

_run = ["run", "--fast"]
_env = {"LEVEL": "info"}
_nets = (front.alias("api"), back.attach(aliases=[]))
_files = (data.at("/x"), "./y:/z")
_managers = Placement(constraints=[node.role == "manager"])
_told = {"A": "1"}
_resolvers = ["10.0.0.1"]
_hosts = ["a:10.0.0.1"]
_small = Resources(limits=Limits(cpus=0.5, memory="64M"))
_again = Always()
_zone = (node.role == "manager", "node.labels.zone==west")
_probe = ["CMD", "probe"]

_default_deploy = Deploy(
    replicas=2,
    placement=Placement(constraints=[node.role == "manager"]),
)

services = {
    "api-1": Service(
        image="x",
        command=_run,
        environment=_env,
        networks=_nets,
        volumes=_files,
        deploy=Deploy(replicas=3, placement=_managers),
        labels=_told,
        ulimits={"nproc": 9, "nofile": Ulimit(soft=1, hard=2)},
        dns=_resolvers,
        dns_search=[],
        extra_hosts=_hosts,
    ),
    "api-2": Service(
        image="x",
        command=_run,
        environment=_env,
        networks=_nets,
        volumes=_files,
        deploy=Deploy(replicas=3, placement=_managers),
        labels=_told,
        ulimits={"nproc": 9, "nofile": Ulimit(soft=1, hard=2)},
        dns=_resolvers,
        dns_search=[],
        extra_hosts=_hosts,
    ),
}

db = Service(
    image="y",
    deploy=Deploy(
        resources=_small,
        restart=_again,
        placement=Placement(constraints=_zone),
    ),
    healthcheck=Healthcheck(test=_probe, interval="3s"),
    depends_on=[services["api-1"]],
)

cache = Service(
    image="z",
    command=_run,
    entrypoint=_run,
    networks=_nets,
    deploy=Deploy(
        resources=_small,
        restart=_again,
        placement=Placement(constraints=_zone),
    ),
    healthcheck=Healthcheck(test=_probe, interval="5s"),
    depends_on=[services["api-1"]],
)

web = Service(image="w", deploy=_default_deploy)
job = Service(image="w", deploy=evolve(_default_deploy, replicas=1))

compose = Root(
    x={
        "x-env": {"LEVEL": "info"},
        "x-deploy": {
            "replicas": 2,
            "placement": {"constraints": ["node.role == manager"]},
        },
    },
)
