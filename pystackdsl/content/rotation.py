"""What a name stands for that changes with content: shared by `build --rotate` and by what applies to a swarm.

Swarm lets nobody change the content of a secret or config, so new content gets a new name, `NAME-digest`. A digest
counts all that cannot be changed under one name. That of a secret is slow and salted, so that it is no oracle.
"""

__all__ = ["COST", "DIGITS", "LONGEST", "config_digest", "secret_digest", "told"]

LONGEST = 64
"""The most characters that the Engine takes in the name of a secret or config."""

DIGITS = 8
"""How many hexadecimal digits of a digest stand in a name."""

COST = 15
"""The work for one digest of a secret, as a power of two: about 0.1 s and 32 MiB."""


def told(content: bytes, template_driver: str | None, cut: str = "") -> bytes:
    """All that cannot be changed under one name: the content, what the Engine does with it, and as `cut` the whole of a
    name that had to be shortened.
    """
    if template_driver is None and not cut:
        return content
    spoken = "" if template_driver is None else str.__str__(template_driver)  # an open variable takes nothing else
    return b"\0".join((content, spoken.encode(), cut.encode()))


def config_digest(message: bytes) -> str:
    """The digest of a config in hexadecimal: SHA-256, which anybody can check with `sha256sum`."""
    from hashlib import sha256

    return sha256(message).hexdigest()


def secret_digest(message: bytes, salt: bytes, cost: int = COST, size: int = 32) -> str:
    """The digest of a secret in hexadecimal; the threads of others go on meanwhile."""
    from hashlib import scrypt

    return scrypt(message, salt=salt, n=2**cost, r=8, p=1, maxmem=2 ** (cost + 11), dklen=size).hex()
