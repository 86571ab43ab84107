"""What both type checkers refuse: each line has the complaint it earns, and one that is not earned is an error."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from pystackdsl import (
    Config,
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
    Secret,
    Service,
    Stack,
    UpdateConfig,
    Volume,
    node,
    spread,
    var,
)

Service(image=3)  # type: ignore[arg-type]
Service(imgae="a")  # type: ignore[call-arg]
Service("postgres:16")  # type: ignore[call-arg]
Service(networks=["backend"])  # type: ignore[list-item]
Service(networks=Network())  # type: ignore[arg-type]
Service(secrets=["key"])  # type: ignore[list-item]
Service(secrets=[Config(file="a")])  # type: ignore[list-item]
Service(configs=[Secret(file="a")])  # type: ignore[list-item]
Service(volumes=[Volume()])  # type: ignore[list-item]
Service(ports=[80.5])  # type: ignore[list-item]
Service(ports={"80": 80})  # type: ignore[arg-type]
Service(command=["sleep", 300])  # type: ignore[list-item]
Service(environment={"A": True, "B": [1]})  # type: ignore[dict-item]
Service(tty="yes")  # type: ignore[arg-type]
Service(deploy={"replicas": 2})  # type: ignore[arg-type]
Service(depends_on=[3])  # type: ignore[list-item]
Service(ulimits={"nofile": "5"})  # type: ignore[dict-item]
Service(image="a").image = "b"  # type: ignore[misc]

Deploy(replicas="2")  # type: ignore[arg-type]
Deploy(restart="on-failure")  # type: ignore[arg-type]
Deploy(restart_policy=OnFailure())  # type: ignore[call-arg]
Deploy(mode="globl")  # type: ignore[arg-type]
Deploy(resources=Limits())  # type: ignore[arg-type]
OnFailure(delay=5)  # type: ignore[arg-type]
Healthcheck(interval=5)  # type: ignore[arg-type]
Limits(memory=1.5)  # type: ignore[arg-type]
Resources(limits={"cpus": 1})  # type: ignore[arg-type]
UpdateConfig(order="start_first")  # type: ignore[arg-type]
Placement(constraints=[3])  # type: ignore[list-item]
Placement(preferences=["node.labels.rack"])  # type: ignore[list-item]
spread(node.role == "manager")  # type: ignore[arg-type]
node.rol  # type: ignore[attr-defined]

Network(ipam={"config": []})  # type: ignore[arg-type]
Network(subnet="10.0.0.0/8")  # type: ignore[call-arg]
Ipam(config=IpamConfig())  # type: ignore[arg-type]
Network().alias(3)  # type: ignore[arg-type]
Volume().at()  # type: ignore[call-arg]
Mount(type="bnid")  # type: ignore[arg-type]
Port(protocol="TCP")  # type: ignore[arg-type]
Secret(content=["a"])  # type: ignore[arg-type]
Stack(services={"web": Network()})  # type: ignore[dict-item]
Stack(services=[Service(image="a")])  # type: ignore[arg-type]

number: int = var("N")  # type: ignore[assignment]
var("N", int, default="2")  # type: ignore[arg-type]
var("N", list)  # type: ignore[arg-type]
