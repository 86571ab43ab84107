"""Registry credentials as the Docker CLI would send them: an image comes in, the value of a header goes out.

They are read from DOCKER_AUTH_CONFIG, config.json, and the credential stores and helpers that it names. Nothing here
shows, logs or keeps them.
"""

import base64
import json
import warnings
from collections.abc import Mapping
from typing import Any, Final

from pystackdsl.model.image import ImageReference
from pystackdsl.swarm.errors import EngineError

__all__ = ["NONE", "header", "registry_of"]

NONE: Final = base64.urlsafe_b64encode(b"{}").decode()
"""The header that says that there are no credentials."""

HUB: Final = "https://index.docker.io/v1/"
"""The name under which Docker keeps the credentials of Docker Hub."""

KEYS: Final = ("username", "password", "auth", "serveraddress", "identitytoken", "registrytoken")


def registry_of(image: str) -> str:
    """The name under which the credentials of an image's registry are kept. Raises InvalidText."""
    domain = ImageReference.parse(image).domain
    return HUB if domain in ("", "docker.io", "index.docker.io") else domain


def header(image: str, configuration: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """The value of `X-Registry-Auth` for an image. Raises EngineError where a credential store fails."""
    registry = registry_of(image)
    found = _of_environment(registry, environment) or _of_store(registry, configuration, environment)
    if found is None:
        found = _of_file(registry, configuration.get("auths"))
    said = {key: found[key] for key in KEYS if found.get(key)} if found else {}
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode() if said else NONE


def _of_environment(registry: str, environment: Mapping[str, str]) -> Mapping[str, Any] | None:
    text = environment.get("DOCKER_AUTH_CONFIG")
    if not text:
        return None
    try:
        auths = json.loads(text)["auths"]
    except (ValueError, KeyError, TypeError):
        raise EngineError(
            "DOCKER_AUTH_CONFIG cannot be read", help='it is JSON: {"auths": {"REGISTRY": {"auth": "…"}}}'
        ) from None
    return _of_file(registry, auths)


def _of_store(
    registry: str, configuration: Mapping[str, Any], environment: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """What a helper program keeps; None where none is named, or it knows nothing of the registry."""
    helpers = configuration.get("credHelpers")
    name = (helpers.get(registry) if isinstance(helpers, dict) else None) or configuration.get("credsStore")
    if not name:
        return None
    from docker.credentials import Store
    from docker.credentials.errors import CredentialsNotFound, StoreError

    try:
        with warnings.catch_warnings(action="ignore"):  # a helper that is not installed is told below
            store: Any = Store(str(name), environment=dict(environment))
        found = store.get(registry)
    except CredentialsNotFound:
        return None
    except (StoreError, ValueError, KeyError, TypeError):  # what a helper prints may be anything
        raise EngineError(
            f"the credential store {name} does not give the credentials of {registry}",
            help=f"try `docker login {registry}`, or look whether docker-credential-{name} works",
        ) from None
    if found.get("Username") == "<token>":
        return {"serveraddress": registry, "identitytoken": found.get("Secret", "")}
    return {"serveraddress": registry, "username": found.get("Username", ""), "password": found.get("Secret", "")}


def _of_file(registry: str, auths: Any) -> Mapping[str, Any] | None:
    """What config.json itself keeps, under the registry's name or an address of it."""
    entries = auths if isinstance(auths, dict) else {}
    found = entries.get(registry)
    if found is None:
        host = _host(registry)
        found = next((each for name, each in entries.items() if _host(name) == host), None)
    if not isinstance(found, dict):
        return None
    said = {key.lower(): value for key, value in found.items() if isinstance(value, str)}
    if said.get("auth"):
        try:
            user, _, password = base64.b64decode(said.pop("auth"), validate=True).decode().partition(":")
        except ValueError:
            raise EngineError(
                f"the credentials of {registry} in Docker's configuration cannot be read",
                help=f"log in again: `docker login {registry}`",
            ) from None
        said |= {"username": user, "password": password.rstrip("\0")}
    return said | {"serveraddress": registry}


def _host(registry: str) -> str:
    return registry.partition("://")[2].partition("/")[0] if "://" in registry else registry.partition("/")[0]
