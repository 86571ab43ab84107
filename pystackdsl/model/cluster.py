"""Cluster (CSI) volumes, the `x-cluster-spec` of a volume. `docker stack` reads it and makes nothing of it."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.texts import as_list, as_pairs, as_words
from pystackdsl.model.units import Bytes, as_bytes
from pystackdsl.model.value import FrozenDict, Value

__all__ = ["AccessMode", "AccessibilityRequirements", "CapacityRange", "ClusterVolumeSpec", "MountVolume", "Topology"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class MountVolume(Value):
    """A cluster volume used as a file system (Compose `mount_volume`)."""

    OPEN_SINCE: ClassVar[int] = 10

    fs_type: str | None = attrs.field(default=None, metadata=key(None, since="3.10", doc="The file system type."))
    """The file system type. Since 3.10."""
    mount_flags: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_words, metadata=key(None, since="3.10", doc="Flags of the mount.")
    )
    """Flags of the mount. Since 3.10."""


def as_block_volume(value: Mapping[str, Any] | None) -> FrozenDict[str, Any] | None:
    """Take an empty mapping, which says that the volume is a block device."""
    return FrozenDict(value) if isinstance(value, Mapping) else cast("Any", value)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class AccessMode(Value):
    """How a cluster volume is used by tasks (Compose `access_mode`)."""

    OPEN_SINCE: ClassVar[int] = 10

    scope: str | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="`single` or `multi`: on how many nodes at once.")
    )
    """`single` or `multi`: on how many nodes at once. Since 3.10."""
    sharing: str | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="`none`, `readonly`, `onewriter` or `all`.")
    )
    """`none`, `readonly`, `onewriter` or `all`. Since 3.10."""
    mount_volume: MountVolume | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="Use the volume as a file system.")
    )
    """Use the volume as a file system. Since 3.10."""
    block_volume: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_block_volume,
        metadata=key(None, since="3.10", doc="Use the volume as a block device; an empty mapping."),
    )
    """Use the volume as a block device; an empty mapping. Since 3.10."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Topology(Value):
    """A place a cluster volume must or should be reachable from (Compose `segments`)."""

    OPEN_SINCE: ClassVar[int] = 10

    segments: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key(None, since="3.10", doc="Topology key → value.")
    )
    """Topology key → value. Since 3.10."""


def as_topologies(value: Sequence[Topology] | None) -> tuple[Topology, ...] | None:
    """Take a list of topologies."""
    return cast("tuple[Topology, ...] | None", as_list(value))


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class AccessibilityRequirements(Value):
    """Where a cluster volume must (`requisite`) or should (`preferred`) be reachable."""

    OPEN_SINCE: ClassVar[int] = 10

    requisite: tuple[Topology, ...] | None = attrs.field(
        default=None, converter=as_topologies, metadata=key(None, since="3.10", doc="Places it must be reachable from.")
    )
    """Places it must be reachable from. Since 3.10."""
    preferred: tuple[Topology, ...] | None = attrs.field(
        default=None,
        converter=as_topologies,
        metadata=key(None, since="3.10", doc="Places it should be reachable from."),
    )
    """Places it should be reachable from. Since 3.10."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class CapacityRange(Value):
    """The size of a cluster volume, in bytes."""

    OPEN_SINCE: ClassVar[int] = 10

    required_bytes: Bytes | None = attrs.field(
        default=None, converter=as_bytes, metadata=key(None, since="3.10", doc="The least size.")
    )
    """The least size. Takes a size such as "512M", "1g" or a number of bytes. Since 3.10."""
    limit_bytes: Bytes | None = attrs.field(
        default=None, converter=as_bytes, metadata=key(None, since="3.10", doc="The greatest size.")
    )
    """The greatest size. Takes a size such as "512M", "1g" or a number of bytes. Since 3.10."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class ClusterVolumeSpec(Value):
    """A cluster (CSI) volume (Compose `volumes.<key>.x-cluster-spec`), which `docker stack` reads and does not use."""

    OPEN_SINCE: ClassVar[int] = 10

    group: str | None = attrs.field(default=None, metadata=key(None, since="3.10", doc="The volume's group."))
    """The volume's group. Since 3.10."""
    access_mode: AccessMode | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="How tasks use the volume.")
    )
    """How tasks use the volume. Since 3.10."""
    accessibility_requirements: AccessibilityRequirements | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="Where the volume is reachable.")
    )
    """Where the volume is reachable. Since 3.10."""
    capacity_range: CapacityRange | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="The size of the volume.")
    )
    """The size of the volume. Since 3.10."""
    availability: str | None = attrs.field(
        default=None, metadata=key(None, since="3.10", doc="`active`, `pause` or `drain`.")
    )
    """`active`, `pause` or `drain`. Since 3.10."""
