"""Secrets and configs: files that Swarm hands to tasks, and the grants that give a service one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from pystackdsl.model.extensions import as_extensions
from pystackdsl.model.external import Nameable
from pystackdsl.model.key import BY_CLASS, Shape, key
from pystackdsl.model.names import Names, path_token
from pystackdsl.model.texts import as_list, as_options, as_pairs
from pystackdsl.model.value import FrozenDict

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree
    from pystackdsl.model.grants import ConfigGrant, Grant, SecretGrant
    from pystackdsl.model.units import FileMode

__all__ = ["GRANTS", "Config", "Secret", "as_config_grants", "as_secret_grants"]


def as_content(value: "str | bytes | bytearray | memoryview | None") -> str | bytes | None:
    """Take text or bytes; bytes that may change are copied."""
    return bytes(value) if isinstance(value, bytearray | memoryview) else value


def as_values(value: Mapping[str, Any] | None) -> FrozenDict[str, Any] | None:
    """Take the values of a template, by name."""
    return FrozenDict(value) if isinstance(value, Mapping) else cast("Any", value)


def _emit_file(file: str, names: Names) -> str:
    return names.local(file)


LOCAL_FILE: Final = Shape("local file", _emit_file, by_class=True)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Secret(Nameable):
    """A secret (Compose `secrets.<key>`, Engine `POST /secrets/create`).

    Its content comes from one of `file` (a path relative to the stack file), `content` (text or bytes), `template` (a
    jinja2 file filled with `values`) or `driver`; or the secret exists already: `external=True`. Content is never
    shown. Raises InvalidType and InvalidText for values of the wrong type or spelling.
    """

    name: str | None = attrs.field(
        default=None, metadata=key("Name", since="3.5", default="STACK_KEY", doc="The full name in the swarm.")
    )
    """The full name in the swarm. Default: STACK_KEY. Since 3.5."""
    file: str | None = attrs.field(
        default=None, metadata=key("Data", since="3.1", shape=LOCAL_FILE, doc="The file that holds the content.")
    )
    """The file that holds the content. Since 3.1."""
    external: bool | None = attrs.field(
        default=None,
        metadata=key(".", since="3.1", cast="bool", default="false", doc="Whether the secret exists already."),
    )
    """Whether the secret exists already. Default: false. Since 3.1."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key("Labels", since="3.1", doc="Labels of the secret.")
    )
    """Labels of the secret. Since 3.1."""
    driver: str | None = attrs.field(
        default=None, metadata=key("Driver.Name", since="3.8", doc="The secret driver that provides the content.")
    )
    """The secret driver that provides the content. Since 3.8."""
    driver_opts: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_options, metadata=key("Driver.Options", since="3.8", doc="Options of the driver.")
    )
    """Options of the driver. Since 3.8."""
    template_driver: str | None = attrs.field(
        default=None,
        metadata=key("Templating.Name", since="3.8", doc="`golang`: the Engine fills placeholders in the content."),
    )
    """`golang`: the Engine fills placeholders in the content. Since 3.8."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.7."""
    content: str | bytes | None = attrs.field(
        default=None,
        converter=as_content,
        metadata=key("Data", shape=BY_CLASS, local=True, secret=True, doc="The content itself."),
    )
    """The content itself."""
    template: str | None = attrs.field(
        default=None, metadata=key("Data", shape=BY_CLASS, local=True, doc="A jinja2 file that gives the content.")
    )
    """A jinja2 file that gives the content."""
    values: FrozenDict[str, Any] | None = attrs.field(
        default=None, converter=as_values, metadata=key(None, local=True, secret=True, doc="The template's values.")
    )
    """The template's values."""

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Add what is always said, and leave out a driver that has no name."""
        complete_file(self, tree, lowering)

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out the name."""
        return {"name": lifting.own_name(tree.pop("Name", ""))}

    @property
    def path(self) -> str:
        """Where a task finds this secret: `/run/secrets/<key>`. The text is complete once the stack is."""
        return path_token(self)

    def at(
        self,
        target: str | None = None,
        *,
        uid: str | None = None,
        gid: str | None = None,
        mode: "int | str | FileMode | None" = None,
    ) -> "SecretGrant":
        """This secret under another file name, owner or mode, as an item of `Service(secrets=[…])`.

        A relative `target` lies in `/run/secrets`; `mode` is best written in octal (`0o400`).
        """
        from pystackdsl.model.grants import SecretGrant

        return SecretGrant(secret=self, target=target, uid=uid, gid=gid, mode=mode)


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class Config(Nameable):
    """A config file (Compose `configs.<key>`, Engine `POST /configs/create`).

    Its content comes from one of `file` (a path relative to the stack file), `content` (text or bytes) or `template`
    (a jinja2 file filled with `values`); or the config exists already: `external=True`. Raises InvalidType and
    InvalidText for values of the wrong type or spelling.
    """

    name: str | None = attrs.field(
        default=None, metadata=key("Name", since="3.5", default="STACK_KEY", doc="The full name in the swarm.")
    )
    """The full name in the swarm. Default: STACK_KEY. Since 3.5."""
    file: str | None = attrs.field(
        default=None, metadata=key("Data", since="3.3", shape=LOCAL_FILE, doc="The file that holds the content.")
    )
    """The file that holds the content. Since 3.3."""
    external: bool | None = attrs.field(
        default=None,
        metadata=key(".", since="3.3", cast="bool", default="false", doc="Whether the config exists already."),
    )
    """Whether the config exists already. Default: false. Since 3.3."""
    labels: FrozenDict[str, str] | None = attrs.field(
        default=None, converter=as_pairs, metadata=key("Labels", since="3.3", doc="Labels of the config.")
    )
    """Labels of the config. Since 3.3."""
    template_driver: str | None = attrs.field(
        default=None,
        metadata=key("Templating.Name", since="3.8", doc="`golang`: the Engine fills placeholders in the content."),
    )
    """`golang`: the Engine fills placeholders in the content. Since 3.8."""
    x: FrozenDict[str, Any] | None = attrs.field(
        default=None,
        converter=as_extensions,
        metadata=key(None, since="3.7", name="x-*", doc="Extension fields for other tools."),
    )
    """Extension fields for other tools. Since 3.7."""
    content: str | bytes | None = attrs.field(
        default=None, converter=as_content, metadata=key("Data", shape=BY_CLASS, local=True, doc="The content itself.")
    )
    """The content itself."""
    template: str | None = attrs.field(
        default=None, metadata=key("Data", shape=BY_CLASS, local=True, doc="A jinja2 file that gives the content.")
    )
    """A jinja2 file that gives the content."""
    values: FrozenDict[str, Any] | None = attrs.field(
        default=None, converter=as_values, metadata=key(None, local=True, doc="The template's values.")
    )
    """The template's values."""

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Add what is always said, and leave out a driver that has no name."""
        complete_file(self, tree, lowering)

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out the name."""
        return {"name": lifting.own_name(tree.pop("Name", ""))}

    @property
    def path(self) -> str:
        """Where a task finds this config: `/<key>`. The text is complete once the stack is."""
        return path_token(self)

    def at(
        self,
        target: str | None = None,
        *,
        uid: str | None = None,
        gid: str | None = None,
        mode: "int | str | FileMode | None" = None,
    ) -> "ConfigGrant":
        """This config under another path, owner or mode, as an item of `Service(configs=[…])`."""
        from pystackdsl.model.grants import ConfigGrant

        return ConfigGrant(config=self, target=target, uid=uid, gid=gid, mode=mode)


