"""How much there is, in words: what verbs say of a stack that they have written."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pystackdsl.model.stack import Stack

__all__ = ["counted"]


def counted(stack: "Stack") -> str:
    """`6 services, 2 networks`."""
    kinds = ("services", "networks", "volumes", "secrets", "configs")
    held = [(len(getattr(stack, kind)), kind) for kind in kinds]
    return ", ".join(f"{count} {kind if count > 1 else kind[:-1]}" for count, kind in held if count) or "nothing"
