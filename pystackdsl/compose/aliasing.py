"""How much of a YAML text may come from aliases: Docker refuses a text in which they multiply its content too far.

`compose.tree` asks with rough counts, which lean to the safe side, while it reads; where those are in doubt,
`compose.document` has the nodes counted exactly. So no text unfolds to more than some hundred thousand values beyond
those that it spells.
"""

from __future__ import annotations

from typing import Final

from pystackdsl.compose.nodes import Node

__all__ = ["excess", "is_excessive"]

_SMALL: Final = 400_000
_LARGE: Final = 4_000_000
_DOUBT: Final = 0.99
"""Rough counts this near to the limit are counted again."""


def is_excessive(aliased: int, decoded: int) -> bool:
    """Whether `aliased` of `decoded` values, roughly counted, may be more than Docker allows."""
    return _exceeds(aliased, decoded, _DOUBT)


def excess(root: Node) -> Node | None:
    """The alias at which Docker gives a text up, or None when it reads it all."""
    count = _Count()
    try:
        count.decode(root)
    except _Exceeded:
        return count.last
    return None


def _exceeds(aliased: int, decoded: int, margin: float = 1.0) -> bool:
    if aliased <= 100 or decoded <= 1000:
        return False
    if decoded <= _SMALL:
        share = 0.99
    elif decoded >= _LARGE:
        share = 0.10
    else:
        share = 0.99 - 0.89 * (decoded - _SMALL) / (_LARGE - _SMALL)
    return aliased / decoded > share * margin


class _Exceeded(Exception):
    pass


class _Count:
    """One walk over the nodes of a text, in the order in which Docker decodes them; a whole document counts too.

    Behind an alias, values only add to both counts, so the share of aliases is checked once they are all in.
    """

    def __init__(self) -> None:
        self.aliased = 0
        self.decoded = 1
        self.sizes: dict[int, int] = {}
        self.last: Node | None = None

    def decode(self, node: Node) -> None:
        self.add(1)
        if node.kind == "alias":
            self.follow(node, self.size(node.target) if node.target else 0)
        elif node.kind == "list":
            for item in node.items:
                self.decode(item)
        elif node.kind == "mapping":
            self.mapping(node, None)

    def mapping(self, node: Node, taken: set[str] | None) -> None:
        """Decode the pairs of a mapping, or merge them into one that has the keys `taken` already."""
        for key, value in node.pairs:
            if not key.is_merge_key:
                self.decode(key)
                if _takes(taken, key):
                    self.decode(value)
        sources = node.merge_sources()
        if sources and taken is None:
            for key, _ in node.pairs:
                self.decode(key)
            taken = {key.key_text for key, _ in node.pairs}
        for source in sources:
            self.add(1)
            if source.kind == "alias" and source.target:
                self.follow(source, 1 + self.pairs_size(source.target, taken))
            elif source.kind == "mapping":
                self.mapping(source, taken)

    def add(self, count: int) -> None:
        self.decoded += count
        if _exceeds(self.aliased, self.decoded):
            raise _Exceeded

    def follow(self, alias: Node, count: int) -> None:
        self.last = alias
        self.aliased += count
        self.add(count)

    def size(self, node: Node) -> int:
        """How many values a node comes to when an alias stands for it."""
        known = self.sizes.get(id(node))
        if known is None:
            known = 1
            if node.kind == "alias":
                known += self.size(node.target) if node.target else 0
            else:
                known += sum(map(self.size, node.items)) + self.pairs_size(node, None)
            self.sizes[id(node)] = known
        return known

    def pairs_size(self, node: Node, taken: set[str] | None) -> int:
        """How many values the pairs of a mapping come to, all or those that are merged beside the keys `taken`."""
        total = 0
        for key, value in node.pairs:
            if not key.is_merge_key:
                total += self.size(key) + (self.size(value) if _takes(taken, key) else 0)
        sources = node.merge_sources()
        if sources and taken is None:
            total += sum(self.size(key) for key, _ in node.pairs)
            taken = {key.key_text for key, _ in node.pairs}
        for source in sources:
            behind = source.behind
            if behind:
                total += 1 + (source.kind == "alias") + self.pairs_size(behind, taken)
        return total


def _takes(taken: set[str] | None, key: Node) -> bool:
    """Whether a merge takes the value of a key; the key is taken from then on."""
    if taken is None:
        return True
    if key.key_text in taken:
        return False
    taken.add(key.key_text)
    return True
