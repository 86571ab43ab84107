"""Address pools of networks."""

from collections.abc import Sequence
from typing import cast

import attrs

from pystackdsl.model.key import key
from pystackdsl.model.texts import as_list
from pystackdsl.model.value import Value

__all__ = ["Ipam", "IpamConfig"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class IpamConfig(Value):
    """One address pool of a network (Compose `ipam.config[]`, Engine `IPAM.Config[]`)."""

    subnet: str | None = attrs.field(
        default=None, metadata=key("Subnet", doc="The address range in CIDR notation, such as 172.16.238.0/24.")
    )
    """The address range in CIDR notation, such as 172.16.238.0/24. Since 3.0."""


def as_ipam_configs(value: Sequence[IpamConfig] | None) -> tuple[IpamConfig, ...] | None:
    """Take a list of address pools."""
    return cast("tuple[IpamConfig, ...] | None", as_list(value))


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Ipam(Value):
    """How a network gives out addresses (Compose `ipam`, Engine `IPAM`)."""

    driver: str | None = attrs.field(
        default=None, metadata=key("Driver", default="default", doc="The address management driver.")
    )
    """The address management driver. Default: default. Since 3.0."""
    config: tuple[IpamConfig, ...] | None = attrs.field(
        default=None, converter=as_ipam_configs, metadata=key("Config", doc="The address pools.")
    )
    """The address pools. Since 3.0."""
