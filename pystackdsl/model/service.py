"""Services: what runs, and all that Compose can say of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.image import check_image
from pystackdsl.model.key import BY_CLASS, Shape, key
from pystackdsl.model.mounts import MOUNTS, Mount, as_mounts
from pystackdsl.model.names import Names
from pystackdsl.model.network import ATTACHMENTS, NetworkAttachment, as_attachments
from pystackdsl.model.ports import PORTS, Port, as_ports
from pystackdsl.model.process import CAPABILITIES, COMMAND, HOSTS, ULIMITS
from pystackdsl.model.secret import GRANTS, as_config_grants, as_secret_grants
from pystackdsl.model.texts import (
    as_command,
    as_environment,
    as_hosts,
    as_numbers_too,
    as_pairs,
    as_string_list,
    as_strings,
)
from pystackdsl.model.units import Duration, as_duration
from pystackdsl.model.value import FrozenDict, Resource

if TYPE_CHECKING:
    from pystackdsl.model.build import Build
    from pystackdsl.model.container import Healthcheck, Logging
    from pystackdsl.model.credential import CredentialSpec
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.deploy import Deploy
    from pystackdsl.model.grants import ConfigGrant, SecretGrant
    from pystackdsl.model.ulimit import Ulimit

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


def as_ulimits(value: "Mapping[str, int | Ulimit] | None") -> "FrozenDict[str, Ulimit] | None":
    """Take a mapping from a limit's name to one number for both, or a Ulimit."""
    if not isinstance(value, Mapping) or type(value) is FrozenDict:
        return cast("FrozenDict[str, Ulimit] | None", value)
    from pystackdsl.model.ulimit import both_limits

    return both_limits(value)


def _emit_service_names(services: Sequence[str | Resource], names: Names) -> object:
    return [service if isinstance(service, str) else names.key(service) for service in services]


def _emit_files(files: Sequence[str], names: Names) -> object:
    return [names.local(file) for file in files]


SERVICE_NAMES: Final = Shape("service names", _emit_service_names)
LOCAL_FILES: Final = Shape("local files", _emit_files, by_class=True)

