"""What a key means, in sentences: the declaration of a key comes in, text for people goes out.

An editor shows it at a field, `pystackdsl schema` at a key of a stack file, the reference in its tables.
"""

import types
import typing
from collections.abc import Iterator
from typing import Any

from pystackdsl.model.key import Key
from pystackdsl.model.units import Quantity

__all__ = ["meaning", "unit"]


def meaning(key: Key, hint: Any) -> Iterator[str]:
    """The sentences about a key: what it is, its unit, its default, its version, and what Swarm makes of it."""
    yield key.doc
    if key.default:
        yield f"Default: {key.default}."
    if measured := unit(hint):
        yield f"Takes {measured}."
    if key.instead and not key.local:
        yield f"{'Swarm ignores it; instead' if key.api is None else 'Better'}: {key.instead}."
    if not key.local:
        yield f"Since {key.since}."


def unit(hint: Any) -> str:
    """How a quantity is spelled: `a duration with its unit, such as "5s"`; nothing for other types."""
    is_union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    for part in typing.get_args(hint) if is_union else (hint,):
        if isinstance(part, type) and issubclass(part, Quantity):
            return part.expected
    return ""
