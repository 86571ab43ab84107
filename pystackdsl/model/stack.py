"""A stack: resources under their keys. `Stack.of` reads the keys from where resources are held.

The stack is the end of the language and the beginning of everything else: Compose text, Engine specs, checks.
"""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.holding import held_in
from pystackdsl.model.key import key
from pystackdsl.model.names import KINDS, Names
from pystackdsl.model.network import Network, default_network
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.service import Service
from pystackdsl.model.storage import Volume
from pystackdsl.model.value import FrozenDict, Resource, Value

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CLASSES", "Root", "Stack"]

CLASSES: Final[Mapping[str, type[Resource]]] = dict(zip(KINDS, (Service, Network, Volume, Secret, Config), strict=True))
"""The class of each kind of resource."""


def as_held(value: Mapping[str, Any] | None) -> FrozenDict[str, Any]:
    """Take resources by key; None is none."""
    return FrozenDict(value or {}) if value is None or isinstance(value, Mapping) else cast("Any", value)


def as_services(value: Mapping[str, Service] | None) -> FrozenDict[str, Service]:
    """Take services by key."""
    return as_held(value)


def as_networks(value: Mapping[str, Network] | None) -> FrozenDict[str, Network]:
    """Take networks by key."""
    return as_held(value)


def as_volumes(value: Mapping[str, Volume] | None) -> FrozenDict[str, Volume]:
    """Take volumes by key."""
    return as_held(value)


def as_secrets(value: Mapping[str, Secret] | None) -> FrozenDict[str, Secret]:
    """Take secrets by key."""
    return as_held(value)


def as_configs(value: Mapping[str, Config] | None) -> FrozenDict[str, Config]:
    """Take configs by key."""
    return as_held(value)


def as_base(value: "str | Path | None") -> "Path | None":
    """Take a folder."""
    if not isinstance(value, str):
        return value
    from pathlib import Path

    return Path(value)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Root(Value):
    """What a stack file says beside its resources, as a top-level `compose = Root(…)`.

    `name` is the stack's own name, for the commands that talk to a swarm; it is no Compose key.
    """

    version: str | None = attrs.field(default=None, metadata=key(None, doc="The Compose schema version, such as 3.9."))
    """The Compose schema version, such as 3.9. Since 3.0."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.4", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.4."""
    name: str | None = attrs.field(default=None, metadata=key(None, local=True, doc="The stack's name."))
    """The stack's name."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Stack(Value):
    """Services, networks, volumes, secrets and configs under their keys (Compose's top level).

    Equal are two stacks that say the same, references compared by key. `base` is the folder that relative paths
    start from; it does not count for equality. Raises InvalidType for values of the wrong type.
    """

    version: str | None = attrs.field(default=None, metadata=key(None, doc="The Compose schema version, such as 3.9."))
    """The Compose schema version, such as 3.9. Since 3.0."""
    services: FrozenDict[str, Service] = attrs.field(
        default=None, converter=as_services, metadata=key(".", doc="The services.")
    )
    """The services. Since 3.0."""
    networks: FrozenDict[str, Network] = attrs.field(
        default=None, converter=as_networks, metadata=key(".", doc="The networks.")
    )
    """The networks. Since 3.0."""
    volumes: FrozenDict[str, Volume] = attrs.field(
        default=None, converter=as_volumes, metadata=key(".", doc="The volumes.")
    )
    """The volumes. Since 3.0."""
    secrets: FrozenDict[str, Secret] = attrs.field(
        default=None, converter=as_secrets, metadata=key(".", since="3.1", doc="The secrets.")
    )
    """The secrets. Since 3.1."""
    configs: FrozenDict[str, Config] = attrs.field(
        default=None, converter=as_configs, metadata=key(".", since="3.3", doc="The configs.")
    )
    """The configs. Since 3.3."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.4", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.4."""
    name: str | None = attrs.field(default=None, metadata=key(None, local=True, doc="The stack's name."))
    """The stack's name."""
    base: "Path | None" = attrs.field(
        default=None,
        converter=as_base,
        metadata=key(None, local=True, doc="The folder that relative paths start from."),
    )
    """The folder that relative paths start from."""

    @classmethod
    def of(
        cls,
        *namespaces: Mapping[str, Any] | ModuleType | type,
        name: str | None = None,
        base: "str | Path | None" = None,
    ) -> Self:
        """The stack of the resources held in the given mappings, modules and classes, under the names there.

        A name that begins with `_` is private. A mapping whose values are all resources adds them under its own keys.
        Later namespaces win. Raises InvalidStack, with all findings, for an object under two names and for
        resources in a list or in a mapping with other things; InvalidType for a namespace that holds no names.
        """
        held, root = held_in(namespaces, CLASSES, Root, exempt=default_network)
        return cls(
            **held,
            version=root.version if root else None,
            x=root.x if root else None,
            name=name or (root.name if root else None),
            base=base,
        )

    def resources(self) -> Iterator[tuple[str, str, Resource]]:
        """Every resource, as (kind, key, resource), in Compose order."""
        for kind in KINDS:
            for each, resource in getattr(self, kind).items():
                yield kind, each, resource

    def names(self, *, schema: int = 13, rebase: Callable[[str], str] | None = None) -> Names:
        """The names of this stack's resources; the arguments are those of Names."""
        held = {kind: getattr(self, kind) for kind in KINDS}
        names = Names(held, schema=schema, rebase=rebase)
        if not names.holds(default_network):
            names.add(default_network, "default")
        return names

    def resolved(self) -> dict[str, Any]:
        """All that the stack says, references by key: a form to compare."""
        names = self.names()
        return {name: _resolved(value, names) for name, value in self.__dict__.items() if name != "base"}

    def __eq__(self, other: object) -> bool:
        return self.resolved() == other.resolved() if isinstance(other, Stack) else NotImplemented

    __hash__: ClassVar[None]  # type: ignore[assignment]


def _resolved(value: Any, names: Names, *, top: bool = True) -> Any:
    if isinstance(value, Resource) and not top:
        return ("reference", names.key(value)) if names.holds(value) else ("unheld", id(value))
    if isinstance(value, Value):
        parts = value.__dict__.items()
        said = {name: _resolved(item, names, top=False) for name, item in parts if item is not None and name[0] != "_"}
        return type(value).__name__, said
    if isinstance(value, Mapping):
        return {name: _resolved(item, names, top=top) for name, item in value.items()}
    if isinstance(value, (tuple, list)) and type(value) in (tuple, list):
        return [_resolved(item, names, top=top) for item in value]
    return names.comparable(value) if isinstance(value, str) else value
