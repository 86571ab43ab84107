"""The nodes of a YAML text with their positions: events come in, a graph of nodes goes out.

`compose.marks` finds places in it, `compose.aliasing` counts in it. Nothing is resolved here: an alias points to the
node that it stands for, and a merge key is a key like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from pystackdsl.compose.goscalar import is_merge_tag

__all__ = ["Node", "compose"]

Kind = Literal["scalar", "mapping", "list", "alias"]

_DEEPEST: Final = 1000
"""Levels of nesting that are gone into. What is deeper has been refused, and would take long to read."""


class Node:
    """A node of a YAML text, from index `start` up to `end`. `text` is a scalar's, or the name that an alias has.

    A mapping has `pairs`, a list has `items`, an alias has a `target` (None where its anchor is missing).
    """

    __slots__ = ("anchor", "end", "flow", "items", "kind", "pairs", "start", "style", "tag", "target", "text")

    def __init__(self, event: Any, kind: Kind) -> None:
        self.kind = kind
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.anchor: str | None = event.anchor
        self.text: str = event.value if kind == "scalar" else event.anchor if kind == "alias" else ""
        self.tag: str | None = None if kind == "alias" else event.tag
        self.style: str = (event.style or "") if kind == "scalar" else ""
        self.flow = kind in {"mapping", "list"} and bool(event.flow_style)
        self.pairs: list[tuple[Node, Node]] = []
        self.items: list[Node] = []
        self.target: Node | None = None

    @property
    def is_merge_key(self) -> bool:
        """Whether this, as a key, merges its value into the mapping."""
        return self.kind == "scalar" and self.text == "<<" and is_merge_tag(self.tag, plain=not self.style)

    @property
    def key_text(self) -> str:
        """What this spells as a key."""
        return self.target.text if self.kind == "alias" and self.target else self.text

    @property
    def behind(self) -> Node | None:
        """The node that this is or, as an alias, stands for."""
        return self.target if self.kind == "alias" else self

    def merge_sources(self) -> list[Node]:
        """What the merge key of this mapping names, the strongest first."""
        for key, value in self.pairs:
            if key.is_merge_key:
                return value.items if value.kind == "list" else [value]
        return []

    def merged(self) -> list[Node]:
        """The mappings that the merge key of this mapping brings in, the strongest first."""
        return [node for node in (source.behind for source in self.merge_sources()) if node and node.kind == "mapping"]


def compose(events: Callable[[], Callable[[], Any]], kinds: Any, error: type[Exception]) -> Node | None:
    """The graph of the first document of a text, as far as it can be read before an `error`.

    `events` opens the text and gives what gives the next event; `kinds` holds the event classes by name. None stands
    for a text without any node.
    """
    starts: dict[type, Kind] = {
        kinds.ScalarEvent: "scalar",
        kinds.AliasEvent: "alias",
        kinds.MappingStartEvent: "mapping",
        kinds.SequenceStartEvent: "list",
    }
    graph = _Graph()
    try:
        get = events()
        while (event := get()).__class__ not in (kinds.DocumentEndEvent, kinds.StreamEndEvent):
            kind = starts.get(event.__class__)
            if kind is not None:
                graph.add(Node(event, kind))
                if len(graph.open) > _DEEPEST:
                    break
            elif event.__class__ in (kinds.MappingEndEvent, kinds.SequenceEndEvent):
                graph.end(event.end_mark.index)
    except error:
        pass
    return graph.root


class _Graph:
    """A graph under construction: the collections that are open, each with the key that waits for its value."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[tuple[Node, list[Node]]] = []
        self.anchors: dict[str, Node] = {}

    def add(self, node: Node) -> None:
        if node.kind == "alias":
            self.target(node)
        elif node.anchor is not None:
            self.anchors[node.anchor] = node
        if not self.open:
            self.root = node
        else:
            self.attach(node, *self.open[-1])
        if node.kind in {"mapping", "list"}:
            self.open.append((node, []))

    def target(self, alias: Node) -> None:
        found = self.anchors.get(alias.text)
        # An alias inside the block that it names has no end.
        if all(node is not found for node, _ in self.open):
            alias.target = found

    @staticmethod
    def attach(node: Node, parent: Node, waiting: list[Node]) -> None:
        if parent.kind == "list":
            parent.items.append(node)
        elif waiting:
            parent.pairs.append((waiting.pop(), node))
        else:
            waiting.append(node)

    def end(self, index: int) -> None:
        node, _ = self.open.pop()
        node.end = index
