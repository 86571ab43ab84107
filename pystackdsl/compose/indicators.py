"""Characters that mean something to YAML where a text was meant, in words for people: complaints in, faults out.

The wordings that `compose.syntax` chooses for a value that begins with `*`, `@`, `!` or `>`, for escapes, directives
and characters that no YAML text holds.
"""

from __future__ import annotations

from pystackdsl.compose.complaint import Complaint, quoted, spaces
from pystackdsl.compose.faults import Fault

__all__ = [
    "anchor_name",
    "block_header",
    "complex_key",
    "directive",
    "escape",
    "no_content",
    "no_key",
    "no_token",
    "tab",
    "tag",
    "unreadable",
    "version",
]


def unreadable(c: Complaint) -> Fault:
    """A byte or character that YAML does not take."""
    found = c.text[c.at : c.at + 1]
    if found == "\ufffd":
        return Fault(
            summary="the text is not UTF-8",
            start=c.at,
            end=c.at + 1,
            expected="UTF-8, or UTF-16 with a byte order mark",
            help="save the file as UTF-8",
        )
    return Fault(
        summary=f"the text holds the character U+{ord(found or chr(0)):04X}, which YAML forbids",
        start=c.at,
        end=c.at + 1,
        expected="characters that can be seen",
        help=f'take it away, or write it between double quotes as "\\u{ord(found or chr(0)):04x}"',
    )


def no_token(c: Complaint) -> Fault:
    """A value that begins with a character which YAML keeps for itself."""
    found = c.text[c.at : c.at + 1]
    if found == "\t":
        return tab(c)
    return Fault(
        summary=f"a value cannot begin with {found}",
        start=c.at,
        end=c.at + 1,
        expected="a text that begins with a letter or digit, or one in quotes",
        help=f"put it in quotes: {quoted(c.value(c.at))}",
    )


def tab(c: Complaint) -> Fault:
    """A tab where spaces indent."""
    start = c.at
    while start and c.text[start - 1] == "\t":
        start -= 1
    end = start + len(c.text[start:]) - len(c.text[start:].lstrip("\t"))
    due = c.due(start) - (start - c.line_start(start))
    is_one = end <= start + 1
    cure = f"write {spaces(due)} in place of the tab" if is_one and due > 0 else "replace each tab by two spaces"
    return Fault(
        summary="a tab is used for indentation",
        start=start,
        end=max(end, start + 1),
        expected="spaces",
        help=f"{cure}, and set the editor to do so",
    )


def anchor_name(c: Complaint) -> Fault:
    """A value that begins with a star or an ampersand."""
    sign = c.text[c.since : c.since + 1]
    return Fault(
        summary=f"a value that begins with {sign} is read as {'an alias' if sign == '*' else 'an anchor'}",
        start=c.since,
        end=c.line_end(c.since),
        expected="a name of letters, digits, - and _, or quotes",
        help=f"put it in quotes: {quoted(c.value(c.since))}",
    )


def complex_key(c: Complaint) -> Fault:
    """A value that begins with a question mark."""
    return Fault(
        summary="a question mark and a space begin a key, which cannot stand here",
        start=c.at,
        end=c.at + 1,
        expected="a value",
        help=f"put it in quotes: {quoted(c.value(c.at))}",
    )


def no_content(c: Complaint) -> Fault:
    """A comma, a closing bracket or the end of the text where a value is due."""
    if not c.text[c.at :].strip():
        opening = max(c.text.rfind("[", 0, c.at), c.text.rfind("{", 0, c.at), 0)
        return Fault(
            summary=f"the text ends behind the bracket {c.text[opening : opening + 1]}, which is not closed",
            start=opening,
            end=opening + 1,
            expected="values, and the closing bracket",
            help="write the closing bracket where the values end",
        )
    found = c.text[c.at : c.at + 1]
    if found == ":":
        return no_key(c)
    return Fault(
        summary=f"a value is missing before {found}" if found.strip() else "a value is missing",
        start=c.at,
        end=c.at + 1,
        expected="a value",
        help=f"write the value, or take the {found} away" if found.strip() else "write the value",
    )


def no_key(c: Complaint) -> Fault:
    """A colon without a key."""
    return Fault(
        summary="a key is missing before the colon",
        start=c.at,
        end=c.at + 1,
        expected="`key: value`",
        help='write the key, or put the text in quotes; an empty key is spelled ""',
    )


def escape(c: Complaint) -> Fault:
    """A backslash between double quotes before what is no escape."""
    at = c.at if c.text[c.at : c.at + 1] == "\\" else max(c.text.rfind("\\", c.since, c.at), c.since)
    end = at + {"x": 4, "u": 6, "U": 10}.get(c.text[at + 1 : at + 2], 2)
    return Fault(
        summary=f"{c.text[at:end]} means nothing between double quotes",
        start=at,
        end=end,
        expected=r"an escape such as \n, \t, \", \\ or \u00e9",
        help="write two backslashes for one, or put the text between single quotes",
    )


def block_header(c: Complaint) -> Fault:
    """A value that begins with a bar or a greater-than sign."""
    rest = c.text[c.since : c.line_end(c.since)]
    return Fault(
        summary=f"a value that begins with {rest[:1]} is read as the head of a text on the lines below",
        start=c.since,
        end=c.since + len(rest),
        expected=f"nothing behind {rest[:1]} but + or - and an indentation from 1 to 9",
        help=f"put it in quotes: {quoted(c.value(c.since))}",
    )


def tag(c: Complaint) -> Fault:
    """A value that begins with an exclamation mark."""
    rest = c.text[c.since : c.line_end(c.since)]
    return Fault(
        summary="a value that begins with ! is read as a tag",
        start=c.since,
        end=c.since + len(rest),
        expected="a tag that YAML knows, such as !!str, followed by a space, or quotes",
        help=f"put it in quotes: {quoted(c.value(c.since))}",
    )


def version(c: Complaint) -> Fault:
    """A line `%YAML 1.2`."""
    return Fault(
        summary="Docker reads no YAML of this version",
        start=c.at,
        end=c.line_end(c.at),
        expected="%YAML 1.1, or no such line",
        help="take the line away",
    )


def directive(c: Complaint) -> Fault:
    """A line that begins with a percent sign."""
    start = c.since if c.text[c.since : c.since + 1] == "%" else max(c.text.rfind("%", 0, c.at), 0)
    return Fault(
        summary="a line that begins with % is read as an instruction to the YAML reader",
        start=start,
        end=c.line_end(start),
        expected="%YAML 1.1 or %TAG, once each, before the line ---",
        help="take the line away, or indent it if it belongs to a text",
    )
