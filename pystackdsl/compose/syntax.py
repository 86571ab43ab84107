"""Why a text is no YAML, in words for people: the parser's complaint and its position come in, a wording goes out.

`compose.document` calls this when libyaml gives a text up. The parser says what rule was broken; here the text around
the place tells what was probably meant, which key the slip belongs to, and how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pystackdsl.compose import indicators
from pystackdsl.compose.complaint import Complaint, quoted, shown, spaces
from pystackdsl.compose.faults import Fault, too_deep
from pystackdsl.compose.slips import slip
from pystackdsl.compose.strangers import is_service_key

__all__ = ["worded"]


def worded(complaint: Complaint) -> Fault:
    """The fault that makes for a complaint; the parser's own words where nothing better is known."""
    known = slip(complaint)
    if known is not None:
        return known
    said = f"{complaint.context}: {complaint.problem}"
    for pattern, word in _WORDINGS:
        if re.search(pattern, said):
            return word(complaint)
    return Fault(
        summary=f"this is no YAML: {complaint.problem}",
        start=complaint.at,
        end=complaint.at + 1,
        also=(complaint.since, complaint.context) if complaint.since < complaint.at else None,
    )


def _value_here(c: Complaint) -> Fault:
    line = c.line(c.at)
    head = line[: c.at - c.line_start(c.at)]
    key = re.match(r"\s*(?:- +)*(\"[^\"]*\"|'[^']*'|[^\s:#][^:#]*?) *:(?= )", head)
    if key:
        value = line[key.end() :].strip()
        return Fault(
            summary=f"the value of {key[1].strip()} holds a colon and a space, which begins another value",
            start=c.at,
            end=c.at + 1,
            expected="one `key: value` in a line",
            help=f"put the value in quotes: {key[1].strip()}: {quoted(value)}",
        )
    above = c.before(c.at)
    return _after_incomplete(c, above) or Fault(
        summary="this line is indented deeper than the key above it, which has a value already",
        start=c.line_start(c.at) + c.indent(c.at),
        end=c.at,
        expected=f"{spaces(c.indent(above))}, as in line {c.number(above)}, or a key above without a value",
        also=(c.line_start(above) + c.indent(above), "the value above"),
        help="indent both lines alike",
    )


def _after_incomplete(c: Complaint, above: int) -> Fault | None:
    """The wording where the line above the complaint is the faulty one: it lacks a colon, or the space behind it."""
    start = c.line_start(above) + c.indent(above)
    line = c.text[start : above + 1]
    bare = line.removeprefix("- ").lstrip()
    if re.match(r"[\w.-]+:\S", bare) and "://" not in bare:
        key, _, value = bare.partition(":")
        return Fault(
            summary=f"the space is missing behind {key}:",
            start=start,
            end=above + 1,
            expected="a colon, a space, and the value",
            help=f"write `{key}: {value}`",
        )
    if ": " in line or line.endswith(":") or line.startswith(("- ", '"', "'", "{", "[", "|", ">", "&", "*", "!")):
        return None
    word, _, value = bare.partition(" ")
    return Fault(
        summary="the colon is missing in this line",
        start=start,
        end=above + 1,
        expected="`key: value`",
        help=f"write `{word}: {value.strip()}`" if value else f"write `{word}:`",
    )


def _key_without_colon(c: Complaint) -> Fault:
    end = c.line_end(c.since)
    return _after_incomplete(c, end - 1) or Fault(
        summary="the colon is missing behind this key",
        start=c.since,
        end=end,
        expected="`key: value`, the key on one line and no longer than 1,024 characters",
        help="write a colon behind the key, or put the text into the line above",
    )


def _key_expected(c: Complaint) -> Fault:
    if c.text[c.at : c.at + 1] == ":":
        return indicators.no_key(c)
    if c.text[c.at : c.at + 2].strip() == "-" and c.is_first(c.at):
        return _item_among_keys(c)
    if c.is_first(c.at):
        return _indentation(c)
    rest = c.text[c.at : c.line_end(c.at)]
    before = c.text[c.line_start(c.at) : c.at].rstrip()
    if before.endswith(("'", '"')):
        quote = before[-1]
        inside = "write two quotes for one" if quote == "'" else 'write \\" for a quote inside'
        return Fault(
            summary=f"the quoted text ends before {shown(rest)}",
            start=c.at,
            end=c.at + len(rest),
            expected="nothing behind the closing quote",
            help=f"{inside}, or put the whole text between quotes of the other kind",
        )
    return Fault(
        summary=f"{shown(rest)} stands behind the end of a value",
        start=c.at,
        end=c.at + len(rest),
        expected="the end of the line, or a comment",
        help="take it away, or put the whole value in quotes",
    )


