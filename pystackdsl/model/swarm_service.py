"""The keys of a service that Swarm reads. `service` adds those that Compose has beside them.

Two modules and not one, because a service has many keys.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

import attrs

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
    as_pairs,
    as_string_list,
    as_strings,
)
from pystackdsl.model.units import Duration, as_duration
from pystackdsl.model.value import FrozenDict, Resource

if TYPE_CHECKING:
    from pystackdsl.model.container import Healthcheck, Logging
    from pystackdsl.model.credential import CredentialSpec
    from pystackdsl.model.deploy import Deploy
    from pystackdsl.model.grants import ConfigGrant, SecretGrant
    from pystackdsl.model.ulimit import Ulimit

__all__ = ["SwarmService", "as_ulimits"]


def as_ulimits(value: "Mapping[str, int | Ulimit] | None") -> "FrozenDict[str, Ulimit] | None":
    """Take a mapping from a limit's name to one number for both, or a Ulimit."""
    if not isinstance(value, Mapping) or type(value) is FrozenDict:
        return cast("FrozenDict[str, Ulimit] | None", value)
    from pystackdsl.model.ulimit import both_limits

    return both_limits(value)


def _emit_files(files: Sequence[str], names: Names) -> object:
    """Of a file that is named again, the last mention counts."""
    return [names.local(file) for i, file in enumerate(files) if file not in files[i + 1 :]]


