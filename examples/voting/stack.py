"""The voting app of Docker's tutorials: five services, a visualizer, two networks, one volume."""

from pystackdsl import Deploy, Network, OnFailure, Placement, Service, UpdateConfig, Volume, node

frontend = Network(driver="overlay")
backend = Network(driver="overlay")
db_data = Volume()

_on_manager = Placement(constraints=[node.role == "manager"])
_two_at_a_time = UpdateConfig(parallelism=2, delay="10s")

redis = Service(
    image="redis:alpine",
    networks=[frontend],
    deploy=Deploy(replicas=1, update_config=_two_at_a_time, restart=OnFailure()),
)
db = Service(
    image="postgres:16-alpine",
    environment={"POSTGRES_USER": "postgres", "POSTGRES_PASSWORD": "postgres"},
    volumes=[db_data.at("/var/lib/postgresql/data")],
    networks=[backend],
    deploy=Deploy(placement=_on_manager),
)
vote = Service(
    image="dockersamples/examplevotingapp_vote",
    ports=["5000:80"],
    networks=[frontend],
    deploy=Deploy(replicas=2, update_config=UpdateConfig(parallelism=2), restart=OnFailure()),
)
result = Service(
    image="dockersamples/examplevotingapp_result",
    ports=["5001:80"],
    networks=[backend],
    deploy=Deploy(replicas=1, update_config=_two_at_a_time, restart=OnFailure()),
)
worker = Service(
    image="dockersamples/examplevotingapp_worker",
    networks=[frontend, backend],
    deploy=Deploy(
        mode="replicated",
        replicas=1,
        labels={"APP": "VOTING"},
        restart=OnFailure(delay="10s", max_attempts=3, window="120s"),
        placement=_on_manager,
    ),
)
visualizer = Service(
    image="dockersamples/visualizer",
    ports=["8080:8080"],
    stop_grace_period="1m30s",
    volumes=["/var/run/docker.sock:/var/run/docker.sock"],
    deploy=Deploy(placement=_on_manager),
)
