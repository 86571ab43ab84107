"""Networks, and how a service attaches to them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self, cast

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.external import REFERENCE, Nameable
from pystackdsl.model.key import Shape, key
from pystackdsl.model.names import Names
from pystackdsl.model.texts import as_list, as_options, as_pairs, as_strings
from pystackdsl.model.value import FrozenDict, Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.ipam import Ipam

__all__ = ["ATTACHMENTS", "Network", "NetworkAttachment", "as_attachments", "default_network", "lower_attachments"]


def check_driver(text: str) -> None:
    """The grammar of a network's `driver`. Raises InvalidText for a driver that no Engine has."""
    if text == "default":
        from pystackdsl.diagnostics import InvalidText

        raise InvalidText.of(
            text,
            "a network driver",
            expected='"overlay", or the name of an installed network plugin',
            help='leave the driver out, or write "overlay" for services on several nodes',
        )


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Network(Nameable):
    """A network of the stack (Compose `networks.<key>`, Engine `POST /networks/create`).

    `Network(external=True, name="ingress-public")` is one that lives outside the stack. Raises InvalidType and
    InvalidText for values of the wrong type or spelling.
    """

    name: str | None = attrs.field(
        default=None, metadata=key("Name", since="3.5", default="STACK_KEY", doc="The full name in the swarm.")
    )
    """The full name in the swarm. Default: STACK_KEY. Since 3.5."""
    driver: str | None = attrs.field(
        default=None, metadata=key("Driver", grammar=check_driver, default="overlay", doc="The network driver.")
    )
    """The network driver. Default: overlay. Since 3.0."""
    driver_opts: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_options, metadata=key("Options", doc="Options of the driver.")
    )
    """Options of the driver. Since 3.0."""
    attachable: bool | None = attrs.field(
        default=None,
        metadata=key(
            "Attachable",
            since="3.2",
            cast="bool",
            default="false",
            doc="Whether containers outside the stack may join.",
        ),
    )
    """Whether containers outside the stack may join. Default: false. Since 3.2."""
    internal: bool | None = attrs.field(
        default=None,
        metadata=key("Internal", cast="bool", default="false", doc="Whether the network has no way to the outside."),
    )
    """Whether the network has no way to the outside. Default: false. Since 3.0."""
    ipam: "Ipam | None" = attrs.field(default=None, metadata=key("IPAM", doc="How addresses are given out."))
    """How addresses are given out. Since 3.0."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key("Labels", doc="Labels of the network.")
    )
    """Labels of the network. Since 3.0."""
    external: bool | None = attrs.field(
        default=None,
        metadata=key(".", cast="bool", default="false", doc="Whether the network exists outside the stack."),
    )
    """Whether the network exists outside the stack. Default: false. Since 3.0."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.7."""

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Add what is always said."""
        ipam = tree.get("IPAM")
        if ipam is not None:
            given = {"Driver": "", "Options": None, **ipam}
            tree["IPAM"] = {**given, "Config": given.get("Config")} if ipam else None
        tree["Labels"] = lowering.labelled(tree.get("Labels"))
        tree.update({"Driver": "overlay", "IPAM": None, "Internal": False, "Attachable": False, "Options": None} | tree)
        tree.update(Name=lowering.full_name(self), Scope="", Ingress=False, ConfigOnly=False, ConfigFrom=None)

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out the name."""
        return {"name": lifting.own_name(tree.pop("Name", ""))}

    def attach(
        self,
        *,
        aliases: Sequence[str] | None = None,
        driver_opts: Mapping[str, str | int | float | None] | None = None,
        ipv4_address: str | None = None,
        ipv6_address: str | None = None,
    ) -> "NetworkAttachment":
        """This network with options, as an item of `Service(networks=[…])`."""
        return NetworkAttachment(
            network=self,
            aliases=aliases,
            driver_opts=driver_opts,
            ipv4_address=ipv4_address,
            ipv6_address=ipv6_address,
        )

    def alias(self, *aliases: str) -> "NetworkAttachment":
        """This network, on which the service is also reached under the given names."""
        return NetworkAttachment(network=self, aliases=aliases)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class NetworkAttachment(Value):
    """A service on a network (Compose `services.<key>.networks`, Engine `TaskTemplate.Networks[]`)."""

    network: Network = attrs.field(metadata=key("Target", shape=REFERENCE, doc="The network.", local=True))
    """The network."""
    aliases: tuple[str, ...] | None = attrs.field(
        default=None, converter=as_strings, metadata=key("Aliases", doc="Further names of the service on this network.")
    )
    """Further names of the service on this network. Since 3.0."""
    driver_opts: FrozenDict[str, str] | None = attrs.field(
        default=None,
        converter=as_options,
        metadata=key("DriverOpts", since="3.13", doc="Options of the network's driver for this service."),
    )
    """Options of the network's driver for this service. Since 3.13."""
    ipv4_address: str | None = attrs.field(
        default=None,
        metadata=key(
            None,
            doc="A fixed IPv4 address.",
            instead="reach the service by its name: tasks get addresses from the pool",
        ),
    )
    """A fixed IPv4 address. Swarm ignores it; instead: reach the service by its name: tasks get addresses from the
    pool. Since 3.0.
    """
    ipv6_address: str | None = attrs.field(
        default=None,
        metadata=key(
            None,
            doc="A fixed IPv6 address.",
            instead="reach the service by its name: tasks get addresses from the pool",
        ),
    )
    """A fixed IPv6 address. Swarm ignores it; instead: reach the service by its name: tasks get addresses from the
    pool. Since 3.0.
    """

    expected = "a Network, or network.alias(…)"

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A network's name is the common mistake."""
        if isinstance(value, str):
            help = f"write the variable without quotes: networks=[{value}]" if value.isidentifier() else ""
            return f'"{value}" is a name, not a network', "a Network object", help or "hold the Network in a variable"
        return None

    @property
    def has_options(self) -> bool:
        """Whether anything but the network itself is said."""
        values = self.__dict__.values()
        return list(values).count(None) < len(values) - 1


