"""Texts that are almost YAML, for the laws of the reader and for its fuzzing: sound texts mutated, and soups of tokens.

Everything is drawn from a `random.Random`, so that hypothesis can steer it and a seed can repeat it.
"""

from __future__ import annotations

import textwrap
from random import Random

from rig.judge import Judge

from pystackdsl.compose.document import read
from pystackdsl.compose.goscalar import Timestamp
from pystackdsl.diagnostics import InvalidStack

__all__ = ["BASES", "PLAIN", "differs", "lined_mutant", "mutant", "number", "soup"]

BASES = [
    """\
x-a: &a {k: 1, l: [a, "b?", 'c']}
x-b:
  <<: *a
  m: |
    text
      more

    end
  n: >-
    folded
    text
  o: "dq \\n \\x41 esc"
  # comment
  p: 'it''s'
x-c:
- 1
- 2.5
- ~
- {a: b, c: [d, e]}
- - x
  - y
""",
    textwrap.indent(
        """\
version: "3.8"
services:
  web:
    image: "nginx:1.27"
    command: ["serve", "--port", "80"]
    environment:
      DEBUG: yes
      MODE: 0400
      EMPTY:
    ports:
      - "80:80"
      - target: 443
        published: 8443
    deploy:
      replicas: 2
      placement:
        constraints:
          - node.role != manager
    healthcheck:
      test: curl -f http://localhost/?q || exit 1
      interval: 1m30s
""",
        "  ",
    ).join(["x-case:\n", ""]),
]

PLAIN = """\
---
# A stack, line by line
version: '3.8'
services:
  web:
    image: "nginx:1.27" # pinned
    command: ["serve", --port, 80, '[a, b]']
    environment:
      DEBUG: yes
      MODE: 0400
      URL: http://a:80/x#y?z
      A: a :b # c
      EMPTY:

    ports:
    - "80:80"
    - target: 443
      published: 8443
    -
      target: 1.5
    - ::1
    deploy: {mode: global, on: off}
    labels:
      traefik.http.routers.web.rule: Host(`a.example`) && Path('/x')
      "a b": é
    x-t:
      - ~
      - {}
      - []
volumes:
  data:
"""
"""A text whose lines are all of the kinds that `compose.lines` reads."""

_LINE_PIECES = [
    *" :-#'\"[]{}~.,?=&*!\n0a\té",
    *(
        "\n  ",
        "  ",
        ": ",
        "- ",
        " #",
        "\n\n",
        "\n# c\n",
        "- - ",
        "[a, b]",
        "{}",
        "null",
        "0400",
        "true",
        "<<: ",
        "---\n",
    ),
    *("1e3", "2001-01-01", "a:", " :a", "#a", "::", "-a", "? a", "{a: b}", ", c", "\n    a\n", "\r\n", "$$", "..."),
]

_PIECES = [
    *"\t\n :-?[]{},#&*!|>'\"%@`\\=~1aé🐎\u2028\x85",
    *(
        "\n  ",
        "\n\t",
        "  ",
        ": ",
        "- ",
        "\n\n",
        " #",
        " \t#",
        "\n# c\n",
        "---\n",
        "...\n",
        "<<: ",
        "*a",
        "&b ",
        "!!str ",
    ),
    *("!x ", "\\/", "\\'", ":]", ":,", "?x", "0o1", "|2\n", ">-\n"),
]

_TOKENS = [
    *(
        "a",
        "b",
        "1",
        "x-c",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "?",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
    ),
    *(
        "\n ",
        "\t",
        " ",
        "'",
        '"',
        "|\n",
        "> \n",
        "|-\n  ",
        "#c",
        " # c",
        "\n# c\n",
        "\n\t# c",
        "&a ",
        "*a",
        "&b ",
        "*b ",
    ),
    *(
        "!!str ",
        "!!int ",
        "!t ",
        "! ",
        "<<: ",
        "<<",
        "~",
        "\n---\n",
        "\n...\n",
        "%YAML 1.1\n",
        "\\",
        "\\n",
        "\\'",
        "\\/",
    ),
    *(
        "\u2028",
        "\x85",
        "é",
        "=",
        "@",
        "`",
        "|",
        "text more",
        "0o7",
        "1e3",
        "2001-01-01",
        "true",
        "${A}",
        "$$",
        "\ufdd0",
    ),
]

