"""Connections over TCP, TLS and Windows pipes, which the docker SDK knows how to make: an address comes in, its client
goes out. Called by `connection`, and imported only where it is needed, for the SDK takes long to import.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docker.api.client import APIClient
from docker.errors import DockerException
from docker.tls import TLSConfig
from requests.utils import get_environ_proxies

from pystackdsl.swarm.engine.endpoint import Endpoint, Tls
from pystackdsl.swarm.errors import EngineError

__all__ = ["client"]


def client(place: Endpoint, *, headers: Mapping[str, str], version: str, timeout: int) -> APIClient:
    """A client of the SDK for a daemon's address. Raises EngineError."""
    tls: Any = place.tls is not None and _configured(place.tls)
    try:
        made = APIClient(base_url=place.host, version=version, timeout=timeout, tls=tls)
    except DockerException as error:
        raise EngineError(
            f"{place.where} cannot be reached: {str(error).rstrip('.')}", help="look at the address"
        ) from None
    # As for the Docker CLI, the environment names a proxy, but neither passwords (.netrc) nor authorities.
    made.trust_env = False
    made.proxies.update(get_environ_proxies(str(made.base_url)))
    made.headers.update(headers)
    return made


def _configured(tls: Tls) -> TLSConfig:
    """The files of a TLS connection, as the SDK takes them. Raises EngineError for those that it could not use."""
    read = {file: _content(file) for file in (tls.ca, tls.cert, tls.key) if file is not None}
    if tls.key is not None and b"ENCRYPTED" in read[tls.key]:
        raise EngineError(
            f"{tls.key} asks for a password", help=f"write one without: `openssl pkey -in {tls.key.name}`"
        )
    trial = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if tls.ca is not None:
            trial.load_verify_locations(tls.ca)
    except OSError:
        raise EngineError(f"{tls.ca} holds no certificate", help="it is to be that of the daemon's authority") from None
    try:
        if tls.cert is not None:
            trial.load_cert_chain(tls.cert, tls.key)
    except OSError:
        raise EngineError(
            f"{tls.cert} and {tls.key} are no certificate and its key", help="they are to be those of this client"
        ) from None
    if not tls.verify:
        import urllib3

        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # it was asked for
    pair = (str(tls.cert), str(tls.key)) if tls.cert else None
    return TLSConfig(client_cert=pair, ca_cert=str(tls.ca) if tls.ca else None, verify=tls.verify)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EngineError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None
