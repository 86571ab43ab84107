"""A swarm of three nodes, for rules that ask about one."""

from __future__ import annotations

from pystackdsl.lint import Facts, NodeFacts

GIB = 1 << 30

MANAGER = NodeFacts(
    id="n1", hostname="manager-1", role="manager", ip="10.0.0.1", labels={"zone": "a"}, cpus=4 * 10**9, memory=8 * GIB
)
WORKERS = (
    NodeFacts(
        id="n2",
        hostname="worker-1",
        role="worker",
        ip="10.0.0.2",
        labels={"zone": "a", "db": "yes"},
        cpus=8 * 10**9,
        memory=16 * GIB,
    ),
    NodeFacts(
        id="n3",
        hostname="worker-2",
        role="worker",
        ip="10.0.1.3",
        labels={"zone": "b"},
        cpus=8 * 10**9,
        memory=16 * GIB,
    ),
)

SWARM = Facts(
    stack="shop",
    nodes=(MANAGER, *WORKERS),
    ports={(80, "tcp"): "edge_traefik", (443, "tcp"): "edge_traefik"},
    host_ports={(9100, "tcp"): "monitoring_node_exporter"},
    subnets={"edge_public": ("10.10.0.0/16",), "ingress": ("10.0.0.0/24",)},
    networks=frozenset(("ingress", "edge_public", "traefik-public")),
    secrets=frozenset(("tls-key-2024", "db_password")),
    configs=frozenset(("nginx_conf",)),
)
