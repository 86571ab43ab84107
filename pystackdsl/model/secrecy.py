"""Which names and values look like secrets: passwords, tokens, keys; and where such stand in the text of a source.

Rules ask here, and name the place and never the value. Views ask here what not to show of the lines that they quote.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pystackdsl.model.names import PATH_OPEN
from pystackdsl.model.variable import OPEN

__all__ = [
    "is_secret_name",
    "is_secret_text",
    "looks_secret",
    "secret_stretches",
    "secret_words",
    "shown",
    "without_passwords",
    "without_secrets",
]

_KEYS: Final = "|".join(
    f"{word}[_-]?KEY" for word in ("API", "APP", "PRIVATE", "ACCESS", "ENCRYPTION", "SIGNING", "AUTH")
)
_NAME: Final = re.compile(
    rf"(?:^|[_.-])(?:PASS(?:WORD|WD|PHRASE)?|PW|SECRET(?:[_-]?KEY(?:_BASE)?)?|TOKEN|CREDENTIALS?|{_KEYS})$"
    "|(?:PASSWORD|PASSWD|REQUIREPASS|MASTERAUTH)$",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"ALLOW|RANDOM|EMPTY|ENABLE|DISABLE|REQUIRE(?!PASS)|PUBLIC|_ID$|VALIDATE|SHOW|HIDE", re.IGNORECASE
)
_PLAIN_VALUE: Final = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,5})?", re.IGNORECASE)
_KNOWN: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{18,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|npm_[A-Za-z0-9]{36}|dckr_pat_[\w-]{20,}"
)
_URL: Final = re.compile(r"(?<![a-z0-9+.\-])[a-z0-9+.\-]++://[^/\s:@]*+:(?P<value>[^/\s@]+)@", re.IGNORECASE)

_LETTERED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"Authorization[\"']?\s*+[:=]\s*+[\"']?(?:(?:Basic|Bearer|Token|Digest)\s++)?(?P<value>[^\s\"',]{3,})",
        r"(?<![\w.-])Bearer\s++(?P<value>[\w.+/=~-]{8,})",
        r"(?<![^\s\"'=])[\w.-]++:(?P<value>[^\s@/\"']++)@(?:tcp|udp|unix)?\(",
        r"(?<![\w.-])mysql[\w-]*+[^\n]{0,200}?\s-p(?P<value>[^\s\"',]++)",
        r"(?<![\w.-])curl[^\n]{0,200}?\s(?:-\w*u|--user)[ =][\"']?[^\s:\"']++:(?P<value>[^\s\"',]++)",
        r"(?<![\w.-])redis-cli[^\n]{0,200}?\s-a\s++(?P<value>[^\s\"',]++)",
        r"(?<![\w.@-])[\w.@-]++:(?P<value>(?:\${1,2}(?:apr1|2[abxy]|[156])\$|\{SHA\})[^\s,\"']++)",
    )
)
"""Headers that let somebody in, Go's `user:password@tcp(host)`, options of one letter, hashes of a list of users."""

