"""Volumes: named storage that outlives tasks."""

from typing import TYPE_CHECKING, Any

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.external import Nameable
from pystackdsl.model.key import key
from pystackdsl.model.texts import as_options, as_pairs
from pystackdsl.model.value import FrozenDict

if TYPE_CHECKING:
    from pystackdsl.model.cluster import ClusterVolumeSpec
    from pystackdsl.model.crossing import Lowering, Tree
    from pystackdsl.model.mounts import Mount

__all__ = ["Volume"]

_CLUSTER = "create the cluster volume itself with `docker volume create`"


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Volume(Nameable):
    """A named volume (Compose `volumes.<key>`). Each node's Engine makes it when a task first needs it there.

    Raises InvalidType and InvalidText for values of the wrong type or spelling.
    """

    name: str | None = attrs.field(
        default=None, metadata=key("Source", since="3.4", default="STACK_KEY", doc="The full name.")
    )
    """The full name. Default: STACK_KEY. Since 3.4."""
    driver: str | None = attrs.field(
        default=None, metadata=key("VolumeOptions.DriverConfig.Name", default="local", doc="The volume driver.")
    )
    """The volume driver. Default: local. Since 3.0."""
    driver_opts: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_options,
        metadata=key("VolumeOptions.DriverConfig.Options", doc="Options of the driver."),
    )
    """Options of the driver. Since 3.0."""
    external: bool | None = attrs.field(
        default=None,
        metadata=key(".", cast="bool", default="false", doc="Whether the volume exists outside the stack."),
    )
    """Whether the volume exists outside the stack. Default: false. Since 3.0."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key("VolumeOptions.Labels", doc="Labels of the volume.")
    )
    """Labels of the volume. Since 3.0."""
    cluster_spec: "ClusterVolumeSpec | None" = attrs.field(
        default=None,
        metadata=key(
            None, since="3.10", name="x-cluster-spec", doc="A cluster (CSI) volume's description.", instead=_CLUSTER
        ),
    )
    """A cluster (CSI) volume's description. Swarm ignores it; instead: create the cluster volume itself with `docker
    volume create`. Since 3.10.
    """
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.7."""

    def as_created(self, lowering: "Lowering") -> "Tree":
        """What a mount says of this volume, for the node that makes it."""
        found: Tree = {"Labels": lowering.labelled(self.labels)}
        if self.driver or self.driver_opts is not None:
            driver = {"Name": lowering.text(self.driver or ""), "Options": lowering.texts(self.driver_opts or {})}
            found["DriverConfig"] = {name: value for name, value in driver.items() if value}
        return found

    def at(
        self,
        target: str,
        *,
        read_only: bool | None = None,
        nocopy: bool | None = None,
        subpath: str | None = None,
        consistency: str | None = None,
    ) -> "Mount":
        """This volume mounted at `target`, as an item of `Service(volumes=[…])`.

        `nocopy` leaves out what the image holds there; `subpath` mounts a folder of the volume (Engine 26 and newer).
        """
        from pystackdsl.model.mounts import Mount

        options = None
        if nocopy is not None or subpath is not None:
            from pystackdsl.model.mount_options import VolumeOptions

            options = VolumeOptions(nocopy=nocopy, subpath=subpath)
        return Mount(
            type="volume",
            source=self,
            target=target,
            read_only=read_only,
            consistency=consistency,
            volume=options,
        )
