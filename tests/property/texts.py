"""Texts for random stacks: what YAML, Docker or our own writer could misread, names, extension fields, variables."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pystackdsl.model.variable import OpenValue, Variable

__all__ = ["ENV", "NAMES", "PIECES", "WORDS", "extensions", "keys", "opened", "texts"]

PIECES = [*"abe01_.,:#-+?!|>%@`=&*~$'\"\\{}[] \t\n\r\0\x07\x1b\x7f\x85\xa0é日👍\u200d\u3000\U0010ffff"]
PIECES += ["yes", "on", "null", "true", "-1", "0x", "0o7", "1e3", ".inf", "22:22", "2001-01-01", "<<", "---", "..."]
PIECES += [": ", " #", "- ", "  ", "\n\n", "\n ", "${A}", "$$", "$TAG", "\u2028", "\u2029", "\ufeff", "\ufffd"]
WHOLE = [
    "",
    "y",
    "no",
    "~",
    "0440",
    "1_000",
    "12e03",
    "0b1",
    "1:30",
    "${TAG}",
    "a: b",
    "# no",
    "🐎" * 3,
    "x" * 300,
    "two\nlines\n",
]

texts = st.one_of(
    st.sampled_from(WHOLE),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=8),
)
keys = texts.filter(lambda key: key.strip("\n") != "")
"""Keys of free mappings. Docker refuses one that is empty or has nothing but line breaks."""

NAMES = st.one_of(
    st.sampled_from(["y", "no", "on", "null", "1", "0x1", "1e3", "1_000", "2001-01-01", "x-a", "web", "a-b_c"]),
    st.from_regex("[a-zA-Z0-9]([a-zA-Z0-9_-]{0,8}[a-zA-Z0-9])?", fullmatch=True),
).filter(lambda name: name != "default")
"""Keys of resources."""

WORDS = st.one_of(
    st.sampled_from(["PATH", "y", "A.B-c", "é", "1", "_"]), st.from_regex("[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
)

_scalars = st.one_of(
    texts, st.booleans(), st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
_trees = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=5
)
extensions = st.dictionaries(st.sampled_from(["x-a", "x-é: b", "x-"]), _trees, min_size=1, max_size=2)

VALUES = {
    "text": ["a b", "", "$x: é", "}"],
    "word": ["a", "1.2-b"],
    "int": ["2", "0"],
    "float": ["0.5", "1"],
    "bool": ["true", "no"],
    "duration": ["90s", "1m"],
    "size": ["64M", "1g"],
    "share": ["0.5", "2"],
    "constraint": ["node.role == manager"],
}
ENV = {f"{kind}_{i}".upper(): value for kind, values in VALUES.items() for i, value in enumerate(values)}
"""The environment that Docker reads the stacks with. Variables named UNSET are not in it."""


def opened(kind: str) -> st.SearchStrategy[Any]:
    """A variable left open, whose value and default are of a kind."""
    values = [value for value in VALUES[kind] if "}" not in value]
    given = [Variable(f"{kind}_{i}".upper()) for i in range(len(VALUES[kind]))]
    given += [Variable(given[0].name, value) for value in values] + [Variable(given[0].name, required="give it")]
    unset = [Variable("UNSET", value) for value in values if value]
    return st.sampled_from([*given, *unset]).map(lambda variable: OpenValue(variable.token))
