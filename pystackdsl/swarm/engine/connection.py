"""A connection to a daemon: what names it comes in, an Engine goes out. Called by `cli.target` and by programs."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.swarm.engine.client import Engine
from pystackdsl.swarm.engine.endpoint import Endpoint, configuration, docker_folder, endpoint
from pystackdsl.swarm.errors import EngineError, Unreachable

if TYPE_CHECKING:
    from docker.api.client import APIClient

    from pystackdsl.swarm.engine.wire import LocalClient

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
    environment = dict(os.environ)
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


def _client(place: Endpoint, folder: Path) -> "APIClient | LocalClient":
    """What speaks to the daemon: the docker SDK, but for a socket of this machine, which needs nothing of it."""
    found = configuration(folder).get("HttpHeaders") or {}
    headers = {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
    if place.host.startswith("unix://"):
        from pystackdsl.swarm.engine.wire import LocalClient

        return LocalClient(place.host.removeprefix("unix://"), headers)
    return _sdk(place, headers)


def _sdk(place: Endpoint, headers: Mapping[str, str]) -> "APIClient":
    from docker.api.client import APIClient
    from docker.errors import DockerException, TLSParameterError
    from docker.tls import TLSConfig

    tls: Any = False
    try:
        if place.tls is not None:
            pair = (str(place.tls.cert), str(place.tls.key)) if place.tls.cert else None
            ca = str(place.tls.ca) if place.tls.ca else None
            tls = TLSConfig(client_cert=pair, ca_cert=ca, verify=place.tls.verify)
            if not place.tls.verify:
                import urllib3

                urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # it was asked for
        base = "unix:///ssh" if place.host.startswith("ssh://") else place.host
        client = APIClient(base_url=base, version=f"{OLDEST[0]}.{OLDEST[1]}", timeout=TIMEOUT, tls=tls)
    except (DockerException, TLSParameterError) as error:
        raise EngineError(
            f"{place.where} cannot be reached: {str(error).rstrip('.')}", help="look at the address"
        ) from None
    if place.host.startswith("ssh://"):
        from pystackdsl.swarm.engine.ssh import SshAdapter

        client.mount("http+docker://", SshAdapter(place.host, TIMEOUT))
    client.trust_env = False
    client.headers.update(headers)
    return client


def _negotiated(client: "APIClient | LocalClient", place: Endpoint, environment: Mapping[str, str]) -> tuple[int, int]:
    """The API version to speak: that of DOCKER_API_VERSION, else the newest that both sides know."""
    try:
        answer = client.request("HEAD", f"{client.base_url}/_ping", timeout=TIMEOUT)
    except OSError as error:  # those of requests too
        raise _unreachable(place, error) from None
    fixed = environment.get("DOCKER_API_VERSION")
    newest = min(NEWEST, _version(answer.headers.get("api-version", "1.24")))
    if newest < OLDEST:
        raise EngineError(
            f"the Docker daemon at {place.where} speaks API {newest[0]}.{newest[1]}, which is too old",
            help="upgrade it to Engine 20.10 or newer",
        )
    if not fixed:
        return newest
    version = _version(fixed)
    if not version >= OLDEST:
        raise EngineError(
            f"DOCKER_API_VERSION is {fixed}", help=f"set it to {OLDEST[0]}.{OLDEST[1]} or newer, or leave it out"
        )
    return version


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.removeprefix("v").partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)


def _unreachable(place: Endpoint, error: Exception) -> EngineError:
    """Why no daemon answered."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        nested = next((each for each in cause.args if isinstance(each, BaseException)), None)
        cause = getattr(cause, "reason", None) if isinstance(getattr(cause, "reason", None), Exception) else nested
        cause = cause or causes[-1].__context__
    if any(isinstance(each, PermissionError) for each in causes):
        return Unreachable(
            f"the Docker daemon at {place.where} may not be used by this user",
            help="add the user to the group docker and log in again, or run the command as root",
        )
    said = " ".join(str(each) for each in causes)
    if place.tls is not None or "SSL" in said or "certificate" in said:
        return Unreachable(
            f"the TLS connection to the Docker daemon at {place.where} failed",
            help="look at the files in DOCKER_CERT_PATH, or at those of the context",
        )
    if place.host.startswith("ssh://"):
        from pystackdsl.swarm.engine.ssh import trial

        return Unreachable(f"no Docker daemon answers through {place.host}", help=f"try `{trial(place.host)}`")
    return Unreachable(
        f"no Docker daemon answers at {place.where}", help="start it, or name another with --context or -H"
    )
