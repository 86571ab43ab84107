"""A reverse proxy that finds its services by their labels; in Swarm these are labels of the service (`deploy`)."""

from pystackdsl import Deploy, Network, Placement, Port, Service, node

public = Network(driver="overlay", attachable=True)


def _route(host: str, port: int) -> dict[str, str]:
    """The labels that tell Traefik to send requests for `host` to a service."""
    name = host.replace(".", "-")
    return {
        "traefik.enable": "true",
        f"traefik.http.routers.{name}.rule": f"Host(`{host}`)",
        f"traefik.http.routers.{name}.entrypoints": "web",
        f"traefik.http.services.{name}.loadbalancer.server.port": str(port),
    }


traefik = Service(
    image="traefik:v3.1",
    command=[
        "--providers.swarm=true",
        "--providers.swarm.exposedByDefault=false",
        "--entrypoints.web.address=:80",
    ],
    ports=[Port(target=80, published=80, mode="host")],
    networks=[public],
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],
    deploy=Deploy(mode="global", placement=Placement(constraints=[node.role == "manager"])),
)
shop = Service(
    image="nginx:1.27",
    networks=[public],
    deploy=Deploy(replicas=2, labels=_route("shop.example.com", 80)),
)
docs = Service(
    image="nginx:1.27",
    networks=[public],
    deploy=Deploy(labels=_route("docs.example.com", 80)),
)