def as_attachments(value: Sequence[Network | NetworkAttachment] | None) -> tuple[NetworkAttachment, ...] | None:
    """Take a list of networks and of networks with options."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[NetworkAttachment, ...] | None", listed)
    return tuple([NetworkAttachment(network=item) if isinstance(item, Network) else item for item in listed])


def _emit_attachments(attachments: Sequence[NetworkAttachment], names: Names) -> object:
    if not any(attachment.has_options for attachment in attachments):
        return [names.key(attachment.network) for attachment in attachments]
    return {names.key(attachment.network): attachment if attachment.has_options else None for attachment in attachments}


def lower_attachments(attachments: Sequence[NetworkAttachment], lowering: "Lowering") -> list[dict[str, Any]]:
    """The networks of a service as the Engine has them, sorted by name; of none that is said, the default one."""
    if not attachments:
        attachments = (NetworkAttachment(network=default_network),)
    found = []
    for attachment in attachments:
        tree = lowering.value(attachment)
        if not lowering.is_built_in(tree["Target"]):
            tree["Aliases"] = [*tree.get("Aliases", ()), lowering.key]
        found.append(tree)
    return sorted(found, key=lambda tree: tree["Target"])


def _lift_attachments(trees: Any, lifting: "Lifting") -> tuple[NetworkAttachment, ...] | None:
    found = []
    for tree in trees:
        aliases = tree.get("Aliases") or []
        if aliases[-1:] == [lifting.key]:  # every service is known by its own key, behind what it says itself
            tree["Aliases"] = aliases[:-1]
        elif lifting.key in aliases:
            tree["Aliases"] = [alias for alias in aliases if alias != lifting.key]
        found.append(lifting.value(NetworkAttachment, tree))
    is_default = len(found) == 1 and lifting.key_of(found[0].network) == "default" and not found[0].has_options
    return None if is_default else tuple(found)


ATTACHMENTS: Final = Shape("networks", _emit_attachments, lower=lower_attachments, lift=_lift_attachments)
"""A list of names, or a mapping name → options once any has options."""


class _DefaultNetwork(Network):
    """Docker's implicit network of a stack; there is one, so copies of it are itself."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> str:
        return "default_network"


default_network: Final[Network] = _DefaultNetwork()
"""The network that Docker makes for services that name none; for joining it beside others, or with an alias."""
