"""Keys that are not Docker Swarm's: what they were meant to be, or what Swarm has in their place."""

from typing import Any

from pystackdsl.compose.misfit import Misfit, misfit
from pystackdsl.diagnostics import nearest
from pystackdsl.model.key import keys_of

__all__ = ["stranger"]


def stranger(cls: type, name: str, _item: Any, minor: int) -> Misfit:
    """The fault of a key that a class does not have."""
    known = [key.name for key, _ in keys_of(cls).values() if not key.local and key.minor <= minor and key.name != "x-*"]
    guess = nearest(name, known)
    return misfit(
        f"`{name}` is not a key here",
        expected="one of " + ", ".join(sorted(known)) if len(known) <= 12 else "",
        help=f"did you mean `{guess}`?" if guess else "",
        at_key=True,
    )
