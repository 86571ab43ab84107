"""A replicated web server with updates, limits and a port."""

from pystackdsl import (
    Deploy,
    Limits,
    Network,
    OnFailure,
    Reservations,
    Resources,
    RollbackConfig,
    Root,
    Service,
    UpdateConfig,
)

compose = Root(version="3.8")

front = Network(driver="overlay", attachable=True)

web = Service(
    image="nginx:1.25-alpine",
    ports=["8080:80", "8443:443/tcp"],
    environment={"TZ": "Europe/Prague", "WORKERS": 4, "DEBUG": "false", "EMPTY": ""},
    networks=[front],
    deploy=Deploy(
        mode="replicated",
        replicas=3,
        update_config=UpdateConfig(parallelism=1, delay="10s", order="start-first", failure_action="rollback"),
        rollback_config=RollbackConfig(parallelism=2, delay="5s"),
        restart=OnFailure(delay="5s", max_attempts=3, window="2m"),
        resources=Resources(
            limits=Limits(cpus="0.50", memory="256M"),
            reservations=Reservations(cpus=0.25, memory="64M"),
        ),
        labels={"com.example.tier": "front", "com.example.weight": 10},
    ),
)
