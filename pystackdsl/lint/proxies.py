"""Reverse proxies that find services by labels: what the labels of Traefik and its kin say.

Rules ask here which services a proxy would serve, and which service of a stack is the proxy.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pystackdsl.lint.images import Trait, name_of, traits_of
from pystackdsl.lint.inspection import Inspection
from pystackdsl.model.service import Service

__all__ = [
    "SERVICE_LABELS",
    "is_routed",
    "labels_of",
    "network_label",
    "proxies",
    "reads_swarm",
    "says_network",
    "traefik_labels",
]

SERVICE_LABELS: Final = ("traefik.", "caddy", "swarm.cronjob.", "com.docker.lb.", "com.df.", "shepherd.")
"""How labels begin that are read from services, and not from containers, in a swarm."""

_NONE: Final[Mapping[str, str]] = {}
_NETWORK: Final = ("traefik.swarm.network", "traefik.docker.network")


def labels_of(service: Service) -> Mapping[str, str]:
    """The labels of a service itself, where proxies look."""
    return (service.deploy.labels if service.deploy is not None else None) or _NONE


def traefik_labels(service: Service) -> Mapping[str, str]:
    """A service's labels for Traefik, their names in lower case, as Traefik takes them."""
    labels = labels_of(service)
    return {name.lower(): value for name, value in labels.items() if name.lower().startswith("traefik.")}


def is_routed(service: Service) -> bool:
    """Whether labels of a service ask a proxy for a way to it."""
    labels = traefik_labels(service)
    if labels.get("traefik.enable", "").lower() == "false":
        return False
    if labels.get("traefik.enable", "").lower() == "true" or any(_is_router(name) for name in labels):
        return True
    return any(re.fullmatch(r"caddy(_\d+)?", name) for name in labels_of(service))


def _is_router(name: str) -> bool:
    return re.match(r"traefik\.(http|tcp|udp)\.routers\.|traefik\.(frontend|port)", name) is not None


def network_label(service: Service) -> tuple[str, str] | None:
    """The label that tells Traefik which network to use, as (name, value), spelled as it is written."""
    labels = labels_of(service).items()
    return next(((name, value) for name, value in labels if name.lower() in _NETWORK), None)


def proxies(inspection: Inspection) -> Iterator[tuple[str, Service]]:
    """The proxies among a stack's services."""
    return ((key, service) for key, service in inspection.services if Trait.PROXY in traits_of(service.image))


def reads_swarm(proxy: Service) -> bool:
    """Whether a proxy is seen to ask the swarm's API, by its arguments, variables or labels."""
    if name_of(proxy.image) == "caddy-docker-proxy":
        return "server" not in _arguments(proxy).split()
    return re.search(r"providers[._]swarm|swarmmode", _said(proxy)) is not None


def says_network(proxy: Service) -> bool:
    """Whether a proxy is told which network to use for all services, or might be told so by a file."""
    said = _said(proxy)
    is_by_file = not re.search(r"providers[._]", said)
    return is_by_file or re.search(r"providers[._](docker|swarm)[._]network|docker\.network", said) is not None


def _said(proxy: Service) -> str:
    variables = " ".join(f"{name}={value}" for name, value in (proxy.environment or {}).items())
    return f"{_arguments(proxy)} {variables}".lower()


def _arguments(service: Service) -> str:
    command = service.command
    return command if isinstance(command, str) else " ".join(command or ())
