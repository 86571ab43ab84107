"""Windows managed service accounts."""

from typing import TYPE_CHECKING, Final

import attrs

from pystackdsl.model.key import Shape, key
from pystackdsl.model.secret import Config
from pystackdsl.model.value import Value

if TYPE_CHECKING:
    from pystackdsl.model.names import Names

__all__ = ["CredentialSpec"]


def _emit_reference(config: Config, names: "Names") -> object:
    return names.key(config)


REFERENCE: Final = Shape("reference", _emit_reference)
"""The key of the resource that is referred to."""


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class CredentialSpec(Value):
    """A Windows managed service account (Compose `credential_spec`): exactly one of the three."""

    config: Config | None = attrs.field(
        default=None, metadata=key("Config", since="3.8", shape=REFERENCE, doc="The config that holds it.")
    )
    file: str | None = attrs.field(
        default=None, metadata=key("File", since="3.3", doc="The file, known to the daemon.")
    )
    registry: str | None = attrs.field(
        default=None, metadata=key("Registry", since="3.3", doc="The value's name in the daemon's registry.")
    )