# A search begins at the first character of a name alone, and keeps all of it: sources may be one long word.
_TEXT: Final = re.compile(r""""(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?""")
_NAMED: Final = r"(?<![\w.-])(?P<name>[\w.-]++)"
_ASSIGNED: Final = (
    re.compile(rf"""{_NAMED}["']?\s*+[:=]\s*+[rbu]?"(?P<value>(?:\\.|[^"\\\n])++)"""),
    re.compile(rf"""{_NAMED}["']?\s*+[:=]\s*+[rbu]?'(?P<value>(?:\\.|[^'\\\n])++)"""),
)
"""A name and a text in quotes, as both languages write them."""
_UNQUOTED: Final = (
    re.compile(rf"""{_NAMED}(?:=|:[ \t]+)(?P<value>[^\s"',{{}}\[\]()|>#][^\s"',}}\]]*+)"""),
    re.compile(r"""(?<=[: \t][ \t])(?P<name>[\w.-]++)=(?P<value>[^\s"',{}\[\]()&*|>#][^\s"',}\]]*+)"""),
    re.compile(r"""(?<![\w.-])--(?P<name>[A-Za-z][\w.-]*+)["']?,?[ \t]++["']?(?P<value>[^\s"'-][^\s"']*+)"""),
    re.compile(
        r"""(?<![\w.-])--(?P<name>[A-Za-z][\w.-]*+)["']?,?[ \t]++(?P<mark>["'])(?P<value>(?:(?!(?P=mark))[^\n])++)"""
    ),
)
"""A name and a word, as they stand in YAML, behind a key too, and in Python inside of a text."""
_LINE: Final = re.compile(
    r"""(?m)^[ \t]*+(?:-[ \t]++)*+["']?(?P<name>[\w.-]++)["']?(?:[ \t]*+:|=)[ \t]*+"""
    r"""(?!'[^'\r\n]*+'[ \t]*+(?:\#|$)|"[^"\r\n]*+"[ \t]*+(?:\#|$))"""
    r"""(?P<value>[^\s#|>{](?:[^\s#]|(?<=\S)\#|[ \t]++(?![#\r\n]|\Z))*+)"""
)
"""A name and the rest of its line, in YAML: what is wrong there may be the quotes themselves."""
_OPENED: Final = re.compile(r"(?<![\w.-])(?P<name>[\w.-]++)[\"']?:[ \t]*+(?P<mark>[\[{])")
_INSIDE: Final = re.compile(r"(?:[^\[\]{}\r\n]++|[\[{][^\[\]{}\r\n]*+[\]}]?+)++")
"""A name and what stands in brackets."""
_FLOWING: Final = re.compile(
    r"""[{,][ \t]*+["']?(?P<name>[\w.-]++)["']?:[ \t]++(?P<value>[^\s"',{}\[\]|>#&*!$][^,}\]\r\n]*+)"""
)
"""A name and words without quotes, in brackets."""
_UNJOINED: Final = re.compile(
    r"""(?m)^[ \t]*+(?:-[ \t]++)*+["']?(?P<name>[\w.-]++)[ \t]++(?P<value>[^\s#:=$][^\r\n]*+)"""
)
"""A name and the rest of its line, where the colon between them is missing."""
_BELOW: Final = re.compile(
    r"""(?m)^(?P<indent>[ \t]*+)["']?(?P<name>[\w.-]++)["']?[ \t]*+:[ \t]++[|>][^\n]*+"""
    r"""(?P<value>(?:\n(?:(?P=indent)(?![^\s:]++[ \t]*+:(?:\s|\Z)|-[ \t])\S[^\n]*+"""
    r"""|(?P=indent)[ \t][^\n]*+|[ \t\r]*+(?=\n|\Z)))++)"""
)
"""A name and the text on the lines below it, which may lack its indentation."""
_KINDS: Final = ("secrets", "configs")
_SECTION: Final = re.compile(
    rf"""(?m)^["']?(?P<kind>{"|".join(_KINDS)})["']?[ \t]*+:[^\n]*+(?:\n(?:[ \t\r#}}\]][^\n]*+)?+(?=\n|\Z))*+"""
)
"""What a stack file declares below a key of its top level. `content` is secret but in a config; and the name of a
secret's mapping is none of a value.
"""
_BROKEN: Final = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]++)["']?:[ \t]*+(?:'[^'\r\n]*+'|"[^"\r\n]*+")(?P<value>[^\s,}\])#'"][^\r\n]*+)"""
)
"""A name, and what stands behind a quote that was closed too early."""
_DEFAULT: Final = re.compile(r"\$\{(?P<name>\w++):?-(?P<value>[^}\r\n]++)")
"""What a variable comes to where it is not set."""
_NEXT: Final = re.compile(r"""["']--(?P<name>[A-Za-z][\w.-]*)["'],[ \t]+["'](?P<value>[^"'-][^"'\n]*)["']""")
"""An option and the word after it, both items of a list."""


def looks_secret(name: str, value: str | None) -> bool:
    """Whether a name and its value together look like a secret that stands there in the open.

    A variable that is filled in at the deploy counts: what it holds is then as open as a text would be.
    """
    if not value or PATH_OPEN in value:
        return False
    if is_secret_text(value):
        return True
    if not is_secret_name(name) or _PLAIN_VALUE.fullmatch(value) or "{{" in value:
        return False
    return not value.startswith(("/", "./", "file:", "env:", "vault:"))


