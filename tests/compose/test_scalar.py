"""Which texts stay plain, which are quoted, and how."""

from __future__ import annotations

import json

import pytest
import yaml
from rig.judge import Judge

from pystackdsl.compose.scalar import float_text, is_visible, plain_or_quoted, quoted
from pystackdsl.diagnostics import InvalidText

PLAIN = """
redis:7-alpine
registry.example.com:5000/team/app@sha256:0123abcd
/var/run/docker.sock:/var/run/docker.sock
./conf:/etc/nginx:ro
../up
.env
~/.ssh
http://user@host:8080/path?query=1&more#fragment
node.role == manager
node.labels.zone != b
Host(`a.example`) && PathPrefix(`/api`)
on-failure:3
10s
1m30s
50M
172.16.238.0/24
8080:80/tcp
80:eighty
fe80::1
A::B
--api.insecure=true
-c
-x
-e
e
ea1
E2E
_1
start-first
yes.
nobody
it's
say "hi"
C:\\path
a, b
a [b] {c}
a  b
a :b
a#b
$HOME
$${HOME}
host-{{.Node.Hostname}}
+x
..a
1 000
v1.2.3
latest
é
Ünïcödé
日本 語
👍
👨‍👩‍👧
""".strip().splitlines()

QUOTED = r"""
y
Y
n
N
yes
Yes
YES
yEs
no
No
on
ON
off
Off
true
True
TRUE
false
False
null
Null
NULL
~
0
1
-1
+1
42
007
0400
0888
1_000
1,000
0x1F
0X1f
-0xff
0o17
0O17
0b101
0B1
0_x1F
22:22
5000:80
3306:3306
190:20:30
1:2
127.0.0.1:80:80
10.0.0.1
3000-3005:3000-3005
1.5
1.
.5
-.5
+.5
1.25.3
1e3
1E3
1.0e+3
12e45
e1
E-5
.e5
1_0.0
6.8523015e+5
685_230.15
190:20:30.15
.inf
.Inf
-.INF
+.inf
.nan
.NaN
inf
nan
-inf
0x1p-2
2001-01-01
2001-1-1
2001-12-14t21:59:43.10-05:00
2001-12-14 21:59:43.10 -5
+
-
.
..
=
<<
---
--- a
---a
...
...a
- a
? a
?
: a
:a
::1
[::1]:80
{{.Node.Hostname}}
#a
&a
*a
!a
!!str
|
>
'a'
"a"
%a
@a
`a`
,a
a: b
a:
a #b
 a
]
}
""".strip("\n").splitlines()

WRITTEN = [
    ("", '""'),
    ("a ", '"a "'),
    ("a: ", '"a: "'),
    ("\ta", r'"\ta"'),
    ("a: \\b", r'"a: \\b"'),
    ("a\nb", r'"a\nb"'),
    ("a\tb", r'"a\tb"'),
    ("\r\b\f", r'"\r\b\f"'),
    ("\0\x1b\x7f", r'"\u0000\u001b\u007f"'),
    ("a\x85b\u2028c\u2029", r'"a\u0085b\u2028c\u2029"'),
    ("\ufeffa", r'"\ufeffa"'),
    ("\xa0", r'"\u00a0"'),
    ("a\u202eb", r'"a\u202eb"'),
    ("\ufffe\uffff", r'"\ufffe\uffff"'),
    ("é: 👍", '"é: 👍"'),
]


def everywhere_escaped(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def every_character() -> list[str]:
    """All characters of the basic plane, and some of each other one."""
    points = [*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 0x3FF), 0x10FFFF]
    return [chr(point) for point in points]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_text_stays_plain(text: str) -> None:
    assert plain_or_quoted(text) == text


@pytest.mark.parametrize("text", QUOTED)
def test_text_that_a_reader_could_misread_is_quoted(text: str) -> None:
    assert plain_or_quoted(text) == quoted(text) == json.dumps(text)


