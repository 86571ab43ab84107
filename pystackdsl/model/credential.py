"""Windows managed service accounts."""

import attrs

from pystackdsl.model.external import REFERENCE
from pystackdsl.model.key import key
from pystackdsl.model.secret import Config
from pystackdsl.model.value import Value

__all__ = ["CredentialSpec"]


@attrs.frozen(kw_only=True, eq=False, repr=False, slots=False)
class CredentialSpec(Value):
    """A Windows managed service account (Compose `credential_spec`): exactly one of the three."""

    config: Config | None = attrs.field(
        default=None, metadata=key("Config", since="3.8", shape=REFERENCE, doc="The config that holds it.")
    )
    """The config that holds it. Since 3.8."""
    file: str | None = attrs.field(
        default=None, metadata=key("File", since="3.3", doc="The file, known to the daemon.")
    )
    """The file, known to the daemon. Since 3.3."""
    registry: str | None = attrs.field(
        default=None, metadata=key("Registry", since="3.3", doc="The value's name in the daemon's registry.")
    )
    """The value's name in the daemon's registry. Since 3.3."""
