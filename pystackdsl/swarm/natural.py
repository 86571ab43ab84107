"""The order in which the Docker CLI lists names: numbers in them by their value, so that web2 comes before web10."""

import re

__all__ = ["natural"]

_PART = re.compile(rb"[0-9]+|[^0-9]", re.DOTALL)


def natural(name: str) -> tuple[tuple[int | bytes, ...], ...]:
    """What to sort a name by. Digits come before all else; of equal numbers the one with fewer zeros is first."""
    key: list[tuple[int | bytes, ...]] = []
    for part in _PART.findall(name.encode(errors="surrogateescape")):
        if part.isdigit():
            digits = part.lstrip(b"0")
            key.append((0, len(digits), digits, len(part)))
        else:
            key.append((1, part))
    return tuple(key)
