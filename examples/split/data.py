"""What keeps the shop's data."""

from network import backend

from pystackdsl import Deploy, Placement, Service, Volume, node

db_data = Volume()

db = Service(
    image="postgres:16",
    environment={"POSTGRES_HOST_AUTH_METHOD": "trust"},
    volumes=[db_data.at("/var/lib/postgresql/data")],
    networks=[backend],
    deploy=Deploy(placement=Placement(constraints=[node.labels.storage == "ssd"])),
)
queue = Service(image="redis:7-alpine", networks=[backend])
