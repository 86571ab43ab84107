"""A stack."""

from pystackdsl import Deploy, Healthcheck, Network, Placement, Secret, Service, UpdateConfig, Volume, node

public = Network(external=True)
tls = Secret(external=True)

web = Service(
    image="nginx:1.27",  # psd: ignore[PSD101]
    networks=[public],
    labels={
        "traefik.enable": "true",
        "com.example.owner": "me",  # kept
        "traefik.http.services.web.loadbalancer.server.port": "80",
    },
    secrets=[tls.at("tls.key", mode=440)],
    healthcheck=Healthcheck(test=["curl", "-f", "localhost"]),
)
cron = Service(image="crazymax/swarm-cronjob:1.13", volumes=["/var/run/docker.sock:/var/run/docker.sock"])

data = Volume()
db = Service(
    image="postgres:16",
    volumes=[data.at("/var/lib/postgresql/data")],
    deploy=Deploy(
        update_config=UpdateConfig(order="start-first"),  # no gap
        placement=Placement(constraints=[node.platform.arch == "amd64", "node.labels.db == yes"]),
    ),
)
backup = Service(
    image="example/shop:1.4",
    command="./manage.py backup",
    deploy=Deploy(labels={"swarm.cronjob.enable": "true", "swarm.cronjob.schedule": "0 3 * * *"}),
)