def complete_file(file: Secret | Config, tree: "Tree", lowering: "Lowering") -> None:
    """Complete the body of a secret or config."""
    for name in ("Driver", "Templating"):
        if name in tree and not tree[name].get("Name"):
            del tree[name]
    tree["Name"] = lowering.full_name(file)
    tree["Labels"] = lowering.labelled(tree.get("Labels"))


def as_secret_grants(value: "Sequence[Secret | SecretGrant] | None") -> "tuple[SecretGrant, ...] | None":
    """Take a list of secrets and of secrets with options."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[SecretGrant, ...] | None", listed)
    from pystackdsl.model.grants import SecretGrant

    return tuple([SecretGrant(secret=item) if isinstance(item, Secret) else item for item in listed])


def as_config_grants(value: "Sequence[Config | ConfigGrant] | None") -> "tuple[ConfigGrant, ...] | None":
    """Take a list of configs and of configs with options."""
    listed = as_list(value)
    if type(listed) is not tuple:
        return cast("tuple[ConfigGrant, ...] | None", listed)
    from pystackdsl.model.grants import ConfigGrant

    return tuple([ConfigGrant(config=item) if isinstance(item, Config) else item for item in listed])


def _emit_grants(grants: "Sequence[Grant]", names: Names) -> object:
    return [grant if grant.has_options else names.key(grant.granted) for grant in grants]


def _lower_grants(grants: "Sequence[Grant]", lowering: "Lowering") -> list[dict[str, Any]]:
    found = [(lowering.full_name(grant.granted), lowering.value(grant)) for grant in grants]
    return [tree for _, tree in sorted(found, key=lambda pair: (pair[0], pair[1]["File"]["Name"]))]


def _lift_grants(grants: list[Any], lifting: "Lifting") -> tuple[Any, ...]:
    from pystackdsl.model.grants import ConfigGrant, SecretGrant

    found: list[Grant] = []
    for tree in grants:
        if "File" not in tree:  # a config for the runtime alone
            raise ValueError(tree)
        found.append(lifting.value(SecretGrant if "SecretName" in tree else ConfigGrant, tree))
    return tuple(found)


GRANTS: Final = Shape("grants", _emit_grants, lower=_lower_grants, lift=_lift_grants)
"""A list whose items are a name alone, or a mapping with `source` once anything else is said."""
