"""My stack.

pystackdsl build > docker-stack.yml                        write what Docker reads
docker stack deploy --compose-file docker-stack.yml demo   deploy it, under the name demo

Every service, network, volume, secret and config below is deployed under the name of its variable; what begins with
an underscore is not. The arguments have the names that the keys have in Compose files.
"""

from pystackdsl import (
    Deploy,
    Healthcheck,
    Limits,
    Network,
    OnFailure,
    Placement,
    Resources,
    Service,
    UpdateConfig,
    Volume,
    node,
)

# Services on one network reach each other by name: web finds the cache at cache:6379.
backend = Network(driver="overlay")

# A volume keeps its files when a service is replaced. It lies on one node, so its service has to stay there.
cache_data = Volume()

cache = Service(
    image="redis:7-alpine",
    command=["redis-server", "--appendonly", "yes"],
    networks=[backend],
    volumes=[cache_data.at("/data")],
    healthcheck=Healthcheck(test="redis-cli ping", interval="10s", timeout="3s", retries=5),
    deploy=Deploy(placement=Placement(constraints=[node.role == "manager"])),
)

web = Service(
    image="nginx:1.27-alpine",
    ports=["8080:80"],  # published:target
    networks=[backend],
    environment={"CACHE_HOST": "cache"},
    deploy=Deploy(
        replicas=2,
        resources=Resources(limits=Limits(cpus=0.5, memory="64M")),
        update_config=UpdateConfig(order="start-first", failure_action="rollback"),
        restart=OnFailure(delay="5s", max_attempts=3),
    ),
)

# A password, read from a file beside this one and found by the service in /run/secrets/db_password:
#
#     db_password = Secret(file="./db-password.txt")
#     db = Service(
#         image="postgres:16",
#         secrets=[db_password],
#         environment={"POSTGRES_PASSWORD_FILE": db_password.path},
#     )