def _item_among_keys(c: Complaint) -> Fault:
    return Fault(
        summary="an item of a list stands among the keys of a mapping",
        start=c.at,
        end=c.line_end(c.at),
        expected="only `key: value` here, or only items with a dash",
        help="indent it below the key whose list it belongs to, or write it as `key: value`",
        also=(c.since, "the mapping begins here"),
    )


def _indentation(c: Complaint) -> Fault:
    """A line whose indentation fits none of the blocks that are open."""
    indent, is_item = c.indent(c.at), c.text[c.at : c.at + 2].strip() == "-"
    above, at = indent + 1, c.line_start(c.at)
    fitting: list[int] = []
    while at > 0 and above > 0:
        at = c.line_start(at - 1)
        line = c.line(at)
        here = len(line) - len(line.lstrip(" "))
        if line.strip() and not line.lstrip().startswith("#") and (here < above or not fitting):
            above = here
            dash = re.match("-(?: +|$)", line[here:])
            # A key fits the key behind a dash, an item fits the dash.
            fitting.append(here + (dash.end() if dash and not is_item else 0))
    fitting = sorted(set(fitting))
    if indent in fitting:
        return Fault(
            summary="this line belongs to no block: it neither begins with a dash nor is it `key: value`",
            start=c.at,
            end=c.line_end(c.at),
            expected="what the lines above it are",
            help="put a text that begins with a sign in quotes",
            also=(c.since, "the block begins here") if c.since < c.at else None,
        )
    nearest, deeper = _meant(c, indent, fitting)
    return Fault(
        summary=f"this line is indented by {spaces(indent)}, which fits no line above",
        start=c.at,
        end=c.line_end(c.at),
        expected=" or ".join(map(spaces, fitting)) or "no indentation",
        help=f"indent it by {spaces(nearest)}" + (", and what is below it further" if deeper else ""),
        also=(c.since, "the block that it interrupts begins here") if c.since < c.at else None,
    )


def _meant(c: Complaint, indent: int, fitting: list[int]) -> tuple[int, bool]:
    """The indentation that was probably meant, and whether the lines below must then be indented further too."""
    at = c.after(c.at)
    below = c.indent(at)
    # What is above deeper lines is not as deep as these, but a key may stand as deep as the items of its list.
    most = below if c.text[at : at + 2] == "- " and c.text[c.at : c.at + 2] != "- " else below - 1
    possible = [other for other in fitting if below <= indent or other <= most] or fitting
    nearest = min(possible, key=lambda other: (abs(other - indent), -other)) if possible else 0
    deepest = max(fitting, default=0)
    key = re.match(r"([a-z_]+) *:(?= |$)", c.text[c.at : c.line_end(c.at)])
    if key and is_service_key(key[1]) and nearest < indent < deepest:
        nearest = min(other for other in fitting if other > indent)
    return nearest, indent < below and nearest > most


def _item_expected(c: Complaint) -> Fault:
    if not c.is_first(c.at):
        return _key_expected(c)
    if c.indent(c.at) != c.indent(c.since):
        return _indentation(c)
    rest = c.text[c.at : c.line_end(c.at)]
    return Fault(
        summary="this line stands among the items of a list and has no dash",
        start=c.at,
        end=c.at + len(rest),
        expected="only items with a dash here, or only `key: value`",
        help=f"write `- {rest}`, or write the whole block as `key: value`",
        also=(c.since, "the list begins here"),
    )


def _unclosed_quote(c: Complaint) -> Fault:
    quote = c.text[c.since : c.since + 1]
    return Fault(
        summary=f"the quote {quote} is never closed",
        start=c.since,
        end=c.line_end(c.since),
        expected=f"a closing {quote}",
        help=f"write {quote} at the end of the text",
    )


