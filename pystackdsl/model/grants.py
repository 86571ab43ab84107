"""Grants: a secret or config given to a service, under a name and with rights of its own."""

from typing import TYPE_CHECKING, ClassVar

import attrs

from pystackdsl.model.external import REFERENCE
from pystackdsl.model.key import key
from pystackdsl.model.secret import Config, Secret
from pystackdsl.model.units import FileMode, as_file_mode
from pystackdsl.model.value import Value

if TYPE_CHECKING:
    from pystackdsl.model.crossing import Fields, Lifting, Lowering, Tree

__all__ = ["ConfigGrant", "Grant", "SecretGrant"]


class Grant(Value):
    """What grants of secrets and of configs have in common; not to be made itself."""

    KIND: ClassVar[str]
    RESOURCE: ClassVar[type[Secret | Config]]
    FOLDER: ClassVar[str]
    target: str | None

    @classmethod
    def mistaken(cls, value: object) -> tuple[str, str, str] | None:
        """A name in place of the object is the common mistake, or a mapping as in YAML."""
        if isinstance(value, dict):
            options = ", ".join(f"{name}=…" for name in ("target", "uid", "gid", "mode") if name in value)
            help = f"write the {cls.KIND}'s variable with what else is said: {cls.KIND}s=[the_{cls.KIND}.at({options})]"
            return f"a mapping is not a {cls.KIND}", f"a {cls.KIND.capitalize()} object", help
        if not isinstance(value, str):
            return None
        noun = f"a {cls.KIND.capitalize()} object"
        help = f"write the variable without quotes: {cls.KIND}s=[{value}]" if value.isidentifier() else ""
        return f'"{value}" is a name, not a {cls.KIND}', noun, help or f"hold the {cls.KIND} in a variable"

    @property
    def granted(self) -> "Secret | Config":
        """The secret or config itself."""
        return self.__dict__[self.KIND]  # type: ignore[no-any-return]

    def to_api(self, tree: "Tree", lowering: "Lowering") -> None:
        """Say the file in full."""
        said = {name: value for name, value in tree.get("File", {}).items() if value != ""}
        tree["File"] = {"Name": lowering.key_of(self.granted), "UID": "0", "GID": "0", "Mode": 0o444, **said}

    @classmethod
    def from_api(cls, tree: "Tree", lifting: "Lifting") -> "Fields":
        """Take out what a grant says of itself anyway; only what differs is said."""
        name = tree.pop(f"{cls.KIND.capitalize()}Name")
        resource = lifting.resource(cls.RESOURCE, name)
        file = tree["File"]
        for part, default in (("Name", lifting.key_of(resource)), ("UID", "0"), ("GID", "0"), ("Mode", 0o444)):
            if file.get(part) == default:
                del file[part]
        return {cls.KIND: resource}

    @property
    def has_options(self) -> bool:
        """Whether anything but the secret or config itself is said."""
        values = self.__dict__.values()
        return list(values).count(None) < len(values) - 1

    @property
    def path(self) -> str:
        """Where a task finds the file."""
        if self.target is None:
            return self.granted.path
        return self.target if self.target.startswith("/") else self.FOLDER + self.target


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class SecretGrant(Grant):
    """A secret given to a service (Compose `services.<key>.secrets[]`, Engine `ContainerSpec.Secrets[]`)."""

    OPEN_SINCE: ClassVar[int] = 1

    KIND = "secret"
    RESOURCE = Secret
    FOLDER = "/run/secrets/"

    secret: Secret = attrs.field(
        metadata=key("SecretName", since="3.1", name="source", shape=REFERENCE, doc="The secret.")
    )
    """The secret. Since 3.1."""
    target: str | None = attrs.field(
        default=None,
        metadata=key(
            "File.Name", since="3.1", default="the secret's key", doc="The file name, in /run/secrets unless absolute."
        ),
    )
    """The file name, in /run/secrets unless absolute. Default: the secret's key. Since 3.1."""
    uid: str | None = attrs.field(
        default=None, metadata=key("File.UID", since="3.1", default="0", doc="The owner's number, as text.")
    )
    """The owner's number, as text. Default: 0. Since 3.1."""
    gid: str | None = attrs.field(
        default=None, metadata=key("File.GID", since="3.1", default="0", doc="The group's number, as text.")
    )
    """The group's number, as text. Default: 0. Since 3.1."""
    mode: FileMode | None = attrs.field(
        default=None,
        converter=as_file_mode,
        metadata=key("File.Mode", since="3.1", cast="int", zero=True, default="0o444", doc="The permission bits."),
    )
    """The permission bits. Default: 0o444. Takes a file mode such as 0o440. Since 3.1."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class ConfigGrant(Grant):
    """A config given to a service (Compose `services.<key>.configs[]`, Engine `ContainerSpec.Configs[]`)."""

    OPEN_SINCE: ClassVar[int] = 3

    KIND = "config"
    RESOURCE = Config
    FOLDER = "/"

    config: Config = attrs.field(
        metadata=key("ConfigName", since="3.3", name="source", shape=REFERENCE, doc="The config.")
    )
    """The config. Since 3.3."""
    target: str | None = attrs.field(
        default=None, metadata=key("File.Name", since="3.3", default="/ and the config's key", doc="The file's path.")
    )
    """The file's path. Default: / and the config's key. Since 3.3."""
    uid: str | None = attrs.field(
        default=None, metadata=key("File.UID", since="3.3", default="0", doc="The owner's number, as text.")
    )
    """The owner's number, as text. Default: 0. Since 3.3."""
    gid: str | None = attrs.field(
        default=None, metadata=key("File.GID", since="3.3", default="0", doc="The group's number, as text.")
    )
    """The group's number, as text. Default: 0. Since 3.3."""
    mode: FileMode | None = attrs.field(
        default=None,
        converter=as_file_mode,
        metadata=key("File.Mode", since="3.3", cast="int", zero=True, default="0o444", doc="The permission bits."),
    )
    """The permission bits. Default: 0o444. Takes a file mode such as 0o440. Since 3.3."""
