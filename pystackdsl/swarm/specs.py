"""What a stack asks of the Engine, as the bodies of its API: made by `lower`, compared by `compare`, sent by `rollout`.

A body is a plain JSON tree with the Engine's own field names. Bodies hold full names in the swarm where the Engine
wants IDs; `engine.references` puts IDs in. Content of secrets and configs is kept apart from the bodies, so that what
is printed, compared or saved can hold none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic
    from pystackdsl.model.stack import Stack

__all__ = ["IMAGE", "KINDS", "NAMESPACE", "OWN", "External", "Kind", "Raw", "Spec", "Specs"]

Spec = dict[str, Any]
"""The body of a create or update call."""
Raw = dict[str, Any]
"""An object as the Engine's API returns it: `ID`, `Version`, `Spec` and so on; a network has its fields at the top."""

Kind = Literal["networks", "secrets", "configs", "services"]
KINDS: Final[tuple[Kind, ...]] = ("networks", "secrets", "configs", "services")
"""What a stack consists of in the swarm, in the order in which it is created; removal goes backwards."""

NAMESPACE: Final = "com.docker.stack.namespace"
"""The label that says which stack an object belongs to."""
IMAGE: Final = "com.docker.stack.image"
"""The label of a service that keeps the image as it was written, without a digest."""
OWN: Final = "com.pystackdsl."
"""What labels of our own begin with. They say nothing about a stack, so they never count as a difference."""


@attrs.frozen(kw_only=True)
class External:
    """An object outside the stack that it refers to, and that must exist; `users` are the keys of services that do."""

    kind: Kind
    key: str
    name: str
    users: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Specs:
    """What a stack asks of the Engine, each kind by the stack's own keys.

    `networks` are only those that a service uses. `contents` holds what is in secrets and configs by (kind, key); it
    is never shown. `warnings` is what is doubtful about the stack. `source` is the stack itself, for the places in it.
    Images are as written: digests come later.
    """

    stack: str
    networks: Mapping[str, Spec]
    secrets: Mapping[str, Spec]
    configs: Mapping[str, Spec]
    services: Mapping[str, Spec]
    externals: tuple[External, ...] = ()
    contents: Mapping[tuple[Kind, str], bytes] = attrs.field(factory=dict, repr=False)
    warnings: "tuple[Diagnostic, ...]" = ()
    source: "Stack | None" = attrs.field(default=None, repr=False)

    def of(self, kind: Kind) -> Mapping[str, Spec]:
        """The bodies of one kind, by key."""
        return getattr(self, kind)  # type: ignore[no-any-return]
