"""Services on networks that live outside the stack: the node's own (host) and Docker's bridge."""

from pystackdsl import Deploy, Network, Service

# `name=` is the network's full name; the variable is what this stack calls it.
host_network = Network(external=True, name="host")
bridge_network = Network(external=True, name="bridge")

node_exporter = Service(
    image="prom/node-exporter:v1.8.2",
    command=["--path.rootfs=/host"],
    networks=[host_network],
    volumes=["/:/host:ro"],
    deploy=Deploy(mode="global"),
)
mirror = Service(
    image="registry:2",
    networks=[bridge_network],
    environment={"REGISTRY_PROXY_REMOTEURL": "https://registry-1.docker.io"},
)
