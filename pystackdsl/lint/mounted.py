"""What services mount: which volumes are of one node alone, which paths every node has, where the Docker socket is.

Rules about data ask here. What is left open, or filled in by the Engine for each task, is not judged.
"""

import posixpath
from collections.abc import Mapping
from typing import Final

from pystackdsl.model.mounts import Mount
from pystackdsl.model.service import Service
from pystackdsl.model.storage import Volume
from pystackdsl.model.variable import OPEN

__all__ = [
    "data_mounts",
    "is_everywhere",
    "is_local",
    "is_of_one_node",
    "is_shared",
    "is_socket",
    "local_mounts",
    "node_paths",
    "sockets",
]

_SOCKETS: Final = ("/var/run/docker.sock", "/run/docker.sock", "/private/var/run/docker.sock")
# ruff: noqa: S108 - paths are compared with, not written to
_EVERYWHERE: Final = (
    "/proc", "/sys", "/dev", "/run", "/var/run", "/var/log", "/var/lib/docker", "/lib/modules", "/usr", "/boot",
    "/tmp", "/var/tmp", "/etc/localtime", "/etc/timezone", "/etc/hostname", "/etc/machine-id", "/etc/os-release",
    "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/etc/ssl", "/etc/ca-certificates", "/etc/docker",
    "/etc/ssh",
)  # fmt: skip
"""Paths that every node has, with what is below them."""
_SHARED: Final = ("/mnt", "/media", "/net", "/nfs", "/gluster", "/glusterfs", "/ceph", "/cephfs", "/shared", "/srv/nfs",
                  "/swarm", "/efs", "/export", "/storage")  # fmt: skip
"""Where administrators mount what all nodes share."""
_NETWORK_TYPES: Final = ("nfs", "nfs4", "cifs", "smb3", "glusterfs", "ceph", "fuse", "sshfs", "9p", "beegfs", "lustre")


def is_local(volume: Volume) -> bool:
    """Whether a volume lies on the disk of a node, and has a content of its own on each."""
    outside = volume.external not in (None, False) or volume.cluster_spec is not None
    if outside or volume.driver not in (None, "", "local"):
        return False
    options: Mapping[str, str] = volume.driver_opts or {}
    texts = " ".join([volume.name or "", *options.values()])
    if OPEN in texts or "{{" in texts:
        return False
    if options.get("type") in (*_NETWORK_TYPES, "tmpfs") or "addr=" in options.get("o", ""):
        return False
    device = options.get("device", "")
    return not device.startswith(("//", ":")) and not is_shared(device)


def local_mounts(service: Service) -> list[tuple[int, Volume]]:
    """The local volumes that a service may write to, with their positions in its list."""
    return [
        (i, mount.source)
        for i, mount in enumerate(service.volumes or ())
        if type(mount) is Mount and isinstance(mount.source, Volume) and mount.type == "volume"
        if mount.read_only is not True and is_local(mount.source)
    ]


def data_mounts(service: Service) -> list[tuple[int, Mount]]:
    """What a service may write to that outlives a task: volumes, and paths of the node that are no part of it."""
    found = []
    for i, mount in enumerate(service.volumes or ()):
        if type(mount) is not Mount or mount.read_only is True:
            continue
        is_path = mount.type == "bind" and isinstance(mount.source, str)
        if isinstance(mount.source, Volume) or (is_path and not is_everywhere(str(mount.source))):
            found.append((i, mount))
    return found


def node_paths(service: Service) -> list[tuple[int, Mount, str]]:
    """The paths of a node that a service mounts, with their positions; those left open are left out."""
    return [
        (i, mount, mount.source)
        for i, mount in enumerate(service.volumes or ())
        if type(mount) is Mount and mount.type == "bind" and isinstance(mount.source, str)
        if OPEN not in mount.source and "{{" not in mount.source
    ]


def is_everywhere(path: str) -> bool:
    """Whether every node has a path by itself."""
    tidy = posixpath.normpath(path)
    return tidy == "/" or _is_below(tidy, _EVERYWHERE)


def is_shared(path: str) -> bool:
    """Whether a path is where administrators put what all nodes share."""
    return _is_below(posixpath.normpath(path), _SHARED) if path else False


def is_of_one_node(path: str) -> bool:
    """Whether a path is most probably there on one node, or different on each."""
    return not is_everywhere(path) and not is_shared(path)


def sockets(service: Service) -> list[tuple[int, Mount]]:
    """The mounts of the Docker socket, with their positions."""
    return [(i, mount) for i, mount, path in node_paths(service) if is_socket(path)]


def is_socket(path: str) -> bool:
    """Whether a path is that of the Docker socket."""
    return posixpath.normpath(path) in _SOCKETS


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