_HOST_NETWORK = 'join the node\'s network: networks=[Network(external=True, name="host")]'
_NODE_LEVEL = "set it on the nodes' Docker daemons"


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Service(Resource):
    """A service (Compose `services.<key>`, Engine `POST /services/create`).

    Every argument is a Compose key with its nesting; absent means not said. Raises InvalidType and InvalidText, with
    all the faults of the call, for values of the wrong type or spelling.
    """

    image: str | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.Image", grammar=check_image, doc="The image to run."),
    )
    command: str | tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_command,
        metadata=key(
            "TaskTemplate.ContainerSpec.Args", shape=COMMAND, doc="The arguments; text is split as a shell would."
        ),
    )
    entrypoint: str | tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_command,
        metadata=key("TaskTemplate.ContainerSpec.Command", shape=COMMAND, doc="The program, in place of the image's."),
    )
    environment: FrozenDict[str, str | None] | None = attrs.field(
        default=None,
        converter=as_environment,
        metadata=key(
            "TaskTemplate.ContainerSpec.Env",
            shape=BY_CLASS,
            doc="Environment variables; None takes the deployer's own.",
        ),
    )
    env_file: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.Env", shape=LOCAL_FILES, doc="Files of KEY=VALUE lines."),
    )
    ports: tuple[Port, ...] | None = attrs.field(
        default=None, converter=as_ports, metadata=key("EndpointSpec.Ports", shape=PORTS, doc="Published ports.")
    )
    networks: tuple[NetworkAttachment, ...] | None = attrs.field(
        default=None,
        converter=as_attachments,
        metadata=key("TaskTemplate.Networks", shape=ATTACHMENTS, doc="The networks it joins."),
    )
    volumes: tuple[Mount, ...] | None = attrs.field(
        default=None,
        converter=as_mounts,
        metadata=key("TaskTemplate.ContainerSpec.Mounts", shape=MOUNTS, doc="What it sees in its file system."),
    )
    secrets: "tuple[SecretGrant, ...] | None" = attrs.field(
        default=None,
        converter=as_secret_grants,
        metadata=key("TaskTemplate.ContainerSpec.Secrets", since="3.1", shape=GRANTS, doc="The secrets it is given."),
    )
    configs: "tuple[ConfigGrant, ...] | None" = attrs.field(
        default=None,
        converter=as_config_grants,
        metadata=key("TaskTemplate.ContainerSpec.Configs", since="3.3", shape=GRANTS, doc="The configs it is given."),
    )
    deploy: "Deploy | None" = attrs.field(default=None, metadata=key(".", doc="How Swarm runs it."))
    healthcheck: "Healthcheck | None" = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.Healthcheck", doc="How to tell that a task is well.")
    )
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_pairs,
        metadata=key(
            "TaskTemplate.ContainerSpec.Labels", doc="Labels of its containers (a service's are deploy.labels)."
        ),
    )
    logging: "Logging | None" = attrs.field(
        default=None, metadata=key("TaskTemplate.LogDriver", doc="Where its output goes.")
    )
    hostname: str | None = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.Hostname", doc="The host name inside.")
    )
    user: str | None = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.User", doc='Who it runs as, such as "1000:1000".')
    )
    working_dir: str | None = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.Dir", doc="The folder it starts in.")
    )
    stop_grace_period: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key(
            "TaskTemplate.ContainerSpec.StopGracePeriod", zero=True, doc="How long to wait before killing a task."
        ),
    )
    stop_signal: str | None = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.StopSignal", doc="The signal that asks it to stop.")
    )
    tty: bool | None = attrs.field(
        default=None, metadata=key("TaskTemplate.ContainerSpec.TTY", cast="bool", doc="Whether it gets a terminal.")
    )
    stdin_open: bool | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.OpenStdin", cast="bool", doc="Whether its input stays open."),
    )
    read_only: bool | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.ReadOnly", cast="bool", doc="Whether its root file system is read-only."
        ),
    )
    init: bool | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Init", since="3.7", zero=True, doc="Whether an init process runs as number 1."
        ),
    )
    isolation: str | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.Isolation", since="3.5", doc="The isolation of Windows containers."),
    )
    sysctls: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_pairs,
        metadata=key("TaskTemplate.ContainerSpec.Sysctls", doc="Kernel parameters of the container."),
    )
    cap_add: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key("TaskTemplate.ContainerSpec.CapabilityAdd", shape=CAPABILITIES, doc="Kernel capabilities to add."),
    )
    cap_drop: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            "TaskTemplate.ContainerSpec.CapabilityDrop", shape=CAPABILITIES, doc="Kernel capabilities to take away."
        ),
    )
    ulimits: "FrozenDict[str, Ulimit] | None" = attrs.field(
        default=None,
        converter=as_ulimits,
        metadata=key(
            "TaskTemplate.ContainerSpec.Ulimits", shape=ULIMITS, doc="Resource limits of its processes, by name."
        ),
    )
    dns: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.DNSConfig.Nameservers", doc="Name servers."),
    )
    dns_search: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.DNSConfig.Search", doc="Search domains."),
    )
    extra_hosts: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_hosts,
        metadata=key("TaskTemplate.ContainerSpec.Hosts", shape=HOSTS, doc="Further host names: `name:address`."),
    )
    credential_spec: "CredentialSpec | None" = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Privileges.CredentialSpec",
            since="3.3",
            doc="A Windows managed service account.",
        ),
    )
    restart: str | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.RestartPolicy",
            shape=BY_CLASS,
            doc="Compose's short restart policy; used only without deploy.restart_policy.",
            instead="write deploy=Deploy(restart=OnFailure()) (or Always, Never)",
        ),
    )
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
    tmpfs: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key(None, doc="Memory file systems.", instead='write volumes=[Mount(type="tmpfs", target="/path")]'),
    )
    build: "Build | None" = attrs.field(
        default=None,
        converter=as_build,
        metadata=key(None, doc="How to build the image.", instead="build and push the image before the deploy"),
    )
    cgroupns_mode: str | None = attrs.field(
        default=None,
        metadata=key(None, since="3.9", doc="The cgroup namespace.", instead=_NODE_LEVEL + " (default-cgroupns-mode)"),
    )
    cgroup_parent: str | None = attrs.field(
        default=None, metadata=key(None, doc="The parent cgroup.", instead=_NODE_LEVEL + " (cgroup-parent)")
    )
    container_name: str | None = attrs.field(
        default=None,
        metadata=key(None, doc="The container's name.", instead="Swarm names tasks <stack>_<service>.<slot>"),
    )
    devices: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            None, doc="Devices of the node.", instead="mount the device's path, or announce a generic resource"
        ),
    )
    domainname: str | None = attrs.field(
        default=None, metadata=key(None, doc="The domain name inside.", instead="put the full name into hostname=")
    )
    expose: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_expose,
        metadata=key(None, doc="Ports for other services.", instead="on a shared network every port is reachable"),
    )
    external_links: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(None, doc="Links to containers outside.", instead="share an external network"),
    )
    ipc: str | None = attrs.field(
        default=None, metadata=key(None, doc="The IPC namespace.", instead="share files through a volume")
    )
    links: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            None, doc="Links to other services.", instead='share a network; another name is network.alias("…")'
        ),
    )
    mac_address: str | None = attrs.field(
        default=None, metadata=key(None, doc="The MAC address.", instead="Swarm assigns addresses itself")
    )
    network_mode: str | None = attrs.field(
        default=None, metadata=key(None, doc="The network namespace.", instead=_HOST_NETWORK)
    )
    pid: str | None = attrs.field(
        default=None, metadata=key(None, doc="The process namespace.", instead="run such a container outside of Swarm")
    )
    privileged: bool | None = attrs.field(
        default=None,
        metadata=key(None, cast="bool", doc="Full rights on the node.", instead="add what it needs with cap_add="),
    )
    security_opt: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(None, doc="Security options.", instead=_NODE_LEVEL + " (seccomp-profile, selinux-enabled)"),
    )
    shm_size: str | None = attrs.field(
        default=None,
        metadata=key(
            None, doc="The size of /dev/shm.", instead='mount one: Mount(type="tmpfs", target="/dev/shm", tmpfs=…)'
        ),
    )
    userns_mode: str | None = attrs.field(
        default=None, metadata=key(None, doc="The user namespace.", instead=_NODE_LEVEL + " (userns-remap)")
    )
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )

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
