"""Ports: numbers, ranges, protocols and modes."""

from pystackdsl import Port, Root, Service

compose = Root(version="3.8")

a = Service(
    image="a:1",
    ports=[
        80,
        "3000-3002",
        "4000-4001:5000-5001",
        "53:53/udp",
        Port(target=9000, published=19000),
        Port(target=9001, mode="host", protocol="sctp", published=9001),
    ],
    expose=[7000, "7001"],
)
