"""A resource changed in YAML text: the resource and its changed copy come in, stretches of text to replace go out.

What differs is looked up in the nodes of the text; there a value is exchanged, a key added or taken away, in the style
of what stands around it. Whether the text then says what was meant, the caller finds out by reading it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pystackdsl.compose.document import Document
from pystackdsl.compose.nodes import Node
from pystackdsl.compose.plain import plain_tree
from pystackdsl.compose.scalar import plain_or_quoted, quoted
from pystackdsl.compose.text import write
from pystackdsl.content.rewriting import Replacement, Uneditable
from pystackdsl.model.alteration import REMOVED, differences, value_at
from pystackdsl.model.key import Key, declared
from pystackdsl.model.names import Names
from pystackdsl.model.spelling import expander
from pystackdsl.model.units import FileMode

__all__ = ["replacements"]


def replacements(
    document: Document, names: Names, changes: Iterable[tuple[Sequence[str | int], Any, Any]]
) -> list[Replacement]:
    """What to replace in a text so that each resource, at its path there, becomes its changed copy.

    Raises Uneditable.
    """
    root = document.marks.root
    if root is None:
        raise Uneditable
    editor = _Editor(document.text, root, names)
    found: dict[tuple[int, int], Replacement] = {}
    for path, resource, changed in changes:
        for difference in differences(resource, changed):
            for each in editor.replaced(list(path), resource, changed, difference.path, difference.value):
                before = found.setdefault((each.start, each.end), each)
                if before is not each and before != each:
                    found[each.start, each.end] = each._replace(text=before.text + each.text)
    return list(found.values())


Trail = list[tuple[Node | None, Node]]
"""The (key, value) nodes along a path, from the root on, as far as the text itself has them."""


class _Editor:
    """The changes of one text."""

    def __init__(self, text: str, root: Node, names: Names) -> None:
        self.text = text
        self.root = root
        self.names = names

    def replaced(
        self, head: list[str | int], resource: Any, changed: Any, within: Sequence[str | int], value: Any
    ) -> Iterator[Replacement]:
        """The stretches for a difference; where it cannot be made there, for the value around it."""
        while within:
            path = [*head, *_spelled(resource, changed, within)]
            trail = self.trail(path)
            rest = path[len(trail) - 1 :]
            if value is REMOVED:
                made = None if rest else self.removed(trail)
            else:
                plain = self.plain(value, _key_at(changed, within))
                made = self.added(trail[-1][1], rest, plain) if rest else self.exchanged(trail, path[-1], plain)
            if made is not None:
                yield made
                return
            within = within[:-1]
            value = value_at(changed, within)
        raise Uneditable

    def trail(self, path: Sequence[str | int]) -> Trail:
        """The trail of a path. Raises Uneditable where it leads through what others share."""
        found: Trail = [(None, self.root)]
        for step in path:
            node = found[-1][1]
            pair = _below(node, step)
            if pair is None:
                if any(_below(each, step) for each in node.merged()):
                    raise Uneditable
                break
            found.append(pair)
            if pair[1].kind == "alias":
                raise Uneditable
        return found

    def plain(self, value: Any, key: Key | None) -> Any:
        """The plain tree of a value under a key, or of an item of its list; a file mode by its octal digits."""
        if type(value) is FileMode:
            return _Raw(f"0{value.number:o}")
        if key is not None and key.shape is not None and key.shape.emit is not None:
            is_item = not isinstance(value, tuple)
            emitted: Any = key.shape.emit((value,) if is_item else value, self.names)
            value = emitted[0] if is_item and isinstance(emitted, list) else emitted
        return plain_tree({"k": value}, expander(self.names), self.names.text)["k"]

    def exchanged(self, trail: Trail, step: str | int, plain: Any) -> Replacement | None:
        """Another value in the place of a scalar."""
        node, parent = trail[-1][1], trail[-2][1]
        is_special = node.kind != "scalar" or node.style in {"|", ">"} or node.tag or node.anchor
        if is_special or isinstance(plain, (dict, list)):
            return None
        if parent.kind == "list" and isinstance(step, str):
            plain = f"{step}={plain}"
        text = _in_flow(plain) if parent.flow else _scalar(plain)
        if isinstance(plain, str) and node.style == '"' and not isinstance(plain, _Raw):
            text = quoted(plain)
        return Replacement(node.start, node.end, text)

    def added(self, node: Node, rest: Sequence[str | int], plain: Any) -> Replacement | None:
        """A key or an item more, behind the last."""
        step = rest[0]
        if len(rest) > 1 or node.kind == "scalar":
            return None
        if node.kind == "mapping":
            if node.flow:
                return self.in_flow(node, [value for _, value in node.pairs], f"{_in_flow(step)}: {_in_flow(plain)}")
            key, last = node.pairs[-1]
            pad = " " * self.column(node.pairs[0][0].start)
            return self.below(max(key.end, _end(last)), write({str(step): plain}), pad)
        item = f"{step}={plain}" if isinstance(step, str) else plain
        if node.flow:
            return self.in_flow(node, node.items, _in_flow(item))
        if isinstance(item, (dict, list)):
            return None
        dash = self.text.rfind("-", 0, node.items[-1].start)
        return self.below(_end(node.items[-1]), f"- {_scalar(item)}\n", " " * self.column(dash))

    def in_flow(self, node: Node, parts: Sequence[Node], text: str) -> Replacement:
        """A part more in a flow collection."""
        if not parts:
            return Replacement(node.start + 1, node.end - 1, text)
        last = parts[-1].end
        return Replacement(last, last, f", {text}")

    def below(self, end: int, block: str, pad: str) -> Replacement:
        """A block of lines below the line in which something ends."""
        at = self.text.find("\n", end)
        lines = "".join(f"{pad}{line}\n" for line in block.rstrip("\n").split("\n"))
        if at < 0:
            return Replacement(len(self.text), len(self.text), "\n" + lines)
        return Replacement(at + 1, at + 1, lines)

    def removed(self, trail: Trail) -> Replacement | None:
        """Take away a pair or an item; what held it alone goes with it."""
        while len(trail) > 3:
            (key, node), parent = trail[-1], trail[-2][1]
            if len(parent.pairs or parent.items) > 1:
                return self.cut(parent, key or node, node)
            trail = trail[:-1]
        return None

    def cut(self, parent: Node, first: Node, last: Node) -> Replacement:
        """Take away what stands from one node to another: its lines in a block, its part with a comma in flow style."""
        start, end = first.start, _end(last)
        if parent.flow:
            return self.cut_in_flow(parent, start, max(end, first.end))
        line = self.text.rfind("\n", 0, start) + 1
        if self.text[line:start].strip(" -") or (self.text[line:start].strip() and parent.kind == "mapping"):
            raise Uneditable
        stop = self.text.find("\n", max(end, first.end))
        return Replacement(line, len(self.text) if stop < 0 else stop + 1, "")

    def cut_in_flow(self, parent: Node, start: int, end: int) -> Replacement:
        after = end
        while self.text[after : after + 1].isspace():
            after += 1
        if self.text[after : after + 1] == ",":
            after += 1
            while self.text[after : after + 1] == " ":
                after += 1
            return Replacement(start, after, "")
        comma = self.text.rfind(",", parent.start, start)
        return Replacement(comma if comma > 0 else start, end, "")

    def column(self, index: int) -> int:
        """The column of an index, from 0."""
        return index - (self.text.rfind("\n", 0, index) + 1)


class _Raw(str):
    """A scalar that is written as it stands."""

    __slots__ = ()


def _end(node: Node) -> int:
    """Where the last scalar of a node ends; a block ends for the parser where the next one begins."""
    if node.kind in {"scalar", "alias"} or node.flow:
        return node.end
    parts = [value for _, value in node.pairs] or node.items
    ends = [_end(part) for part in parts] + [key.end for key, _ in node.pairs]
    return max(ends, default=node.start)


def _scalar(plain: Any) -> str:
    """A scalar in a block."""
    if isinstance(plain, _Raw):
        return str(plain)
    return write({"k": plain}).removeprefix("k:").strip()


def _in_flow(plain: Any) -> str:
    """A value in flow style."""
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{_in_flow(key)}: {_in_flow(value)}" for key, value in plain.items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(map(_in_flow, plain)) + "]"
    if isinstance(plain, str) and not isinstance(plain, _Raw):
        return quoted(plain) if any(char in plain for char in ",[]{}") else plain_or_quoted(plain)
    return _scalar(plain)


def _below(node: Node, step: str | int) -> tuple[Node | None, Node] | None:
    """The (key, value) under a key of a mapping, or at a position of a list, or of the item KEY=VALUE of one."""
    if node.kind == "mapping":
        return next(((key, value) for key, value in node.pairs if key.text == step), None)
    if isinstance(step, int):
        return (None, node.items[step]) if step < len(node.items) else None
    return next(((None, item) for item in node.items if item.text.partition("=")[0] == step), None)


def _key_at(value: Any, within: Sequence[str | int]) -> Key | None:
    """The key whose value, or the item of whose list, stands at a path by fields."""
    where = within[:-1] if isinstance(within[-1], int) else within
    holder = value_at(value, where[:-1])
    found = declared(type(holder)).get(str(where[-1])) if hasattr(holder, "__attrs_attrs__") else None
    return found[0] if found else None


def _spelled(old: Any, new: Any, within: Sequence[str | int]) -> Iterator[str | int]:
    """A path by fields as Compose spells it."""
    value, other = old, new
    for step in within:
        holder = value if value is not None else other
        keys = declared(type(holder)) if hasattr(holder, "__attrs_attrs__") else {}
        yield keys[str(step)][0].name if str(step) in keys else step
        value, other = _part(value, step), _part(other, step)


def _part(value: Any, step: str | int) -> Any:
    if isinstance(value, tuple):
        return value[int(step)] if int(step) < len(value) else None
    return value.get(step) if isinstance(value, dict) else getattr(value, str(step), None)
