"""Faults of published ports."""

from __future__ import annotations

from model.faults.case import fault, joined, two, web

from pystackdsl import (
    Deploy,
    Network,
    Port,
)

fault(
    "deploy",
    "port published twice by one service",
    lambda: web(ports=["8080:80", "8080:81"]),
    "services.web.ports[1]",
    "service web publishes port 8080/tcp twice",
)
fault(
    "deploy",
    "port published twice, once in host mode",
    lambda: web(ports=["8080:80", Port(target=81, published=8080, mode="host")]),
    "services.web.ports[1]",
    "service web publishes port 8080/tcp twice",
)
fault(
    "deploy",
    "ranges that overlap",
    lambda: web(ports=["8080-8082:80-82", "8082:90"]),
    "services.web.ports[1]",
    "service web publishes port 8082/tcp twice",
)
fault(
    "deploy",
    "port published by two services",
    lambda: two({"ports": ["8080:80"]}, {"ports": ["8080:81"]}),
    "services.web.ports[0]",
    "services api and web both publish port 8080/tcp on the ingress network",
)
fault(
    "deploy",
    "port published by two services, once in host mode",
    lambda: two({"ports": ["53:53/udp"]}, {"ports": [Port(target=53, published=53, protocol="udp", mode="host")]}),
    "services.web.ports[0]",
    "services api and web both publish port 53/udp on the nodes",
)
fault(
    "deploy",
    "overlapping ranges of two services",
    lambda: two({"ports": ["8000-8009:80"]}, {"ports": ["8009:81"]}),
    "services.web.ports[0]",
    "services api and web both publish port 8009/tcp on the ingress network",
)
fault(
    "taken",
    "port of every node needed by two services",
    lambda: two(*[{"ports": [Port(target=80, published=80, mode="host")], "deploy": Deploy(mode="global")}] * 2),
    "services.web.ports[0]",
    "services api and web both need port 80/tcp of every node",
)
fault(
    "ours",
    "port listed twice",
    lambda: web(ports=["80", 80]),
    "services.web.ports[1]",
    "service web lists port 80 twice",
)
fault(
    "ours",
    "ranges of different length",
    lambda: web(ports=[Port(target="80-82", published="8080-8081")]),
    "services.web.ports[0]",
    "service web publishes 3 ports of its containers as 2",
)
fault(
    "deploy",
    "ingress port with dnsrr",
    lambda: web(ports=["8080:80"], deploy=Deploy(replicas=0, endpoint_mode="dnsrr")),
    "services.web.ports[0]",
    "service web has no address of its own (endpoint_mode dnsrr), so it cannot publish a port on every node",
)
fault(
    "tasks",
    "ingress port on the host network",
    lambda: joined(Network(external=True, name="host"), ports=["8080:80"]),
    "services.web.ports[0]",
    "service web is on the network of its node, so the swarm cannot publish its ports",
)
fault(
    "taken",
    "port without a target",
    lambda: web(ports=[Port(published=8080)]),
    "services.web.ports[0]",
    "service web publishes port 0 of its containers, which is none",
)
fault(
    "config",
    "port listed twice in full",
    lambda: web(ports=[Port(target=81, mode="host"), Port(target="80-81", mode="host")]),
    "services.web.ports[1]",
    "service web lists port 80-81 twice",
)
fault(
    "config",
    "ranges of different length, one of them the Engine's",
    lambda: web(ports=[Port(target="80-82", published=0, mode="ingress", protocol="tcp")]),
    "services.web.ports[0]",
    "service web publishes 3 ports of its containers as 1",
)
