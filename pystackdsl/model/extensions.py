"""Extension fields: the `x-*` keys of a stack, kept as they are for other tools."""

from collections.abc import Mapping
from typing import Any, cast

from pystackdsl.model.value import FrozenDict

__all__ = ["as_extensions"]


def as_extensions(value: Mapping[str, Any] | None) -> FrozenDict[str, Any] | None:
    """Take a mapping whose keys begin with `x-`; values are plain mappings, lists and scalars."""
    return FrozenDict(value) if isinstance(value, Mapping) else cast("Any", value)
