"""Where Docker's YAML is another than libyaml's: a text that one takes and the other refuses is recognised here.

`compose.document` asks, so that libyaml, which is fast, may do the reading and Docker still decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pystackdsl.compose.complaint import Complaint
from pystackdsl.compose.faults import Fault
from pystackdsl.compose.nodes import Node

__all__ = ["has_comma_in_tag", "marked_texts", "may_hold_marks", "may_suit_docker", "refused_by_docker"]

_MARKS = re.compile("[\ufdd0\ufdd1]")
_RAW_MARKS = re.compile(rb"\xef\xb7[\x90\x91]|fdd[01]", re.IGNORECASE)
_SLASH_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\/")


def may_suit_docker(complaint: Complaint) -> bool:
    """Whether Docker may read what made libyaml complain: `[a:]`, an escaped single quote, a tab before a comment."""
    rest = complaint.text[complaint.at :]
    return (
        complaint.problem == "found unexpected ':'"
        or (complaint.problem == "found unknown escape character" and rest.startswith("\\'"))
        or ("start any token" in complaint.problem and rest.startswith("\t") and rest.lstrip().startswith("#"))
    )


def refused_by_docker(root: Node | None, text: str) -> Iterator[Fault]:
    """What libyaml reads in a text and Docker refuses."""
    for node, in_flow in _walk(root):
        if node.kind != "scalar":
            continue
        raw = text[node.start : node.end]
        if node.style == '"' and _SLASH_ESCAPE.search(raw):
            at = node.start + raw.index("\\/")
            yield Fault(
                summary="\\/ means nothing between double quotes",
                start=at,
                end=at + 2,
                expected="a slash alone, or an escape such as \\n or \\\\",
                help="take the backslash away, or put the text between single quotes",
            )
        elif in_flow and not node.style and "?" in node.text:
            yield Fault(
                summary="a question mark begins a key between brackets, so the text cannot stand without quotes",
                start=node.start,
                end=node.end,
                expected="a text in quotes",
                help=f'put it in quotes: "{node.text}"',
            )


def has_comma_in_tag(root: Node | None, text: str) -> bool:
    """Whether a comma stands right behind a tag, which to Docker is a part of it: `[!!str, a]`."""
    return any(
        node.kind == "scalar" and in_flow and node.tag and text[node.end : node.end + 1] == "," and not node.text
        for node, in_flow in _walk(root)
        if not node.style
    )


def may_hold_marks(data: bytes) -> bool:
    """Whether a text may hold the two characters that stand around open variables; False is certain."""
    return _RAW_MARKS.search(data) is not None


def marked_texts(root: Node | None) -> Iterator[Fault]:
    """The scalars that hold one of those characters."""
    for node, _ in _walk(root):
        found = _MARKS.search(node.text)
        if found:
            yield Fault(
                summary=f"the text holds the character U+{ord(found[0]):04X}, which Unicode sets aside",
                start=node.start,
                end=node.end,
                expected="characters that mean something to people",
                help="take the character away",
            )


def _walk(root: Node | None) -> Iterator[tuple[Node, bool]]:
    """Every node of a text, keys too, and whether it stands between brackets."""
    waiting = [(root, False)] if root else []
    while waiting:
        node, in_flow = waiting.pop()
        yield node, in_flow
        inner = in_flow or node.flow
        waiting += [(item, inner) for item in reversed(node.items)]
        waiting += [(part, inner) for pair in reversed(node.pairs) for part in reversed(pair)]
