"""Networks: one outside the stack, one with addresses of its own, and Docker's default one, described."""

from pystackdsl import Ipam, IpamConfig, Network, Root, Service

compose = Root(version="3.8")

default = Network(driver_opts={"encrypted": "true"})
edge = Network(external=True, name="traefik-public")
back = Network(
    internal=True,
    ipam=Ipam(driver="default", config=[IpamConfig(subnet="10.42.0.0/24")]),
    labels={"zone": "private"},
)

api = Service(image="api:1", networks=[edge.alias("api.internal", "gateway"), back, default])
worker = Service(image="worker:1", networks=[back])
lonely = Service(image="lonely:1")
