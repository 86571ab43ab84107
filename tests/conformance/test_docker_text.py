"""The text of `pystackdsl config` is that of `docker stack config`, quote by quote and key by key."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rig.judge import Judge

from pystackdsl.compose import text
from pystackdsl.compose.docker_text import in_order, write

ODD = r"""
 lead|trail |a: b|a:b|a:|:a|: a|#a|a #b|a#b|- a|-a|-|--|---|--- x|---x|...|...x|? a|?a|?|*a|&a|!a|%a|@a|`a|>a|'a
"a|it's|it's: x|,a|[a|]a|{a|}a|a,b|a]b|=|<<|~|null|Null|NULL|nULL|true|True|tRue|yes|Yes|yEs|y|Y|n|on|On|off|OFF|0|1
-1|+1|1.|.5|.|-.|1e3|1e|e1|1_000|_1|1__0|0x1F|0x|0o17|017|08|0b1|0b2|-0b1|-0o7|0b-1|0o+7|1:30|1:60|22:22|1:2:3|1:2.5
+1:30|:30|2001-01-01|2001-1-1|2001-13-01|2001-01-01T00:00:00Z|2001-01-01t0:0:0Z|2001-01-01 00:00:00|.nan|.NaN|.inf
-.inf|+.INF|.iNf|inf|NaN|1e400|99999999999999999999|18446744073709551615|-9223372036854775809|a\tb|\ta|a\rb|\x1b|\x7f|\0
\u0085|\u00a0|\u00ad|\u2028|\u2029|\ufeffab|a\ufeff|\ufffe|\U0001F600|\u00e9|\ud7ff|\ue000|\\|a\\b|a\\b: c|a"b|a"b: c
a\nb|a\n|a\n\n|\n|\na| a\nb|a \nb|a\nb |a\n b|a\tb\nc|a: b\nc|a\n\nb|# a\nb|a\r\nb|a\U0001F600\nb|\ta\nb|\n\ta
"""
TEXTS = [
    each.encode("ascii", "backslashreplace").decode("unicode_escape") for each in re.split("[|\n]", ODD.strip("\n"))
]
TEXTS = sorted({"", "|", "|a", *TEXTS})
NAMES = ["a1", "a10", "a2", "a02", "a", "B", "b", "_", "a-b", "a.b", "a_b", "ab", "1", "10", "9", "2a", "2", "a1b", "é",
         "a100", "a99", "a0", "a00", "10a", "1a", "-", "a b", "A1", "a1.2", "a1.10", "k" * 128, "k" * 129]  # fmt: skip
AS_DOCKER_LOSES = ("\u2028", "\u2029")

known = st.characters(max_codepoint=0x2FF)  # which of the later ones are letters depends on the Unicode version
texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text(st.sampled_from(" -:#?!&*.,[]{}|>'\"%@`ab01_\n\t\\=~é+oxe"), max_size=8),
    st.text(max_size=6),
)


def is_kept(value: str) -> bool:
    """Whether Docker's writer keeps a text as it is."""
    is_readable = "\n" not in value or value.lstrip("\n")[:1] != "\t"
    return is_readable and not any(mark in value for mark in AS_DOCKER_LOSES)


def printed(judge: Judge, tree: object) -> str:
    """What Docker prints of an extension field."""
    verdict = judge.read(text.write({"version": "3.13", "services": {}, "x-tree": tree}), skip_interpolation=True)
    assert verdict.accepted, verdict.message
    return verdict.text


def ours(tree: object) -> str:
    """What we print of it."""
    return write({"version": "3.13", "services": {}, "x-tree": sorted_tree(tree)})


def sorted_tree(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: sorted_tree(value) for key, value in in_order(tree).items()}
    return [sorted_tree(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("place", ["values", "items", "keys"])
def test_every_odd_text(judge: Judge, place: str) -> None:
    kept = [each for each in TEXTS if is_kept(each)]
    assert len(kept) > 140
    trees: dict[str, object] = {
        "keys": {each: "x" for each in kept if len(each) < 18},  # Docker counts digits in 64 bits
        "items": kept,
        "values": {f"k{i}": each for i, each in enumerate(kept)},
    }
    tree = trees[place]
    assert ours(tree) == printed(judge, tree)


def test_the_order_of_keys(judge: Judge) -> None:
    tree = dict.fromkeys(NAMES, 1)
    assert ours(tree) == printed(judge, tree)


def test_a_text_that_docker_would_change_is_kept_whole(judge: Judge) -> None:
    lost = [each for each in TEXTS if not is_kept(each)]
    verdict = judge.read(ours(lost), skip_interpolation=True)
    assert len(lost) >= 4
    assert judge.same(ours(lost), text.write({"version": "3.13", "services": {}, "x-tree": lost})), verdict.message


keys = st.one_of(st.sampled_from(TEXTS), st.text(known, max_size=6)).filter(lambda key: is_kept(key) and len(key) < 18)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.recursive(
            texts.filter(is_kept) | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.none(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
            max_leaves=12,
        ),
        max_size=6,
    )
)
def test_any_tree(judge: Judge, tree: list[object]) -> None:
    assert ours(tree) == printed(judge, tree)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("aB1092.-_ 0é", min_size=1, max_size=6), unique=True, min_size=8, max_size=40))
def test_any_order(judge: Judge, names: list[str]) -> None:
    tree = dict.fromkeys(names, 1)
    assert ours(tree) == printed(judge, tree)
