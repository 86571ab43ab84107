"""An agent on every node that reads the node's file systems."""

from pystackdsl import Deploy, Placement, Port, Root, Service, node

compose = Root(version="3.8")

agent = Service(
    image="agent:2",
    command=["--host-root", "/rootfs", "--interval=15s"],
    user="0:0",
    hostname="{{.Node.Hostname}}",
    volumes=[
        "/proc:/host/proc:ro",
        "/sys:/host/sys:ro",
        "/:/rootfs:ro,rslave",
        "/var/run/docker.sock:/var/run/docker.sock",
    ],
    ports=[Port(target=9100, published=9100, protocol="tcp", mode="host")],
    deploy=Deploy(
        mode="global",
        placement=Placement(constraints=[node.platform.os == "linux", node.labels.monitored != "false"]),
    ),
)
