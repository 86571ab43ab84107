"""A database that reads its password from a secret, so that the password is in no image, file or variable."""

from pystackdsl import Deploy, Healthcheck, Network, OnFailure, Placement, Secret, Service, Volume, node

backend = Network(driver="overlay")
db_data = Volume()
db_password = Secret(file="./db-password.txt")

db = Service(
    image="postgres:16",
    environment={"POSTGRES_PASSWORD_FILE": db_password.path},
    secrets=[db_password],
    volumes=[db_data.at("/var/lib/postgresql/data")],
    networks=[backend.alias("pg")],
    # After a crash it recovers first, and must not be killed for that.
    healthcheck=Healthcheck(test="pg_isready -U postgres", interval="10s", retries=5, start_period="5m"),
    stop_grace_period="1m",
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"]), restart=OnFailure(delay="5s")),
)