@pytest.mark.parametrize(("text", "spelling"), WRITTEN)
def test_what_cannot_be_seen_is_escaped(text: str, spelling: str) -> None:
    assert plain_or_quoted(text) == spelling


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize("text", [*PLAIN, *QUOTED, *(text for text, _ in WRITTEN)])
def test_pyyaml_reads_the_text(text: str, loader: type[yaml.SafeLoader]) -> None:
    assert yaml.load(f"{plain_or_quoted(text)}: {plain_or_quoted(text)}\n", loader) == {text: text}


@pytest.mark.parametrize("pattern", ["{}", "{}b", "a{}", "a{}b", "a {} b"])
def test_pyyaml_reads_every_character(pattern: str) -> None:
    texts = [pattern.format(character) for character in every_character()]
    document = "".join(f"- {plain_or_quoted(text)}\n" for text in texts)
    assert yaml.load(document, yaml.CSafeLoader) == texts


@pytest.mark.parametrize("pattern", ["{}", "{}b", "a{}", "a{}b", "a {} b"])
def test_docker_reads_every_character(pattern: str, judge: Judge) -> None:
    texts = [pattern.format(character.replace("$", "$$")) for character in every_character()]
    head = 'version: "3.9"\nservices: {a: {image: a}}\nx-test:\n'
    ours = head + "".join(f"- {plain_or_quoted(text)}\n" for text in texts)
    assert judge.same(ours, head + "".join(f"- {everywhere_escaped(text)}\n" for text in texts))
    assert judge.config(ours).count("\n- ") + judge.config(ours).count("\n  - ") == len(texts)


def test_docker_reads_the_tables(judge: Judge) -> None:
    texts = [text.replace("$", "$$") for text in [*PLAIN, *QUOTED, *(text for text, _ in WRITTEN)]]
    head = 'version: "3.9"\nservices: {a: {image: a}}\nx-test:\n'
    ours = head + "".join(f"  {plain_or_quoted(text)}: {plain_or_quoted(text)}\n" for text in texts)
    theirs = head + "".join(f"  {everywhere_escaped(text)}: {everywhere_escaped(text)}\n" for text in texts)
    assert judge.same(ours, theirs)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "true", "false", "null"])
def test_words_are_quoted_in_any_case(word: str) -> None:
    for bits in range(2 ** len(word)):
        text = "".join(c.upper() if bits >> at & 1 else c for at, c in enumerate(word))
        assert plain_or_quoted(text) == f'"{text}"'


@pytest.mark.parametrize(("text", "at"), [("\ud800", 0), ('caf"\udce9', 4), ("\U0001f600\udfff x", 1)])
def test_half_a_surrogate_pair_is_refused(text: str, at: int) -> None:
    with pytest.raises(InvalidText) as caught:
        plain_or_quoted(text)
    assert (caught.value.text, caught.value.span) == (text, (at, at + 1))
    message = str(caught.value)
    message.encode()
    assert "cannot be written as UTF-8" in message
    assert f"{ord(text[at]):04x}" in message


def test_a_refused_text_is_pointed_into() -> None:
    with pytest.raises(InvalidText) as caught:
        plain_or_quoted("né\udc80x")
    [finding] = caught.value.findings
    assert finding.excerpt is not None
    shown, start, end = finding.excerpt
    assert shown[start:end] == "\\udc80"
    assert caught.value.span == (2, 3)


@pytest.mark.parametrize(
    ("number", "spelling"),
    [
        (0.5, "0.5"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e16, "1.0e+16"),
        (-1e-05, "-1.0e-05"),
        (1.5e300, "1.5e+300"),
        (float("inf"), ".inf"),
        (float("-inf"), "-.inf"),
        (float("nan"), ".nan"),
    ],
)
def test_floats(number: float, spelling: str) -> None:
    assert float_text(number) == spelling
    read = yaml.safe_load(spelling)
    assert isinstance(read, float)
    assert repr(read) == repr(number)


@pytest.mark.parametrize(
    ("text", "visible"), [("a\n\tb  \n", True), ("é\n👍", True), ("a\r\n", False), ("\xa0\n", False)]
)
def test_visible(text: str, visible: bool) -> None:
    assert is_visible(text) is visible
