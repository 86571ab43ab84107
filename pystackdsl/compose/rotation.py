"""Names that change with content: `STACK_key-digest`, since Swarm lets nobody change the content of a secret or config.

`compose.assets` asks for a name for each content it knows. docs/decisions/0003-rotation-names.md tells why the digest
of a secret is a slow one.
"""

import re
from typing import TYPE_CHECKING

from pystackdsl.content.item import Item

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["DIGITS", "LONGEST", "rotated_name"]

LONGEST = 64
"""The most characters that the Engine takes in the name of a secret or config."""

DIGITS = 8
"""How many hexadecimal digits of a digest stand in a name."""

_NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*"


def rotated_name(item: Item, stack_name: str, content: bytes) -> "str | Diagnostic":
    """The full name of a secret or config of the stack, other for every content; or why there is none.

    A key that would make the name longer than the Engine takes is cut; what was cut off counts for the digest.
    """
    key = item.key or ""
    room = LONGEST - len(stack_name) - len("_") - len("-") - DIGITS
    start = key[: max(room, 1)]
    digest = _digest(item, stack_name, content, cut=start != key)
    name = f"{stack_name}_{start}-{digest}"
    if len(name) <= LONGEST and re.fullmatch(_NAME, name):
        return name
    stack_is_right = room >= 1 and re.fullmatch(_NAME, stack_name)
    return item.fault(
        f'{item} would be called "{name}", which Docker refuses',
        expected=f"letters, digits, _, . and -, beginning with a letter or digit, {LONGEST} at most",
        help="give it a name= of your own" if stack_is_right else "choose another stack name",
    )


def _digest(item: Item, stack_name: str, content: bytes, *, cut: bool) -> str:
    """The digest of all that cannot be changed under one name: the content, and what the Engine does with it."""
    from hashlib import scrypt, sha256

    driver = item.resource.template_driver
    told = content
    if driver is not None or cut:
        spoken = "" if driver is None else str.__str__(driver)  # a variable left open takes no other operation
        told = b"\0".join((content, spoken.encode(), (item.key or "").encode() if cut else b""))
    if not item.is_secret:
        return sha256(told).hexdigest()[:DIGITS]
    salt = f"pystackdsl secret\0{stack_name}\0{item.key}".encode()
    return scrypt(told, salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=DIGITS // 2).hex()