LOCAL_FILES: Final = Shape("local files", _emit_files, by_class=True)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False, init=False)
class SwarmService(Resource):
    """What Swarm makes of a service; not to be made itself."""

    image: str | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.Image", grammar=check_image, doc="The image to run."),
    )
    """The image to run. Since 3.0."""
    command: str | tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_command,
        metadata=key(
            "TaskTemplate.ContainerSpec.Args",
            shape=COMMAND,
            default="the image's",
            doc="The arguments; text is split as a shell would.",
        ),
    )
    """The arguments; text is split as a shell would. Default: the image's. Since 3.0."""
    entrypoint: str | tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_command,
        metadata=key(
            "TaskTemplate.ContainerSpec.Command",
            shape=COMMAND,
            default="the image's",
            doc="The program, in place of the image's.",
        ),
    )
    """The program, in place of the image's. Default: the image's. Since 3.0."""
    environment: FrozenDict[str, str | None] | None = attrs.field(
        default=None,
        converter=as_environment,
        metadata=key(
            "TaskTemplate.ContainerSpec.Env",
            shape=BY_CLASS,
            doc="Environment variables; None takes the deployer's own.",
        ),
    )
    """Environment variables; None takes the deployer's own. Since 3.0."""
    env_file: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.Env", shape=LOCAL_FILES, doc="Files of KEY=VALUE lines."),
    )
    """Files of KEY=VALUE lines. Since 3.0."""
    ports: tuple[Port, ...] | None = attrs.field(
        default=None, converter=as_ports, metadata=key("EndpointSpec.Ports", shape=PORTS, doc="Published ports.")
    )
    """Published ports. Since 3.0."""
    networks: tuple[NetworkAttachment, ...] | None = attrs.field(
        default=None,
        converter=as_attachments,
        metadata=key(
            "TaskTemplate.Networks",
            shape=ATTACHMENTS,
            default="the stack's `default` network",
            doc="The networks it joins.",
        ),
    )
    """The networks it joins. Default: the stack's `default` network. Since 3.0."""
    volumes: tuple[Mount, ...] | None = attrs.field(
        default=None,
        converter=as_mounts,
        metadata=key("TaskTemplate.ContainerSpec.Mounts", shape=MOUNTS, doc="What it sees in its file system."),
    )
    """What it sees in its file system. Since 3.0."""
    secrets: "tuple[SecretGrant, ...] | None" = attrs.field(
        default=None,
        converter=as_secret_grants,
        metadata=key("TaskTemplate.ContainerSpec.Secrets", since="3.1", shape=GRANTS, doc="The secrets it is given."),
    )
    """The secrets it is given. Since 3.1."""
    configs: "tuple[ConfigGrant, ...] | None" = attrs.field(
        default=None,
        converter=as_config_grants,
        metadata=key("TaskTemplate.ContainerSpec.Configs", since="3.3", shape=GRANTS, doc="The configs it is given."),
    )
    """The configs it is given. Since 3.3."""
    deploy: "Deploy | None" = attrs.field(default=None, metadata=key(".", doc="How Swarm runs it."))
    """How Swarm runs it. Since 3.0."""
    healthcheck: "Healthcheck | None" = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Healthcheck", default="the image's", doc="How to tell that a task is well."
        ),
    )
    """How to tell that a task is well. Default: the image's. Since 3.0."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_pairs,
        metadata=key(
            "TaskTemplate.ContainerSpec.Labels", doc="Labels of its containers (a service's are deploy.labels)."
        ),
    )
    """Labels of its containers (a service's are deploy.labels). Since 3.0."""
    logging: "Logging | None" = attrs.field(
        default=None,
        metadata=key("TaskTemplate.LogDriver", default="the daemon's setting", doc="Where its output goes."),
    )
    """Where its output goes. Default: the daemon's setting. Since 3.0."""
    hostname: str | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.Hostname", default="the container's ID", doc="The host name inside."),
    )
    """The host name inside. Default: the container's ID. Since 3.0."""
    user: str | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.User", default="the image's", doc='Who it runs as, such as "1000:1000".'
        ),
    )
    """Who it runs as, such as "1000:1000". Default: the image's. Since 3.0."""
    working_dir: str | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.Dir", default="the image's", doc="The folder it starts in."),
    )
    """The folder it starts in. Default: the image's. Since 3.0."""
    stop_grace_period: Duration | None = attrs.field(
        default=None,
        converter=as_duration,
        metadata=key(
            "TaskTemplate.ContainerSpec.StopGracePeriod",
            zero=True,
            default="10s",
            doc="How long to wait before killing a task.",
        ),
    )
    """How long to wait before killing a task. Default: 10s. Takes a duration with its unit, such as "5s", "1m30s" or
    "500ms". Since 3.0.
    """
    stop_signal: str | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.StopSignal",
            default="the image's, else SIGTERM",
            doc="The signal that asks it to stop.",
        ),
    )
    """The signal that asks it to stop. Default: the image's, else SIGTERM. Since 3.0."""
    tty: bool | None = attrs.field(
        default=None,
        metadata=key("TaskTemplate.ContainerSpec.TTY", cast="bool", default="false", doc="Whether it gets a terminal."),
    )
    """Whether it gets a terminal. Default: false. Since 3.0."""
    stdin_open: bool | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.OpenStdin", cast="bool", default="false", doc="Whether its input stays open."
        ),
    )
    """Whether its input stays open. Default: false. Since 3.0."""
    read_only: bool | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.ReadOnly",
            cast="bool",
            default="false",
            doc="Whether its root file system is read-only.",
        ),
    )
    """Whether its root file system is read-only. Default: false. Since 3.0."""
    init: bool | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Init",
            since="3.7",
            zero=True,
            default="the daemon's setting",
            doc="Whether an init process runs as number 1.",
        ),
    )
    """Whether an init process runs as number 1. Default: the daemon's setting. Since 3.7."""
    isolation: str | None = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Isolation",
            since="3.5",
            default="the daemon's setting",
            doc="The isolation of Windows containers.",
        ),
    )
    """The isolation of Windows containers. Default: the daemon's setting. Since 3.5."""
    sysctls: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_pairs,
        metadata=key("TaskTemplate.ContainerSpec.Sysctls", doc="Kernel parameters of the container."),
    )
    """Kernel parameters of the container. Since 3.0."""
    cap_add: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key("TaskTemplate.ContainerSpec.CapabilityAdd", shape=CAPABILITIES, doc="Kernel capabilities to add."),
    )
    """Kernel capabilities to add. Since 3.0."""
    cap_drop: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_strings,
        metadata=key(
            "TaskTemplate.ContainerSpec.CapabilityDrop", shape=CAPABILITIES, doc="Kernel capabilities to take away."
        ),
    )
    """Kernel capabilities to take away. Since 3.0."""
    ulimits: "FrozenDict[str, Ulimit] | None" = attrs.field(
        default=None,
        converter=as_ulimits,
        metadata=key(
            "TaskTemplate.ContainerSpec.Ulimits", shape=ULIMITS, doc="Resource limits of its processes, by name."
        ),
    )
    """Resource limits of its processes, by name. Since 3.0."""
    dns: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.DNSConfig.Nameservers", default="the node's", doc="Name servers."),
    )
    """Name servers. Default: the node's. Since 3.0."""
    dns_search: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_string_list,
        metadata=key("TaskTemplate.ContainerSpec.DNSConfig.Search", doc="Search domains."),
    )
    """Search domains. Since 3.0."""
    extra_hosts: tuple[str, ...] | None = attrs.field(
        default=None,
        converter=as_hosts,
        metadata=key("TaskTemplate.ContainerSpec.Hosts", shape=HOSTS, doc="Further host names: `name:address`."),
    )
    """Further host names: `name:address`. Since 3.0."""
    credential_spec: "CredentialSpec | None" = attrs.field(
        default=None,
        metadata=key(
            "TaskTemplate.ContainerSpec.Privileges.CredentialSpec",
            since="3.3",
            doc="A Windows managed service account.",
        ),
    )
    """A Windows managed service account. Since 3.3."""
