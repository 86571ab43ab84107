"""Slips that the parser meets long after they were made: a complaint comes in, the fault at its true place goes out.

`compose.syntax` asks here first. What the parser trips over is then not what is wrong: a merge conflict that nobody
resolved, the text of a `|` that is not indented, a quote that is closed by the next one. `tree` has from here what a
key that is no text was meant to be.
"""

from __future__ import annotations

import re

from pystackdsl.compose.complaint import Complaint, quoted
from pystackdsl.compose.faults import Fault

__all__ = ["bare_template", "port_pair", "slip"]

_MOST_LINES = 100
"""How far above a line the head of its text is looked for."""
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( .*)?\r?$", re.MULTILINE)
_KEY = re.compile(r"""(- +)*("[^"]*"|'[^']*'|[\w./-]+) *:( |$)""")
_BLOCK_TEXT = re.compile(r"(?:- +)*(?:([\w./-]+) *: +)?([|>][-+0-9]*) *(#.*)?$")


def slip(c: Complaint) -> Fault | None:
    """The fault of a slip that the parser did not see as one; None where its complaint tells what is wrong."""
    return _conflict(c) or _shallow_text(c) or _open_quote(c)


def _conflict(c: Complaint) -> Fault | None:
    found = _CONFLICT.search(c.text, 0, c.line_end(c.at))
    if found is None:
        return None
    return Fault(
        summary="a merge conflict stands here that nobody resolved",
        start=found.start(),
        end=found.end(),
        expected="one version of these lines",
        help="keep one side of it, and take the lines away that begin with <<<<<<<, ======= and >>>>>>>",
    )


def _shallow_text(c: Complaint) -> Fault | None:
    """A line that was to be of the text below `command: |`, and is not indented further than that."""
    for at in (c.since, c.at, c.before(c.at)):
        line = c.line(at).strip()
        if not line or line.startswith("- ") or _KEY.match(line) or c.line(at).lstrip(" ").startswith("\t"):
            continue
        head = _head_of_text(c, at)
        if head is None:
            continue
        start = c.line_start(head) + c.indent(head)
        name = _BLOCK_TEXT.fullmatch(c.line(head).strip())
        key, sign = (name[1], name[2]) if name else (None, "|")
        return Fault(
            summary=f"the text below `{key}: {sign}` is not indented"
            if key
            else f"the text below {sign} is not indented",
            start=c.line_start(at) + c.indent(at),
            end=c.line_end(at),
            expected=f"more than {c.indent(head)} spaces" if c.indent(head) else "at least 1 space",
            help=f"indent the text further than `{key}`"
            if key
            else f"indent the text further than the line of the {sign}",
            also=(start, "the text begins here"),
        )
    return None


def _head_of_text(c: Complaint, at: int) -> int | None:
    """The index of the line above that begins a text of several lines, where nothing but this text comes between."""
    indent, above = c.indent(at), c.before(at)
    for _ in range(_MOST_LINES):
        if above <= 0:
            break
        line = c.line(above).strip()
        if _BLOCK_TEXT.fullmatch(line):
            return above if c.indent(above) >= indent else None
        if line.startswith("- ") or _KEY.match(line):
            return None
        above = c.before(above)
    return None


def _open_quote(c: Complaint) -> Fault | None:
    """A quote that a later one closes, which was to open a text of its own."""
    close = len(c.text[: c.at].rstrip()) - 1
    quote = c.text[close : close + 1]
    if quote not in ("'", '"') or not re.search(r"(^|[-:,]\s+|[\[{]\s*)$", c.text[c.line_start(close) : close]):
        return None
    start = c.text.rfind(quote, 0, close)
    if start < 0 or c.number(start) == c.number(close):
        return None
    if not re.search(r"(^\s*|[-:,]\s+|[\[{]\s*)$", c.text[c.line_start(start) : start]):
        return None
    return Fault(
        summary=f"the quote {quote} is not closed in its line",
        start=start,
        end=c.line_end(start),
        expected=f"a closing {quote}",
        help=f"write {quote} at the end of the text",
        also=(close, "it goes on to here"),
    )


def port_pair(text: str, start: int) -> str:
    """The cure for `8080: 80` among ports, by the whole text and the index of the pair."""
    pair = re.match(r"([\d.:-]+): +([\d-]+(?:/\w+)?)", text[start:])
    if pair is None:
        return ""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    port = f'"{pair[1]}:{pair[2]}"'
    return f"write the port as one text: {port}" if line.strip() else f"write a list: [{port}]"


def bare_template(text: str, start: int) -> str:
    """The cure for a value such as `{{.Node.Hostname}}` without quotes, by the whole text and the index of its end."""
    found = re.match(r"\{\{[^\r\n]*\}\}[^\s,]*", text[start - 1 :])
    return f"put the value in quotes: {quoted(found[0])}" if found else ""
