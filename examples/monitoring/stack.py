"""Monitoring: an agent on every node, and a server whose config is filled from a jinja2 template.

A stack file cannot hold a config's text, so this one is built into a file: `pystackdsl build -o out/docker-stack.yml`.
"""

from pystackdsl import Config, Deploy, Limits, Network, Placement, Resources, Service, Volume, node

metrics = Network(driver="overlay", attachable=True)
prometheus_data = Volume()

prometheus_yml = Config(
    template="./prometheus.yml.j2",
    values={"interval": "15s", "jobs": {"node": "node_exporter:9100", "cadvisor": "cadvisor:8080"}},
)

_small = Resources(limits=Limits(cpus=0.25, memory="128M"))

node_exporter = Service(
    image="prom/node-exporter:v1.8.2",
    command=["--path.rootfs=/host"],
    networks=[metrics],
    volumes=["/:/host:ro"],
    deploy=Deploy(mode="global", resources=_small),
)
cadvisor = Service(
    image="gcr.io/cadvisor/cadvisor:v0.49.1",
    networks=[metrics],
    volumes=["/:/rootfs:ro", "/var/run:/var/run:ro", "/sys:/sys:ro", "/var/lib/docker:/var/lib/docker:ro"],
    deploy=Deploy(mode="global", resources=_small),
)
prometheus = Service(
    image="prom/prometheus:v2.54.1",
    ports=["9090:9090"],
    networks=[metrics],
    configs=[prometheus_yml.at("/etc/prometheus/prometheus.yml")],
    volumes=[prometheus_data.at("/prometheus")],
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
)
