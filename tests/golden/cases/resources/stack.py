"""What a service may use, and the nodes that have it."""

from pystackdsl import (
    Deploy,
    GenericResource,
    Limits,
    Placement,
    Reservations,
    Resources,
    Root,
    Service,
    Ulimit,
    node,
    spread,
)

compose = Root(version="3.13")

gpu = Service(
    image="gpu:1",
    shm_size="1gb",
    ulimits={"nproc": 65535, "nofile": Ulimit(soft=20000, hard=40000)},
    sysctls={"net.core.somaxconn": 1024, "net.ipv4.tcp_syncookies": 0},
    cap_add=["NET_ADMIN"],
    cap_drop=["ALL"],
    deploy=Deploy(
        resources=Resources(
            limits=Limits(cpus=1.5, memory="1.5gb", pids=200),
            reservations=Reservations(memory="512MiB", generic_resources=[GenericResource.of("gpu", 2)]),
        ),
        placement=Placement(preferences=[spread(node.labels.rack)], max_replicas_per_node=1),
    ),
)
