"""Imported from docker-stack.yml."""

# The voting app as people write it by hand. `pystackdsl build` of the stack.py beside it means exactly the same.

from pystackdsl import (
    Deploy,
    Network,
    OnFailure,
    Placement,
    Service,
    UpdateConfig,
    Volume,
    node,
)

frontend = Network(driver="overlay")
backend = Network(driver="overlay")

db_data = Volume()

_deploy = Deploy(
    replicas=1,
    update_config=UpdateConfig(parallelism=2, delay="10s"),
    restart=OnFailure(),
)

redis = Service(image="redis:alpine", networks=[frontend], deploy=_deploy)

db = Service(
    image="postgres:16-alpine",
    environment={"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "postgres"},
    networks=[backend],
    volumes=[db_data.at("/var/lib/postgresql/data")],
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
)

vote = Service(
    image="dockersamples/examplevotingapp_vote",
    ports=["5000:80"],
    networks=[frontend],
    deploy=Deploy(
        replicas=2,
        update_config=UpdateConfig(parallelism=2),
        restart=OnFailure(),
    ),
)

result = Service(
    image="dockersamples/examplevotingapp_result",
    ports=["5001:80"],
    networks=[backend],
    deploy=_deploy,
)

worker = Service(
    image="dockersamples/examplevotingapp_worker",
    networks=[frontend, backend],
    deploy=Deploy(
        mode="replicated",
        replicas=1,
        labels={"APP": "VOTING"},
        restart=OnFailure(delay="10s", max_attempts=3, window="2m"),
        placement=Placement(constraints=[node.role == "manager"]),
    ),
)

visualizer = Service(
    image="dockersamples/visualizer",
    ports=["8080:8080"],
    volumes=["/var/run/docker.sock:/var/run/docker.sock"],
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
    stop_grace_period="1m30s",
)
