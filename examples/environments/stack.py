"""Staging and production from one function: `pystackdsl build --set env=production --set replicas=4`."""

from typing import Literal

from pystackdsl import Deploy, Healthcheck, Network, Placement, Secret, Service, Stack, UpdateConfig, Volume, node

_HOSTS = {"staging": "staging.example.com", "production": "www.example.com"}


def stack(env: Literal["staging", "production"], replicas: int = 2) -> Stack:
    """The shop; its resources are named by the variables of this function."""
    production = env == "production"

    backend = Network(driver="overlay")
    db_data = Volume()
    db_password = Secret(external=True, name=f"shop-{env}-db-password")

    web = Service(
        image="example/shop:1.4" if production else "example/shop:1.5-rc",
        ports=["80:8000"] if production else ["8080:8000"],
        environment={"ALLOWED_HOST": _HOSTS[env], "DEBUG": 0 if production else 1},
        networks=[backend],
        healthcheck=Healthcheck(test="wget -q -O /dev/null http://localhost:8000/health", interval="5s"),
        deploy=Deploy(
            replicas=replicas,
            update_config=UpdateConfig(order="start-first", failure_action="rollback", monitor="20s"),
        ),
    )
    db = Service(
        image="postgres:16",
        environment={"POSTGRES_PASSWORD_FILE": db_password.path},
        secrets=[db_password],
        volumes=[db_data.at("/var/lib/postgresql/data")],
        networks=[backend],
        deploy=Deploy(placement=Placement(constraints=[node.labels.db == "yes"])),
    )
    return Stack.of(locals(), name=f"shop-{env}")
