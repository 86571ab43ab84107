"""Docker Swarm stacks as typed Python objects: the language of stack files.

    from pystackdsl import Deploy, Network, OnFailure, Service

The functions that read and write stacks are in their modules: `pystackdsl.python.load`, `pystackdsl.compose.dump`.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from attrs import evolve as evolve

    from pystackdsl.model.build import Build as Build
    from pystackdsl.model.cluster import AccessibilityRequirements as AccessibilityRequirements
    from pystackdsl.model.cluster import AccessMode as AccessMode
    from pystackdsl.model.cluster import CapacityRange as CapacityRange
    from pystackdsl.model.cluster import ClusterVolumeSpec as ClusterVolumeSpec
    from pystackdsl.model.cluster import MountVolume as MountVolume
    from pystackdsl.model.cluster import Topology as Topology
    from pystackdsl.model.container import Healthcheck as Healthcheck
    from pystackdsl.model.container import Logging as Logging
    from pystackdsl.model.credential import CredentialSpec as CredentialSpec
    from pystackdsl.model.deploy import KEEP as KEEP
    from pystackdsl.model.deploy import Always as Always
    from pystackdsl.model.deploy import Deploy as Deploy
    from pystackdsl.model.deploy import Limits as Limits
    from pystackdsl.model.deploy import Never as Never
    from pystackdsl.model.deploy import OnFailure as OnFailure
    from pystackdsl.model.deploy import Reservations as Reservations
    from pystackdsl.model.deploy import Resources as Resources
    from pystackdsl.model.deploy import RestartPolicy as RestartPolicy
    from pystackdsl.model.deploy import UpdateConfig as UpdateConfig
    from pystackdsl.model.generic import DiscreteResourceSpec as DiscreteResourceSpec
    from pystackdsl.model.generic import GenericResource as GenericResource
    from pystackdsl.model.grants import ConfigGrant as ConfigGrant
    from pystackdsl.model.grants import SecretGrant as SecretGrant
    from pystackdsl.model.ipam import Ipam as Ipam
    from pystackdsl.model.ipam import IpamConfig as IpamConfig
    from pystackdsl.model.mount_options import BindOptions as BindOptions
    from pystackdsl.model.mount_options import TmpfsOptions as TmpfsOptions
    from pystackdsl.model.mount_options import VolumeOptions as VolumeOptions
    from pystackdsl.model.mounts import Mount as Mount
    from pystackdsl.model.network import Network as Network
    from pystackdsl.model.network import NetworkAttachment as NetworkAttachment
    from pystackdsl.model.network import default_network as default_network
    from pystackdsl.model.placement import Constraint as Constraint
    from pystackdsl.model.placement import Placement as Placement
    from pystackdsl.model.placement import Preference as Preference
    from pystackdsl.model.placement import engine as engine
    from pystackdsl.model.placement import node as node
    from pystackdsl.model.placement import spread as spread
    from pystackdsl.model.ports import Port as Port
    from pystackdsl.model.ports import PortRange as PortRange
    from pystackdsl.model.rollback import RollbackConfig as RollbackConfig
    from pystackdsl.model.secret import Config as Config
    from pystackdsl.model.secret import Secret as Secret
    from pystackdsl.model.service import Service as Service
    from pystackdsl.model.stack import Root as Root
    from pystackdsl.model.stack import Stack as Stack
    from pystackdsl.model.storage import Volume as Volume
    from pystackdsl.model.ulimit import Ulimit as Ulimit
    from pystackdsl.model.units import Bytes as Bytes
    from pystackdsl.model.units import Cpus as Cpus
    from pystackdsl.model.units import Duration as Duration
    from pystackdsl.model.units import FileMode as FileMode
    from pystackdsl.model.variable import var as var

_HOMES = {
    "build": ("Build",),
    "cluster": (
        "AccessMode",
        "AccessibilityRequirements",
        "CapacityRange",
        "ClusterVolumeSpec",
        "MountVolume",
        "Topology",
    ),
    "container": (
        "Healthcheck",
        "Logging",
    ),
    "credential": ("CredentialSpec",),
    "deploy": (
        "KEEP",
        "Always",
        "Deploy",
        "Limits",
        "Never",
        "OnFailure",
        "Reservations",
        "Resources",
        "RestartPolicy",
        "UpdateConfig",
    ),
    "generic": (
        "DiscreteResourceSpec",
        "GenericResource",
    ),
    "grants": (
        "ConfigGrant",
        "SecretGrant",
    ),
    "ipam": (
        "Ipam",
        "IpamConfig",
    ),
    "mount_options": (
        "BindOptions",
        "TmpfsOptions",
        "VolumeOptions",
    ),
    "mounts": ("Mount",),
    "network": (
        "Network",
        "NetworkAttachment",
        "default_network",
    ),
    "placement": (
        "Constraint",
        "Placement",
        "Preference",
        "engine",
        "node",
        "spread",
    ),
    "ports": (
        "Port",
        "PortRange",
    ),
    "rollback": ("RollbackConfig",),
    "secret": (
        "Config",
        "Secret",
    ),
    "service": ("Service",),
    "stack": (
        "Root",
        "Stack",
    ),
    "storage": ("Volume",),
    "ulimit": ("Ulimit",),
    "units": (
        "Bytes",
        "Cpus",
        "Duration",
        "FileMode",
    ),
    "variable": ("var",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # type checkers take the imports above; a list that is computed would be none to them
    __all__ = sorted([*_HOME, "evolve"])  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name == "evolve":
        from attrs import evolve as found
    elif name in _HOME:
        from importlib import import_module

        found = getattr(import_module(f"pystackdsl.model.{_HOME[name]}"), name)
    else:
        msg = f"module 'pystackdsl' has no attribute {name!r}"
        raise AttributeError(msg)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*_HOME, "evolve", "__version__"]
