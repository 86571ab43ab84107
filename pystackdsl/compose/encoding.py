"""The bytes of a YAML text, before any parser sees them: text or bytes come in, UTF-8 of a bounded size goes out.

`compose.document` calls this first, and asks what a text may hold, so that it can do without looking for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pystackdsl.diagnostics import Diagnostic, InvalidStack, Place, Span

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LARGEST", "in_utf8", "is_marked"]

LARGEST: Final = 128 * 2**20
"""Bytes that a text may have."""

_MOST_TAGS: Final = 100
_WORD_ENDS: Final = frozenset(
    bytes([code]) for code in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_)"
)


def in_utf8(text: str | bytes, file: Path | None) -> bytes:
    """The text in UTF-8, of a size and a head that can be read. Raises InvalidStack."""
    summary, line, data = "", 1, b""
    try:
        data = text.encode() if isinstance(text, str) else text
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            data = data.decode("utf-16").encode()
    except UnicodeEncodeError as error:
        summary, line = "the text holds half of a surrogate pair", error.object.count("\n", 0, error.start) + 1
    except UnicodeDecodeError:
        summary = "the text begins as UTF-16 does, and is none"
    if len(data) > LARGEST:
        summary = f"the text has {len(data):,} bytes, and {LARGEST:,} are the most that is read"
    elif data.count(b"%TAG") > _MOST_TAGS:
        summary = f"the text declares more than {_MOST_TAGS} tags"
    if summary:
        place = Place(Span(file, line))
        raise InvalidStack(Diagnostic(summary=summary, places=(place,), expected="a stack file in UTF-8"))
    return data


def is_marked(data: bytes) -> bool:
    """Whether a text may hold anchors or tags; False is certain."""
    if b"&" in data and re.search(rb"&[\w-]", data):
        return True
    if b"!" not in data:
        return False
    if re.search(rb"!(?!=)", data):
        return True
    # A tag begins a value: `- node.role != manager` has none.
    before = (data[max(match.start() - 99, 0) : match.start()].rstrip(b" ") for match in re.finditer(b"!", data))
    return any(not chunk or chunk[-1:] not in _WORD_ENDS for chunk in before)
