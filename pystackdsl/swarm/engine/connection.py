"""Which daemon is meant, and a connection to it: options and the environment come in, an Engine goes out."""

import os
from typing import Any, Final

from pystackdsl.swarm.engine.client import NEWEST, OLDEST, Engine
from pystackdsl.swarm.errors import EngineError, Unreachable

__all__ = ["connect"]

SOCKET: Final = "unix:///var/run/docker.sock"


def connect(*, host: str | None = None, client: Any = None) -> Engine:
    """A connection to the daemon that is named, as the Docker CLI would find it. Raises EngineError.

    `client` is a client of the docker SDK to be used in place of a new one.
    """
    import requests
    from docker.api.client import APIClient
    from docker.errors import DockerException

    where = host or os.environ.get("DOCKER_HOST") or SOCKET
    if client is None:
        try:
            client = APIClient(base_url=where, version="1.41", timeout=60)
        except DockerException as error:
            raise EngineError(f"{where} cannot be reached: {error}") from None
    client = getattr(client, "api", client)
    client.trust_env = False
    try:
        answer = client.head(f"{client.base_url}/_ping", timeout=client.timeout)
    except requests.exceptions.RequestException as error:
        raise Unreachable(
            f"no Docker daemon answers at {where}", help="start it, or name another with --context or -H"
        ) from error
    found = answer.headers.get("Api-Version", "1.24").split(".")
    api = min(NEWEST, (int(found[0]), int(found[1])))
    if api < OLDEST:
        raise EngineError(
            f"the Docker daemon at {where} speaks API {api[0]}.{api[1]}", help="it needs Engine 20.10 or newer"
        )
    return Engine(client, where, api)
