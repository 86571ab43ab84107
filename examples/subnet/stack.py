"""A network with an address range of its own; the subnet belongs under `ipam`."""

from pystackdsl import Deploy, Ipam, IpamConfig, Network, Service

inner = Network(
    driver="overlay",
    internal=True,
    ipam=Ipam(config=[IpamConfig(subnet="172.16.238.0/24")]),
)

api = Service(image="nginx:1.27", networks=[inner], deploy=Deploy(replicas=2))
store = Service(image="redis:7-alpine", networks=[inner])
