"""Staging and production from one function: `pystackdsl build --set env=production --set replicas=4`."""

from typing import Literal

from pystackdsl import Deploy, Network, Secret, Service, Stack, UpdateConfig, Volume

_HOSTS = {"staging": "staging.example.com", "production": "www.example.com"}


def stack(env: Literal["staging", "production"], replicas: int = 2) -> Stack:
    """The shop; its resources are named by the variables of this function."""
    production = env == "production"

    backend = Network(driver="overlay")
    db_data = Volume()
    db_password = Secret(external=True, name=f"shop-{env}-db-password")

    web = Service(
        image="example/shop:1.4" if production else "example/shop:latest",
        ports=["80:8000"] if production else ["8080:8000"],
        environment={"ALLOWED_HOST": _HOSTS[env], "DEBUG": 0 if production else 1},
        networks=[backend],
        deploy=Deploy(
            replicas=replicas,
            update_config=UpdateConfig(order="start-first", failure_action="rollback"),
        ),
    )
    db = Service(
        image="postgres:16",
        environment={"POSTGRES_PASSWORD_FILE": db_password.path},
        secrets=[db_password],
        volumes=[db_data.at("/var/lib/postgresql/data")],
        networks=[backend],
    )
    return Stack.of(locals(), name=f"shop-{env}")
