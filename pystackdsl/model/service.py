"""Services: what runs, and all that Compose can say of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.key import BY_CLASS, Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.swarm_service import SwarmService
from pystackdsl.model.texts import (
    as_numbers_too,
    as_string_list,
    as_strings,
)
from pystackdsl.model.value import FrozenDict, Resource

if TYPE_CHECKING:
    from pystackdsl.model.build import Build
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree

__all__ = ["Service", "as_service_names"]


def as_service_names(value: "Sequence[str | Service] | None") -> tuple[str | Resource, ...] | None:
    """Take a list of services, as objects or names."""
    return cast("tuple[str | Resource, ...] | None", as_strings(cast("Sequence[str] | None", value)))


def as_expose(value: Sequence[str | int] | None) -> tuple[str, ...] | None:
    """Take a list of ports as text or numbers."""
    return as_numbers_too(value)


def as_build(value: "str | Build | None") -> "Build | None":
    """Take a folder, or a Build."""
    if not isinstance(value, str):
        return value
    from pystackdsl.model.build import Build

    return Build(context=value)


def _emit_service_names(services: Sequence[str | Resource], names: Names) -> object:
    return list(dict.fromkeys(each if isinstance(each, str) else names.key(each) for each in services))


SERVICE_NAMES: Final = Shape("service names", _emit_service_names)

_HOST_NETWORK = 'join the node\'s network: networks=[Network(external=True, name="host")]'
_NODE_LEVEL = "set it on the nodes' Docker daemons"


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Service(SwarmService):
    """A service (Compose `services.<key>`, Engine `POST /services/create`).

    Every argument is a Compose key with its nesting; absent means not said. Raises InvalidType and InvalidText, with
    all the faults of the call, for values of the wrong type or spelling.
    """

    restart: str | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.RestartPolicy",
            shape=BY_CLASS,
            doc="Compose's short restart policy; used only without deploy.restart_policy.",
            instead="write deploy=Deploy(restart=OnFailure()) (or Always, Never)",
            instead_in_yaml="write  deploy: {restart_policy: {condition: any}}  (or on-failure, none)",
        ),
    )
    """Compose's short restart policy; used only without deploy.restart_policy. Better: write
    deploy=Deploy(restart=OnFailure()) (or Always, Never). Since 3.0.
    """
    oom_score_adj: int | None = attrs.field(
        default=None,
        metadata=key(
            None,
            since="3.13",
            cast="int",
            signed=True,
            doc="The out-of-memory score.",
            instead="give memory limits and reservations",
        ),
    )
    """The out-of-memory score. Swarm ignores it; instead: give memory limits and reservations. Since 3.13."""
    depends_on: tuple[str | Resource, ...] | None = attrs.field(
        default=None,
        converter=as_service_names,
        metadata=key(
            None,
            shape=SERVICE_NAMES,
            doc="Services that start before.",
            instead="make the program retry its connection",
        ),
    )
    """Services that start before. Swarm ignores it; instead: make the program retry its connection. Since 3.0."""
    tmpfs: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key(
            None,
            doc="Memory file systems.",
            instead='write volumes=[Mount(type="tmpfs", target="/path")]',
            instead_in_yaml="write  volumes: [{type: tmpfs, target: /path}]",
        ),
    )
    """Memory file systems. Swarm ignores it; instead: write volumes=[Mount(type="tmpfs", target="/path")]. Since 3.0.
    """
    build: "Build | None" = attrs.field(
        default=None,
        converter=as_build,
        metadata=key(None, doc="How to build the image.", instead="build and push the image before the deploy"),
    )
    """How to build the image. Swarm ignores it; instead: build and push the image before the deploy. Since 3.0."""
    cgroupns_mode: str | None = attrs.field(
        default=None,
        metadata=key(None, since="3.9", doc="The cgroup namespace.", instead=_NODE_LEVEL + " (default-cgroupns-mode)"),
    )
    """The cgroup namespace. Swarm ignores it; instead: set it on the nodes' Docker daemons (default-cgroupns-mode).
    Since 3.9.
    """
    cgroup_parent: str | None = attrs.field(
        default=None, metadata=key(None, doc="The parent cgroup.", instead=_NODE_LEVEL + " (cgroup-parent)")
    )
    """The parent cgroup. Swarm ignores it; instead: set it on the nodes' Docker daemons (cgroup-parent). Since 3.0."""
    container_name: str | None = attrs.field(
        default=None,
        metadata=key(None, doc="The container's name.", instead="Swarm names tasks <stack>_<service>.<slot>"),
    )
    """The container's name. Swarm ignores it; instead: Swarm names tasks <stack>_<service>.<slot>. Since 3.0."""
    devices: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            None, doc="Devices of the node.", instead="mount the device's path, or announce a generic resource"
        ),
    )
    """Devices of the node. Swarm ignores it; instead: mount the device's path, or announce a generic resource. Since
    3.0.
    """
    domainname: str | None = attrs.field(
        default=None,
        metadata=key(
            None,
            doc="The domain name inside.",
            instead="put the full name into hostname=",
            instead_in_yaml="put the full name into hostname",
        ),
    )
    """The domain name inside. Swarm ignores it; instead: put the full name into hostname=. Since 3.0."""
    expose: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_expose,
        metadata=key(None, doc="Ports for other services.", instead="on a shared network every port is reachable"),
    )
    """Ports for other services. Swarm ignores it; instead: on a shared network every port is reachable. Since 3.0."""
    external_links: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(None, doc="Links to containers outside.", instead="share an external network"),
    )
    """Links to containers outside. Swarm ignores it; instead: share an external network. Since 3.0."""
    ipc: str | None = attrs.field(
        default=None, metadata=key(None, doc="The IPC namespace.", instead="share files through a volume")
    )
    """The IPC namespace. Swarm ignores it; instead: share files through a volume. Since 3.0."""
    links: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            None,
            doc="Links to other services.",
            instead='share a network; another name is network.alias("…")',
            instead_in_yaml="share a network; another name is  networks: {backend: {aliases: [name]}}",
        ),
    )
    """Links to other services. Swarm ignores it; instead: share a network; another name is network.alias("…"). Since
    3.0.
    """
    mac_address: str | None = attrs.field(
        default=None, metadata=key(None, doc="The MAC address.", instead="Swarm assigns addresses itself")
    )
    """The MAC address. Swarm ignores it; instead: Swarm assigns addresses itself. Since 3.0."""
    network_mode: str | None = attrs.field(
        default=None,
        metadata=key(
            None,
            doc="The network namespace.",
            instead=_HOST_NETWORK,
            instead_in_yaml="join the node's network:  networks: {host: {external: true}}  at the top level",
        ),
    )
    """The network namespace. Swarm ignores it; instead: join the node's network: networks=[Network(external=True,
    name="host")]. Since 3.0.
    """
    pid: str | None = attrs.field(
        default=None, metadata=key(None, doc="The process namespace.", instead="run such a container outside of Swarm")
    )
    """The process namespace. Swarm ignores it; instead: run such a container outside of Swarm. Since 3.0."""
    privileged: bool | None = attrs.field(
        default=None,
        metadata=key(
            None,
            cast="bool",
            doc="Full rights on the node.",
            instead="add what it needs with cap_add=",
            instead_in_yaml="add what it needs with cap_add",
        ),
    )
    """Full rights on the node. Swarm ignores it; instead: add what it needs with cap_add=. Since 3.0."""
    security_opt: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(None, doc="Security options.", instead=_NODE_LEVEL + " (seccomp-profile, selinux-enabled)"),
    )
    """Security options. Swarm ignores it; instead: set it on the nodes' Docker daemons (seccomp-profile,
    selinux-enabled). Since 3.0.
    """
    shm_size: str | None = attrs.field(
        default=None,
        metadata=key(
            None,
            doc="The size of /dev/shm.",
            instead='mount one: Mount(type="tmpfs", target="/dev/shm", tmpfs=…)',
            instead_in_yaml="mount one:  volumes: [{type: tmpfs, target: /dev/shm, tmpfs: {size: …}}]",
        ),
    )
    """The size of /dev/shm. Swarm ignores it; instead: mount one: Mount(type="tmpfs", target="/dev/shm", tmpfs=…).
    Since 3.0.
    """
    userns_mode: str | None = attrs.field(
        default=None, metadata=key(None, doc="The user namespace.", instead=_NODE_LEVEL + " (userns-remap)")
    )
    """The user namespace. Swarm ignores it; instead: set it on the nodes' Docker daemons (userns-remap). Since 3.0."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.7."""

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Complete the body of the service."""
        from pystackdsl.model.task import complete

        complete(self, tree, lowering)

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out what no key says alone."""
        from pystackdsl.model.task import taken_apart

        return taken_apart(tree, lifting)

    def with_deploy(self, **changes: Any) -> "Service":
        """A copy whose `deploy` has the given changes: `web.with_deploy(replicas=3)`, also where none was said."""
        from pystackdsl.model.deploy import Deploy

        return attrs.evolve(self, deploy=attrs.evolve(self.deploy or Deploy(), **changes))

    def with_environment(self, changes: Mapping[str, str | int | float | None]) -> "Service":
        """A copy with further environment variables, or other values for those it has."""
        return attrs.evolve(self, environment={**(self.environment or {}), **changes})

    def with_labels(self, changes: Mapping[str, str | int | float | None]) -> "Service":
        """A copy with further labels on its containers."""
        return attrs.evolve(self, labels={**(self.labels or {}), **changes})
