"""What the services of the shop have in common, as functions."""

from collections.abc import Sequence

from pystackdsl import Deploy, Healthcheck, Logging, Network, OnFailure, Service, UpdateConfig

_LOGGING = Logging(driver="json-file", options={"max-size": "10m", "max-file": 3})


def web_service(image: str, *, port: int, networks: Sequence[Network], replicas: int = 1) -> Service:
    """A web server that listens on 8000 inside and on `port` outside."""
    return Service(
        image=image,
        ports=[f"{port}:8000"],
        networks=networks,
        healthcheck=Healthcheck(test="wget -q -O /dev/null http://localhost:8000/health", interval="15s"),
        logging=_LOGGING,
        deploy=Deploy(
            replicas=replicas,
            restart=OnFailure(delay="5s", max_attempts=5, window="5m"),
            update_config=UpdateConfig(order="start-first", failure_action="rollback", monitor="1m"),
        ),
    )
