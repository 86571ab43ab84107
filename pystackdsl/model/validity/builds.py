"""`build`: Swarm ignores it; `docker stack config` wants it well-formed. Imported only for a service that says it."""

from typing import TYPE_CHECKING

from pystackdsl.model.service import Service
from pystackdsl.model.validity.containers import no_key
from pystackdsl.model.validity.finding import Findings, at, spelled

if TYPE_CHECKING:
    from pystackdsl.model.build import Build

__all__ = ["check"]


def check(key: str, service: Service, build: "Build", found: Findings) -> None:
    """Check the lists and mappings of a service's `build`."""
    for name in ("cache_from", "extra_hosts"):
        values = getattr(build, name) or ()
        if len(set(values)) < len(values):
            i = next(i for i, value in enumerate(values) if value in values[:i])
            found.remark(
                f"build.{name} of service {key} lists {spelled(values[i])} twice: once is enough",
                at("services", key, service, "build", name, i),
                help="leave one of them out",
            )
    for name in ("args", "labels"):
        if "" in (getattr(build, name) or {}):
            no_key(found, "services", key, service, "build", name)
