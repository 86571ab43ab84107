"""Imported from shop.yml."""

# Shop: the production stack.
#
#   docker stack deploy -c shop.yml shop

from pystackdsl import (
    Deploy,
    Healthcheck,
    Logging,
    Network,
    OnFailure,
    Placement,
    Port,
    Root,
    Secret,
    Service,
    UpdateConfig,
    Volume,
    evolve,
    node,
    var,
)

TAG = var("TAG", default="latest")
LOG_LEVEL = var("LOG_LEVEL", default="info")
API_REPLICAS = var("API_REPLICAS", int, default=3)
UPDATE_ORDER = var("UPDATE_ORDER", default="start-first")

backend = Network(driver="overlay", attachable=True)

networks = {"traefik-public": Network(external=True)}

volumes = {"db-data": Volume(driver="local")}

secrets = {
    # openssl rand -hex 32 | docker secret create db-password -
    "db-password": Secret(external=True),
}

_app_env = {
    "DATABASE_URL": "postgres://shop@db/shop",
    "REDIS_URL": "redis://redis:6379/0",
    "LOG_LEVEL": LOG_LEVEL,
}

_default_deploy = Deploy(
    # Two of each, wherever there is room.
    replicas=2,
    update_config=UpdateConfig(parallelism=1, order="start-first"),
    restart=OnFailure(delay="5s"),
)

_default_logging = Logging(
    driver="json-file",
    options={"max-size": "10m", "max-file": "3"},
)

_app = Service(
    image=f"registry.example.com/shop/app:{TAG}",
    environment=_app_env,
    networks=[backend],
    deploy=_default_deploy,
    logging=_default_logging,
)

####################
# The edge
####################
traefik = Service(
    image="traefik:v2.10",
    command=[
        "--providers.docker.swarmMode=true",
        # The dashboard is on 8080.
        "--api.insecure=true",
        "--entrypoints.web.address=:80",
    ],
    ports=[
        # people
        "80:80",
        # The dashboard, on each node.
        Port(target=8080, published=8080, mode="host"),
    ],
    networks=[networks["traefik-public"]],
    volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"],
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
)

api = evolve(
    _app,
    command=["./run", "api"],
    networks=[backend, networks["traefik-public"]],
    deploy=evolve(
        _default_deploy,
        replicas=API_REPLICAS,
        labels={
            "traefik.enable": "true",
            "traefik.http.routers.api.rule": "Host(`api.example.com`) && PathPrefix(`/v1`)",
            "traefik.http.services.api.loadbalancer.server.port": "8000",
        },
    ),
    healthcheck=Healthcheck(
        test=["CMD", "curl", "-f", "http://localhost:8000/health"],
        interval="30s",
        timeout="5s",
        retries=3,
    ),
)

worker = evolve(
    _app,
    command=["./run", "worker"],
    environment={**_app_env, "QUEUES": "default,mail"},
    depends_on=["redis", "db"],
)

# Every night.
cron = evolve(_app, command=["./run", "cron"], deploy=Deploy(replicas=1))

db = Service(
    # pinned: a major version needs a migration
    image="postgres:16",
    environment={
        "POSTGRES_USER": "shop",
        "POSTGRES_PASSWORD_FILE": secrets["db-password"].path,
    },
    networks=[backend.alias("postgres")],
    volumes=[
        volumes["db-data"].at("/var/lib/postgresql/data"),
        "./initdb:/docker-entrypoint-initdb.d:ro",
    ],
    secrets=[secrets["db-password"]],
    deploy=Deploy(placement=Placement(constraints=[node.labels.db == "true"])),
    # logging: the node's default
)

redis = Service(image="redis:7-alpine", networks=[backend], logging=_default_logging)

compose = Root(
    version="3.8",
    x={
        "x-logging": {
            "driver": "json-file",
            "options": {"max-size": "10m", "max-file": "3"},
        },
        "x-deploy": {
            "replicas": 2,
            "restart_policy": {"condition": "on-failure", "delay": "5s"},
            "update_config": {"order": UPDATE_ORDER, "parallelism": 1},
        },
        "x-app": {
            "image": f"registry.example.com/shop/app:{TAG}",
            "logging": {
                "driver": "json-file",
                "options": {"max-size": "10m", "max-file": "3"},
            },
            "deploy": {
                "replicas": 2,
                "restart_policy": {"condition": "on-failure", "delay": "5s"},
                "update_config": {"order": UPDATE_ORDER, "parallelism": 1},
            },
            "networks": ["backend"],
            "environment": {
                "DATABASE_URL": "postgres://shop@db/shop",
                "REDIS_URL": "redis://redis:6379/0",
                "LOG_LEVEL": LOG_LEVEL,
            },
        },
    },
)

# That is all.
