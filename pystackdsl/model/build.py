"""`build`: how other tools build a service's image. Swarm ignores it; it is kept for those tools."""

from typing import ClassVar

import attrs

from pystackdsl.model.key import Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.texts import as_environment, as_hosts, as_pairs, as_strings
from pystackdsl.model.units import Bytes, as_bytes
from pystackdsl.model.value import FrozenDict, Value

__all__ = ["Build"]


def _emit_folder(folder: str, names: Names) -> object:
    is_remote = "://" in folder or folder.startswith(("git@", "github.com/"))
    return folder if is_remote else names.local(folder)


FOLDER = Shape("folder", _emit_folder)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Build(Value):
    """How to build the image (Compose `services.<key>.build`)."""

    OPEN_SINCE: ClassVar[int] = 11

    context: str | None = attrs.field(
        default=None, metadata=key(None, shape=FOLDER, doc="The folder with the sources.")
    )
    """The folder with the sources. Since 3.0."""
    dockerfile: str | None = attrs.field(
        default=None, metadata=key(None, default="Dockerfile", doc="The Dockerfile, within the context.")
    )
    """The Dockerfile, within the context. Default: Dockerfile. Since 3.0."""
    args: FrozenDict[str, str | None] | None = attrs.field(
        default=None, converter=as_environment, metadata=key(None, doc="Build arguments.")
    )
    """Build arguments. Since 3.0."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key(None, since="3.3", doc="Labels of the image.")
    )
    """Labels of the image. Since 3.3."""
    cache_from: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_strings, metadata=key(None, since="3.2", doc="Images to take layers from.")
    )
    """Images to take layers from. Since 3.2."""
    extra_hosts: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_hosts, metadata=key(None, since="3.9", doc="Further host names while building.")
    )
    """Further host names while building. Since 3.9."""
    network: str | None = attrs.field(default=None, metadata=key(None, since="3.4", doc="The network to build on."))
    """The network to build on. Since 3.4."""
    target: str | None = attrs.field(default=None, metadata=key(None, since="3.4", doc="The stage to build."))
    """The stage to build. Since 3.4."""
    shm_size: Bytes | None = attrs.field(
        default=None, converter=as_bytes, metadata=key(None, since="3.5", doc="The size of /dev/shm while building.")
    )
    """The size of /dev/shm while building. Takes a size such as "512M", "1g" or a number of bytes. Since 3.5."""
