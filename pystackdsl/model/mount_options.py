"""What a mount says beyond its ends, by its type."""

from typing import Any, ClassVar, Final, Literal

import attrs

from pystackdsl.model.key import Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.units import Bytes, as_bytes
from pystackdsl.model.value import Value

__all__ = ["BindOptions", "Propagation", "TmpfsOptions", "VolumeOptions"]

Propagation = Literal["rprivate", "private", "rshared", "shared", "rslave", "slave"]


def _emit_bytes(size: Any, _names: Names) -> object:
    return size.number if type(size) is Bytes else size


WHOLE_BYTES: Final = Shape("bytes", _emit_bytes, number=True)
"""A size as a whole number: here Compose takes no units."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class BindOptions(Value):
    """Options of a bind mount (Compose `bind`, Engine `BindOptions`)."""

    OPEN_SINCE: ClassVar[int] = 2

    propagation: Propagation | None = attrs.field(
        default=None,
        metadata=key(
            "Propagation",
            since="3.2",
            default="rprivate",
            doc="How mounts below are shared with the node, such as `rshared`.",
        ),
    )
    """How mounts below are shared with the node, such as `rshared`. Default: rprivate. Since 3.2."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class VolumeOptions(Value):
    """Options of a volume mount (Compose `volume`, Engine `VolumeOptions`)."""

    OPEN_SINCE: ClassVar[int] = 2

    nocopy: bool | None = attrs.field(
        default=None,
        metadata=key(
            "NoCopy",
            since="3.2",
            cast="bool",
            default="false",
            doc="Do not fill a new volume with what the image holds there.",
        ),
    )
    """Do not fill a new volume with what the image holds there. Default: false. Since 3.2."""
    subpath: str | None = attrs.field(
        default=None,
        metadata=key(
            "Subpath", since="3.2", api_since="1.45", doc="The folder of the volume to mount (API 1.45 and newer)."
        ),
    )
    """The folder of the volume to mount (API 1.45 and newer). Since 3.2."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class TmpfsOptions(Value):
    """Options of a tmpfs mount (Compose `tmpfs`, Engine `TmpfsOptions`)."""

    OPEN_SINCE: ClassVar[int] = 2

    size: Bytes | None = attrs.field(
        default=None,
        converter=as_bytes,
        metadata=key("SizeBytes", since="3.6", shape=WHOLE_BYTES, doc="The greatest size, in bytes."),
    )
    """The greatest size, in bytes. Takes a size such as "512M", "1g" or a number of bytes. Since 3.6."""