_DIGITS = "0123456789+-._eExXoObBaAfFtTzZ:, nNuUlLiIsSyY~="
_NUMBERS = [
    *(
        "2001-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "2001-12-14 21:59:43.10",
        "0x1F",
        "0o17",
        "0b101",
        "1e400",
        "-.INF",
    ),
    *("1_000", "017", "089", "22:22", "true", "null", ".5e3", "12345678901234567890", "-9223372036854775808", "0b-1"),
]


def mutant(random: Random) -> str:
    """A sound text with a few characters or lines changed."""
    text = random.choice(BASES)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        change = random.random()
        if change < 0.45:
            text = text[:at] + random.choice(_PIECES) + text[at:]
        elif change < 0.65:
            text = text[:at] + text[at + random.choice((1, 1, 2, 4, 8)) :]
        elif change < 0.8:
            text = _with_a_line_changed(text, random)
        elif change < 0.9:
            text = text[:at] + random.choice(_PIECES) + text[at + 1 :]
        else:
            width = random.randrange(30)
            text = text[:at] + text[at : at + width] * 2 + text[at + width :]
    return text


def lined_mutant(random: Random) -> str:
    """A text of plain lines with a few of them, or of their characters, changed; often it stays one."""
    text = PLAIN
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        change = random.random()
        if change < 0.4:
            text = text[:at] + random.choice(_LINE_PIECES) + text[at + random.choice((0, 0, 1)) :]
        elif change < 0.6:
            text = text[:at] + text[at + random.choice((1, 1, 2, 4, 8)) :]
        else:
            text = _with_a_line_changed(text, random)
    return text


def soup(random: Random) -> str:
    """A few tokens of YAML in any order, below a key."""
    tokens = [random.choice(_TOKENS) for _ in range(random.choice((2, 3, 4, 5, 6, 8, 10, 14)))]
    return f"x-t: {''.join(tokens)}{random.choice(('', 'x-z: 1'))}\n"


def number(random: Random) -> str:
    """Something like a number or a date."""
    if random.random() < 0.5:
        return "".join(random.choice(_DIGITS) for _ in range(random.randrange(1, 9)))
    text = random.choice(_NUMBERS)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(("", random.choice(_DIGITS))) + text[at + random.choice((0, 1)) :]
    return text


def differs(text: str, judge: Judge) -> str:
    """In what the judge reads a text otherwise than we do; empty when in nothing.

    Left aside are its refusals of what a stack may hold, which come after reading; texts with the characters that mark
    open variables, which only we refuse; and what its writer garbles, line breaks before a text and a key `<<`. A byte
    order mark inside a text, which confuses the judge, is never made here.
    """
    try:
        ours = read(text).tree
    except InvalidStack as error:
        ours, said = None, str(error)
    verdict = judge.read(text, skip_interpolation=True)
    is_read = verdict.accepted or not verdict.message.startswith(("yaml:", "top-level object", "json:"))
    if (ours is not None) is not is_read:
        if ours is None and "sets aside" in said:
            return ""
        return (
            f"the judge says {verdict.message[:200] or verdict.text[:200]!r}, we say {said if ours is None else ours!r}"
        )
    if ours is None or not verdict.accepted or "<<" in verdict.text:
        return ""
    theirs = read(verdict.text).tree
    one, other = ({key: _plain(value) for key, value in tree.items() if key[:2] == "x-"} for tree in (ours, theirs))
    return "" if one == other else f"the judge reads {other!r}, we read {one!r}"


def _plain(value: object) -> object:
    """A value in a form that survives Docker's writer and compares by kind."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Timestamp):
        return "a date", value.rfc3339
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "a number", float(value)
    return value.lstrip("\n\u2028") if isinstance(value, str) else (value,)


def _with_a_line_changed(text: str, random: Random) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    change = random.random()
    if change < 0.3:
        lines[at] = " " * random.randrange(4) + lines[at]
    elif change < 0.6:
        lines[at] = lines[at][random.randrange(3) :]
    elif change < 0.8:
        lines.insert(random.randrange(len(lines)), lines[at])
    else:
        del lines[at]
    return "\n".join(lines)
