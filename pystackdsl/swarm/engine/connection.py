"""A connection to a daemon: what names it comes in, an Engine goes out. Called by `cli.target` and by programs."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.swarm.engine.broken import unreachable
from pystackdsl.swarm.engine.client import Engine
from pystackdsl.swarm.engine.endpoint import Endpoint, configuration, docker_folder, endpoint
from pystackdsl.swarm.errors import EngineError, Unreachable

if TYPE_CHECKING:
    from docker.api.client import APIClient

    from pystackdsl.swarm.engine.wire import SocketClient

__all__ = ["NEWEST", "OLDEST", "TIMEOUT", "connect"]

OLDEST: Final = (1, 41)
"""The API of Engine 20.10."""
NEWEST: Final = (1, 51)
"""The newest API whose answers are known here."""
TIMEOUT: Final = 60
"""Seconds for an answer."""


def connect(
    *,
    context: str | None = None,
    host: str | None = None,
    config: str | Path | None = None,
    client: Any = None,
) -> Engine:
    """A connection to the daemon that is meant, found as the Docker CLI finds it.

    `config` is Docker's configuration folder, by default DOCKER_CONFIG or ~/.docker. `client` is a client of the
    docker SDK, `docker.DockerClient` or `docker.APIClient`, to be used in place of a new one. Raises EngineError where
    no daemon can be had; one that is no manager of a swarm is told by the calls that need one.
    """
    environment = os.environ
    folder = Path(config) if config else docker_folder(environment)
    if client is not None:
        api = getattr(client, "api", client)
        place = Endpoint(str(api.base_url), str(api.base_url))
    else:
        place = endpoint(context, host, folder, environment)
        api = _client(place, folder)
    try:
        version = _negotiated(api, place, environment)
    except EngineError:
        if client is None:
            api.close()
        raise
    return Engine(api, place.where, version, folder=folder)


def _client(place: Endpoint, folder: Path) -> "APIClient | SocketClient":
    """What speaks to the daemon: the docker SDK, but for sockets of this machine, which need nothing of it."""
    headers = _headers(folder)
    if place.host.startswith("unix://"):
        from pystackdsl.swarm.engine.wire import SocketClient, unix

        return SocketClient(unix(place.host.removeprefix("unix://")), headers)
    if place.host.startswith("ssh://"):
        from pystackdsl.swarm.engine.ssh import through
        from pystackdsl.swarm.engine.wire import SocketClient

        return SocketClient(through(place.host), headers)
    from pystackdsl.swarm.engine import sdk

    return sdk.client(place, headers=headers, version=f"{OLDEST[0]}.{OLDEST[1]}", timeout=TIMEOUT)


def _headers(folder: Path) -> dict[str, str]:
    """What each call has to carry besides: HttpHeaders of Docker's configuration, and DOCKER_CUSTOM_HEADERS."""
    found = configuration(folder).get("HttpHeaders")
    headers = {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
    text = os.environ.get("DOCKER_CUSTOM_HEADERS")
    if text:
        import csv

        pairs = [each.partition("=") for each in next(csv.reader([text]))]
        if not all(name.strip() and mark for name, mark, _ in pairs):
            raise EngineError("DOCKER_CUSTOM_HEADERS cannot be read", help="write NAME=VALUE,NAME=VALUE")
        headers |= {name.strip(): value for name, _, value in pairs}
    return headers


def _negotiated(client: "APIClient | SocketClient", place: Endpoint, environment: Mapping[str, str]) -> tuple[int, int]:
    """The API version to speak: that of DOCKER_API_VERSION, else the newest that both sides know."""
    fixed = environment.get("DOCKER_API_VERSION")
    if fixed and _version(fixed) < OLDEST:
        raise EngineError(
            f"DOCKER_API_VERSION is {fixed}", help=f"set it to {_spelt(OLDEST)} or newer, or leave it out"
        )
    newest = _newest(client, place)
    if newest < OLDEST:
        raise EngineError(
            f"the Docker daemon at {place.where} speaks API {_spelt(newest)}, which is too old",
            help="upgrade it to Engine 20.10 or newer",
        )
    if fixed and _version(fixed) > newest:
        raise EngineError(
            f"DOCKER_API_VERSION is {fixed}, but the Docker daemon at {place.where} knows {_spelt(newest)} at most",
            help="leave it out",
        )
    return _version(fixed) if fixed else min(NEWEST, newest)


def _newest(client: "APIClient | SocketClient", place: Endpoint) -> tuple[int, int]:
    """The newest API that the daemon speaks, which costs one call. Raises EngineError where there is no daemon."""
    said = ""
    try:
        answer = client.request("HEAD", f"{client.base_url}/_ping", timeout=TIMEOUT)
        if "api-version" not in answer.headers:
            answer = client.request("GET", f"{client.base_url}/_ping", timeout=TIMEOUT)
            said = answer.text
    except OSError as error:  # those of requests too
        raise unreachable(place, error) from None
    if "HTTPS server" in said:
        raise Unreachable(f"the Docker daemon at {place.where} speaks TLS only", help="set DOCKER_TLS_VERIFY=1")
    if "api-version" not in answer.headers:
        raise Unreachable(
            f"no Docker daemon answers at {place.where}, but something else with status {answer.status_code}",
            help="look at the address",
        )
    return _version(answer.headers["api-version"])


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.removeprefix("v").partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)


def _spelt(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