def _unclosed_bracket(c: Complaint) -> Fault:
    variable = _bare_variable(c)
    if variable is not None:
        return variable
    opening = c.text[c.since : c.since + 1]
    closing = {"[": "]", "{": "}"}.get(opening, "]")
    rest = c.text[c.at : c.line_end(c.at)]
    if rest and c.number(c.at) == c.number(c.since) and rest[0] == "?":
        return Fault(
            summary="a question mark between brackets begins a key",
            start=c.at,
            end=c.at + 1,
            expected=f"a text without ?, a comma, or {closing}",
            help="put the text in quotes",
        )
    latest = c.at
    if rest.startswith(":"):
        latest = max(c.line_start(c.at) + c.indent(c.at), c.text.rfind(" ", 0, c.at) + 1)
        rest = c.text[latest : c.line_end(c.at)]
    return Fault(
        summary=f"the bracket {opening} is not closed, or a comma is missing",
        start=c.since,
        end=c.since + 1,
        expected=f"a comma or {closing} before {shown(rest)}" if rest else f"a closing {closing}",
        help=f"write {closing} where the values end, and commas between them",
        also=(min(latest, len(c.text.rstrip())), "here at the latest"),
    )


def _bare_variable(c: Complaint) -> Fault | None:
    """A variable between brackets, whose own brackets YAML takes for a mapping's."""
    if c.text[c.at - 1 : c.at + 1] != "${":
        return None
    line = c.line_start(c.at)
    start = line + max(end.end() for end in _ITEM_START.finditer(c.text[line : c.at - 1]))
    value = _WITH_VARIABLES.match(c.text, start, c.line_end(c.at))
    if value is None or value.end() <= c.at:
        return None
    text = value[0].rstrip()
    return Fault(
        summary="a variable between brackets needs quotes: YAML reads its { as the beginning of a mapping",
        start=start,
        end=start + len(text),
        expected="a text in quotes",
        help="put it in quotes: " + (f"'{text}'" if '"' in text else f'"{text}"'),
    )


_ITEM_START = re.compile(r"""(?:^|[\[,]|(?<!\$)\{|:\s)\s*(?:["']\s*)?""")
_WITH_VARIABLES = re.compile(r"(?:\$\{(?:[^{}\r\n]|\$\{[^{}\r\n]*\})*\}|(?!:\s|\s#)[^,\[\]{}\r\n])*")


def _item_here(c: Complaint) -> Fault:
    rest = c.text[c.at : c.line_end(c.at)]
    return Fault(
        summary="a list cannot begin in the line of its key",
        start=c.at,
        end=c.at + len(rest),
        expected="each item on a line of its own",
        help=f"write `{rest}` below the key, indented",
    )


def _document_start(c: Complaint) -> Fault:
    if c.text[: c.at].lstrip().startswith("%") and not c.text[c.at :].strip():
        return indicators.directive(c)
    return _indentation(c)


_WORDINGS: tuple[tuple[str, Callable[[Complaint], Fault]], ...] = (
    (r"^reading: ", indicators.unreadable),
    (r"cannot start any token", indicators.no_token),
    (r"tab character", indicators.tab),
    (r"mapping values are not allowed", _value_here),
    (r"could not find expected ':'", _key_without_colon),
    (r"block mapping: (did not find expected key|expected <block end>)", _key_expected),
    (r"block collection: (did not find expected '-'|expected <block end>)", _item_expected),
    (r"quoted scalar: found unexpected (end of stream|document)", _unclosed_quote),
    (r"expected ',' or", _unclosed_bracket),
    (r"scanning an (alias|anchor): ", indicators.anchor_name),
    (r"sequence entries are not allowed", _item_here),
    (r"mapping keys are not allowed", indicators.complex_key),
    (r"expected (the )?node content", indicators.no_content),
    (r"escape|hexdecimal", indicators.escape),
    (r"block scalar: ", indicators.block_header),
    (r"(scanning|parsing) a tag: |undefined tag handle", indicators.tag),
    (r"incompatible", indicators.version),
    (r"directive", indicators.directive),
    (r"expected '?<document start>", _document_start),
    (r"maximum nesting depth", lambda c: too_deep(c.at, c.at + 1)),
)
