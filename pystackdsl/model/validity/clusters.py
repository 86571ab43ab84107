"""Cluster volumes: `docker stack config` wants their `x-cluster-spec` well-formed. Imported only where one is said."""

from typing import TYPE_CHECKING

from pystackdsl.model.storage import Volume
from pystackdsl.model.units import Bytes
from pystackdsl.model.validity.finding import Findings, at

if TYPE_CHECKING:
    from pystackdsl.model.cluster import ClusterVolumeSpec

__all__ = ["check"]


def check(key: str, volume: Volume, spec: "ClusterVolumeSpec", found: Findings) -> None:
    """Check the `cluster_spec` of a volume."""
    capacity = spec.capacity_range
    for name in ("required_bytes", "limit_bytes"):
        size = getattr(capacity, name, None)
        if type(size) is Bytes and size.number < 0:
            found.error(
                f"volume {key} has the size {size}",
                at("volumes", key, volume, "cluster_spec", "capacity_range", name),
                expected=Bytes.expected,
            )
    where = spec.accessibility_requirements
    for name in ("requisite", "preferred"):
        for i, topology in enumerate(getattr(where, name, None) or ()):
            if "" in (topology.segments or {}):
                place = ("cluster_spec", "accessibility_requirements", name, i, "segments")
                words = f"a topology of volume {key} has an empty name"
                found.error(words, at("volumes", key, volume, *place), expected="a name for every value")
