"""Names that change with content: `STACK_key-digest`, since Swarm lets nobody change the content of a secret or config.

`compose.assets` asks for a name for each content it knows. docs/decisions/0003-rotation-names.md tells why the digest
of a secret is a slow one.
"""

import re
from typing import TYPE_CHECKING

from pystackdsl.content.item import Item
from pystackdsl.content.rotation import DIGITS, LONGEST, config_digest, secret_digest, told

if TYPE_CHECKING:
    from pystackdsl.diagnostics import Diagnostic

__all__ = ["rotated_name"]

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
        help="give it a `name` of your own" if stack_is_right else "choose another stack name",
    )


def _digest(item: Item, stack_name: str, content: bytes, *, cut: bool) -> str:
    """The digest of all that cannot be changed under one name: the content, and what the Engine does with it."""
    message = told(content, item.resource.template_driver, (item.key or "") if cut else "")
    if not item.is_secret:
        return config_digest(message)[:DIGITS]
    salt = f"pystackdsl secret\0{stack_name}\0{item.key}".encode()
    return secret_digest(message, salt, size=DIGITS // 2)