def shown(name: str, value: str) -> str:
    """The value of a variable as a message tells it: `…` for one that looks secret, and no password inside of one."""
    return "…" if looks_secret(name, value) else without_passwords(value)


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret."""
    return _NAME.search(name) is not None and _PUBLIC.search(name) is None


def is_secret_text(value: str) -> bool:
    """Whether a value is seen to be secret by itself: a well-known form of token, or a URL with a password."""
    if _KNOWN.search(value):
        return True
    url = _URL.search(value)
    return url is not None and not _is_placeholder(url["value"])


def _is_placeholder(password: str) -> bool:
    """Whether a program puts the password in: `${DB_PASSWORD}`, `{password}`, `<password>`, `$PW`, `***`."""
    return OPEN not in password and re.fullmatch(r"\$?\{.*\}|<.*>|\${1,2}\w+|%.*|\*+|\{\{.*\}\}", password) is not None


def secret_stretches(text: str, *, is_python: bool) -> list[tuple[int, int]]:
    """Where something stands in a source text that looks secret, in characters from 0, in order."""
    if is_python:
        return sorted(_told(text, [match.span() for match in _TEXT.finditer(text)]))
    sections = {kind: [each.span() for each in _SECTION.finditer(text) if each["kind"] == kind] for kind in _KINDS}

    def is_secret(match: re.Match[str]) -> bool:
        if match["name"] != "content":
            return is_secret_name(match["name"])
        between = match.string[match.end("name") : match.start("value")]
        return between.lstrip("\"' \t")[:1] == ":" and not _is_within(match.start("name"), sections["configs"])

    named = [match for pattern in (_DEFAULT, _BROKEN, _BELOW, _FLOWING) for match in pattern.finditer(text)]
    named += [match for match in _LINE.finditer(text) if match["value"][0] != "$"]
    named += [match for match in _UNJOINED.finditer(text) if "{{" not in match["value"]]
    found = {match.span("value") for match in named if is_secret(match)}
    return sorted(found.union(_told(text, [(0, len(text))], is_secret), _in_brackets(text, sections["secrets"])))


def _in_brackets(text: str, declared: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where mappings and lists stand in brackets below the name of a secret value, which a declared secret is not."""
    end = 0
    for match in _OPENED.finditer(text):
        if match.start() < end or not is_secret_name(match["name"]):
            continue
        inside = _INSIDE.match(text, match.end())
        if inside and (match["mark"] == "[" or not _is_within(match.start(), declared)):
            end = inside.end()
            yield inside.span()


def _is_secret_match(match: re.Match[str]) -> bool:
    return is_secret_name(match["name"])


def _told(
    text: str, inside: Sequence[tuple[int, int]], is_secret: Callable[[re.Match[str]], bool] = _is_secret_match
) -> list[tuple[int, int]]:
    """What looks secret by itself, or by the name before it; what has no quotes is looked for inside of stretches."""
    found = [match.span() for match in _KNOWN.finditer(text)]
    seen = [match for pattern in (_URL, *_LETTERED) for match in pattern.finditer(text)]
    found += [match.span("value") for match in seen if not _is_placeholder(match["value"])]
    named = [match for pattern in (*_ASSIGNED, _NEXT) for match in pattern.finditer(text)]
    named += [
        match for pattern in _UNQUOTED for match in pattern.finditer(text) if _is_within(match.start("name"), inside)
    ]
    return found + [match.span("value") for match in named if is_secret(match) and match["value"][0] != "$"]


def secret_words(text: str, *, is_python: bool) -> set[str]:
    """The words of a source text that look secret, which nothing said of it may repeat."""
    found = (text[start:end] for start, end in secret_stretches(text, is_python=is_python))
    return {word for stretch in found for word in re.findall(r"[^\s\"'`,;{}\[\]()*&@%!]{3,}", stretch)}


def _is_within(index: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the stretches, which are in order, is around an index."""
    at = bisect_right(stretches, index, key=lambda stretch: stretch[0])
    return at > 0 and index < stretches[at - 1][1]


def without_secrets(line: str, *, is_python: bool) -> str:
    """A line of source with `…` in place of what looks secret in it."""
    return _covered(line, secret_stretches(line, is_python=is_python), "…")


def without_passwords(text: str) -> str:
    """A value, such as a command or a label, with `***` in place of what looks secret in it."""
    return _covered(text, sorted(_told(text, [(0, len(text))])), "***")


def _covered(text: str, stretches: Sequence[tuple[int, int]], mark: str) -> str:
    shown, at = "", 0
    for start, end in stretches:
        if start >= at:
            shown += text[at:start] + mark
        at = max(at, end)
    return shown + text[at:]
