"""The voting app with ten mistakes that people make; a comment at the end of a line names the rule that finds it."""

from pystackdsl import Deploy, Healthcheck, Network, OnFailure, Placement, Port, Service, UpdateConfig, Volume, node

frontend = Network(driver="overlay")
backend = Network(driver="overlay")
db_data = Volume()

redis = Service(
    image="redis",  # 1 PSD101
    networks=[frontend],
    deploy=Deploy(replicas=1, restart=OnFailure()),
)
db = Service(
    image="postgres:16-alpine",
    environment={
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "correct-horse",  # 2 PSD410
    },
    volumes=[db_data.at("/var/lib/postgresql/data")],  # 3 PSD304
    networks=[backend],
    healthcheck=Healthcheck(test="pg_isready -U postgres", interval="5s"),  # 4 PSD106
)
vote = Service(
    image="example/vote:1.0",
    ports=["5000:80"],
    networks=[frontend],
    depends_on=["redis"],  # 5 PSD003
    labels={
        "traefik.enable": "true",  # 6 PSD501
        "traefik.http.routers.vote.rule": "Host(`vote.example.com`)",
    },
    deploy=Deploy(
        replicas=2,
        update_config=UpdateConfig(parallelism=0),  # 7 PSD205
    ),
)
result = Service(
    image="example/result:1.0",
    ports=[Port(target=80, published=5001, mode="host")],
    networks=[backend],
    healthcheck=Healthcheck(test="curl -f localhost", interval="5s"),
    deploy=Deploy(
        update_config=UpdateConfig(order="start-first"),  # 8 PSD201
    ),
)
worker = Service(
    image="example/worker:1.0",
    networks=[frontend, backend],
    deploy=Deploy(
        restart=OnFailure(delay="10s", max_attempts=3),  # 9 PSD209
        placement=Placement(constraints=[node.role == "worker"]),
    ),
)
visualizer = Service(
    image="dockersamples/visualizer:1.0",
    ports=["8080:8080"],
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],  # 10 PSD403
)
