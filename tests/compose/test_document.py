"""YAML text as Docker reads it: values, keys, merges, aliases, documents, encodings, and how much of it is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pystackdsl.compose import encoding
from pystackdsl.compose.complaint import Complaint
from pystackdsl.compose.document import read
from pystackdsl.compose.goscalar import Timestamp
from pystackdsl.compose.syntax import worded
from pystackdsl.compose.tree import DEEPEST
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath, Severity

STACK = """\
version: "3.8"
x-defaults: &defaults
  image: base:1
  logging: &logging {driver: json-file, options: {max-file: 3}}
services:
  one:
    <<: *defaults
    environment: {DEBUG: yes, PORT: 22:22, MODE: 0400}
  two:
    <<: *defaults
    image: other:3
    logging: *logging
    command: >
      run
      --fast
"""


def tree(text: str | bytes) -> object:
    document = read(text)
    assert document.findings == ()
    return document.tree


def refused(text: str | bytes) -> list[Diagnostic]:
    with pytest.raises(InvalidStack) as caught:
        read(text, Path("stack.yml"))
    findings = list(caught.value.findings)
    assert all(finding.places and finding.summary for finding in findings)
    return findings


def places(finding: Diagnostic) -> list[tuple[int, int, str]]:
    return [(place.span.line, place.span.column, place.note) for place in finding.places]


def test_a_stack():
    logging = {"driver": "json-file", "options": {"max-file": 3}}
    assert tree(STACK) == {
        "version": "3.8",
        "x-defaults": {"image": "base:1", "logging": logging},
        "services": {
            "one": {
                "environment": {"DEBUG": "yes", "PORT": "22:22", "MODE": 256},
                "image": "base:1",
                "logging": logging,
            },
            "two": {"image": "other:3", "logging": logging, "command": "run --fast\n"},
        },
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, b: [c, ~]}", {"a": 1, "b": ["c", None]}),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("!unknown {a: b}", {"a": "b"}),
        ("!!set [a]", ["a"]),
        ("[! 5, ! '5']", [5, "5"]),
        ("2001-01-01", Timestamp(2001, 1, 1)),
        ("'it''s'", "it's"),
        ('"\\x41\\u00e9\\U0001F40E\\n"', "Aé🐎\n"),
        ("|\n  a\n   b\n\n", "a\n b\n"),
        (">-\n  a\n  b\n\n  c\n", "a b\nc"),
        ("a b\n  c", "a b c"),
        ("[a,]", ["a"]),
        ('{"a":1}', {"a": 1}),
        ("- 1\n- 2", [1, 2]),
        ("http://x:80/y?z", "http://x:80/y?z"),
        ("", None),
    ],
)
def test_values(text, value):
    assert tree(f"x-t: {text}\n" if not text.startswith("-") else f"x-t:\n{text}\n") == {"x-t": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:, b: 1}", {"a:": None, "b": 1}),  # libyaml refuses these four
        ("[a:]", ["a:"]),
        ('"it\\\'s"', "it's"),
        ("[a] # one\n# two\n\t# three", ["a"]),
        ("[!!str, a]", ["a"]),  # and reads this one otherwise
    ],
)
def test_what_docker_reads_and_libyaml_does_not(text, value):
    assert tree(f"x-t: {text}\nx-u: é\n") == {"x-t": value, "x-u": "é"}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[a?b]", 7),
        ('["c?d", a ?b]', 14),
        ('"\\/"', 7),
        ("[!!str,a]", 6),
    ],
)
def test_what_libyaml_reads_and_docker_does_not(text, column):
    (finding,) = refused(f"x-t: {text}\n")
    assert places(finding)[0][:2] == (1, column)
    assert finding.help


def test_quoted_text_may_hold_what_plain_text_may_not():
    assert tree('x-t: ["a?b", "\\\\/", \'\\/\']\nx-u: a?b\n') == {"x-t": ["a?b", "\\/", "\\/"], "x-u": "a?b"}


class TestKeys:
    def test_words_are_text(self):
        text = "{yes: a, on: b, 22:22: c, =: d, '1': e, !!str 2: f, .: g, -: h}"
        assert tree(f"x-t: {text}\n") == {
            "x-t": {"yes": "a", "on": "b", "22:22": "c", "=": "d", "1": "e", "2": "f", ".": "g", "-": "h"}
        }

    @pytest.mark.parametrize("key", ["1", "true", "~", "1.5", "2001-01-01", ".inf", "!!int a", "!x a", "0x1"])
    def test_others_are_refused(self, key):
        (finding,) = refused(f"x-t: {{z: 1,\n  {key} : b}}\n")
        assert places(finding)[0][:2] == (2, 3)
        assert "not text" in finding.summary

    def test_nothing_is_refused(self):
        (finding,) = refused("x-t:\n  ?\n  : b\n")
        assert finding.summary == "the key null is not text"

    @pytest.mark.parametrize("key", ["[a]", "{a: b}"])
    def test_collections_are_refused(self, key):
        (finding,) = refused(f"x-t:\n  ? {key}\n  : b\n")
        assert "cannot be a key" in finding.summary

    def test_twice_is_refused_with_both_places(self):
        first, second = refused("x-t:\n  a: 1\n  b: 2\n  'a': 3\nx-t: 4\n")
        assert places(first) == [(4, 3, ""), (2, 3, "given first here")]
        assert first.path == KeyPath("x-t", "a")
        assert places(second) == [(5, 1, ""), (1, 1, "given first here")]

    def test_an_alias_may_be_a_key(self):
        assert tree("x-a: &a k\nx-t: {*a : v}\n") == {"x-a": "k", "x-t": {"k": "v"}}

    def test_an_alias_and_a_text_that_are_one_key_are_not_noticed(self):
        assert tree("x-a: &a k\nx-t: {*a : v, k: w}\n")["x-t"] == {"k": "w"}
        assert tree("x-a: &a k\nx-t: {k: w, *a : v}\n")["x-t"] == {"k": "v"}

    def test_one_alias_twice_is_refused(self):
        (finding,) = refused("x-a: &a k\nx-t: {*a : v, *a : w}\n")
        assert "*a is given twice" in finding.summary

    def test_an_alias_of_a_list_is_no_key(self):
        (finding,) = refused("x-a: &a [k]\nx-t: {*a : v}\n")
        assert "cannot be a key" in finding.summary


class TestMerging:
    def test_given_keys_win_then_the_earlier_source(self):
        text = "x-a: &a {k: 1, l: 2}\nx-b: &b {l: 3, m: 4}\nx-t: {<<: [*a, *b], k: 5}\n"
        assert tree(text)["x-t"] == {"k": 5, "l": 2, "m": 4}

    def test_a_merged_mapping_may_merge_itself(self):
        text = "x-a: &a {k: 1}\nx-b: &b {<<: *a, l: 2}\nx-t: {<<: *b}\n"
        assert tree(text)["x-t"] == {"l": 2, "k": 1}

    def test_in_quotes_it_is_a_key(self):
        assert tree('x-t: {"<<": {a: 1}, !!str <<x: 2}\n')["x-t"] == {"<<": {"a": 1}, "<<x": 2}

    def test_by_tag_it_merges_even_in_quotes(self):
        assert tree('x-t: {!!merge "<<": {a: 1}}\n')["x-t"] == {"a": 1}

    def test_keys_of_an_inline_mapping_become_text(self):
        assert tree("x-t: {<<: {1: a, true: b, ~: c, x: d}}\n")["x-t"] == {"1": "a", "true": "b", "x": "d"}

    def test_an_empty_list_brings_nothing(self):
        assert tree("x-t: {<<: [], a: 1}\n")["x-t"] == {"a": 1}

    @pytest.mark.parametrize("value", ["1", "", "x", "[1]", "[[]]", "*s", "[*s]"])
    def test_only_mappings_can_be_merged(self, value):
        (finding,) = refused(f"x-s: &s [1]\nx-t: {{<<: {value}}}\n")
        assert "only a mapping" in finding.summary
        assert places(finding)[0][0] == 2

    def test_two_merge_keys_are_refused(self):
        (finding,) = refused("x-t:\n  <<: {a: 1}\n  <<: {b: 1}\n")
        assert places(finding) == [(3, 3, ""), (2, 3, "given first here")]

    def test_the_source_is_not_changed(self):
        found = tree("x-a: &a {k: 1}\nx-t: {<<: *a, l: 2}\nx-u: *a\n")
        assert found["x-a"] == found["x-u"] == {"k": 1}


class TestAliases:
    def test_the_nearest_anchor_above_counts(self):
        assert tree("x-t: [&a 1, *a, &a 2, *a]\n") == {"x-t": [1, 1, 2, 2]}

    def test_an_anchor_inside_a_block_of_its_name(self):
        assert tree("x-t: &a {k: &a 1, l: *a}\n") == {"x-t": {"k": 1, "l": 1}}

    def test_a_missing_anchor(self):
        (finding,) = refused("x-a: &defaults {}\nx-t: *default\n")
        assert places(finding)[0][:2] == (2, 6)
        assert finding.help == "did you mean *defaults?"

    @pytest.mark.parametrize("text", ["&a [*a]", "&a {k: *a}", "&a {<<: *a}", "&a {b: [{c: *a}]}"])
    def test_inside_its_own_block(self, text):
        (finding,) = refused(f"x-t: {text}\n")
        assert "no end" in finding.summary

    @pytest.mark.parametrize("levels", [9, 60])
    def test_a_bomb(self, levels):
        bomb = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        bomb += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
        (finding,) = refused("\n".join(bomb))
        assert "many times larger" in finding.summary

    def test_a_bomb_of_merges(self):
        bomb = ["x-a0: &a0 {" + ", ".join(f"k{n}: v" for n in range(100)) + "}", "x-t:"]
        bomb += ["- <<: [" + ", ".join(["*a0"] * 100) + "]"] * 200
        (finding,) = refused("\n".join(bomb))
        assert "many times larger" in finding.summary

    @pytest.mark.parametrize(("count", "is_taken"), [(199, True), (200, False)])
    def test_the_limit_is_dockers(self, judge, count, is_taken):
        text = "x-a: &a\n" + "".join(f"  k{n}: v\n" for n in range(100)) + "x-t:\n" + "  - *a\n" * count
        assert judge.accepts(text)[0] is is_taken
        if is_taken:
            assert len(tree(text)["x-t"]) == count
        else:
            refused(text)

    @pytest.mark.parametrize(("count", "is_taken"), [(3918, True), (3919, False)])
    def test_the_limit_shrinks_as_a_text_grows(self, judge, count, is_taken):
        text = "x-a: &a\n" + "".join(f"  k{n}: v\n" for n in range(60)) + "x-t:\n"
        text += "".join(f"  s{n}:\n    <<: *a\n" for n in range(count))
        assert judge.accepts(text)[0] is is_taken
        if is_taken:
            assert len(tree(text)["x-t"]) == count
        else:
            refused(text)


class TestDocuments:
    @pytest.mark.parametrize(
        "text", ["---\nx-a: 1\n", "x-a: 1\n...\n", "# c\n---\nx-a: 1\n", "%YAML 1.1\n---\nx-a: 1\n"]
    )
    def test_one(self, text):
        assert tree(text) == {"x-a": 1}

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("x-a: 1\n---\nx-b: 2\n", 2),
            ("x-a: 1\n---\n", 2),
            ("x-a: 1\n...\nx-b: 2\n", 2),
            ("  x-a: 1\nx-b: 2\n", 2),
            ("x-a: 1\n---\nx-b: [\n", 2),
        ],
    )
    def test_what_follows_is_left_out_with_a_warning(self, text, line):
        document = read(text)
        assert document.tree == {"x-a": 1}
        (finding,) = document.findings
        assert finding.severity is Severity.WARNING
        assert finding.places[0].span.line == line

    @pytest.mark.parametrize("text", ["x-a: 1\n---\n@\n", "x-a: 1\n--- @\n", "x-a: 1\n...\n\t@\n"])
    def test_an_error_right_behind_it_is_met(self, text):
        refused(text)

    @pytest.mark.parametrize("text", ["", "# only\n", "---\n", "---\n---\na: 1\n", "- a\n", "text\n", "5\n", "[]\n"])
    def test_no_mapping(self, text):
        assert "where a stack begins" in refused(text)[-1].summary

    def test_another_version_of_yaml(self):
        (finding,) = refused("# c\n%YAML 1.2\n---\nx-a: 1\n")
        assert places(finding)[0][:2] == (2, 1)


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_with_and_without_a_mark(self, encoding):
        document = read("x-a: é🐎\n".encode(encoding))
        assert document.tree == {"x-a": "é🐎"}
        assert document.marks.value(["x-a"]).column == 6

    def test_utf16_the_other_way_round(self):
        assert tree(b"\xfe\xff" + "x-a: é\n".encode("utf-16-be")) == {"x-a": "é"}

    def test_text(self):
        assert tree("\ufeffx-a: é\n") == {"x-a": "é"}

    @pytest.mark.parametrize(
        ("data", "line", "column"),
        [
            (b"x-a: 1\nx-b: \xc3\xa9\xff\n", 2, 7),
            (b"x-a: \xed\xa0\x80\n", 1, 6),
            (b"x-a: '\x1b'\n", 1, 7),
            (b"x-a: a\0b\n", 1, 7),
            ("x-a: é\x7f\n".encode(), 1, 7),
            (b"\xef\xbb\xbfx-a: \xff\n", 1, 6),
        ],
    )
    def test_what_is_no_text(self, data, line, column):
        (finding,) = refused(data)
        assert places(finding)[0][:2] == (line, column)

    @pytest.mark.parametrize("text", ["x-a: 1\nx-b: \udc80\n", b"\xff\xfex", b"\xff\xfe\x00\xd8a\x00"])
    def test_half_a_pair(self, text):
        refused(text)

    def test_the_characters_that_mark_open_variables(self):
        for text in ("x-a: '\ufdd0A\ufdd1'\n", 'x-a: "\\ufDd0"\n', "x-a: {'\ufdd1': 1}\n", "x-a: !!binary 77eQ\n"):
            (finding,) = refused(text)
            assert "sets aside" in finding.summary


class TestSize:
    @pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
    def test_depth(self, opening):
        finding = refused("x-t:\n " + opening * 5000)[-1]
        assert finding.summary == f"the text is nested more than {DEEPEST} levels deep"
        assert finding.expected == "the few levels that a stack file has"
        assert places(finding)[0][0] == 2

    def test_depth_that_libyaml_does_not_read(self):
        """libyaml of 0.2.6 and later gives up by itself at 1,000 levels, before there is an event to look at."""
        complaint = Complaint(
            problem="exceeded maximum nesting depth",
            context="while increasing flow level",
            at=7,
            since=7,
            text="x-t: [[[",
        )
        assert worded(complaint).finding(read("x-t: 1").marks).summary == (
            f"the text is nested more than {DEEPEST} levels deep"
        )

    def test_depth_by_indentation(self):
        text = "x-t:\n" + "\n".join(" " * n + "a:" for n in range(1, 2000)) + "\n"
        assert "levels deep" in refused(text)[0].summary

    def test_what_is_less_deep_is_read(self):
        found = tree("x-t: " + "[" * (DEEPEST - 2) + "]" * (DEEPEST - 2) + "\n")["x-t"]
        depth = 0
        while found:
            found, depth = found[0], depth + 1
        assert depth == DEEPEST - 3

    def test_a_chain_of_aliases_is_not_deep(self):
        chain = ["x-a0: &a0 [x]"] + [f"x-a{n}: &a{n} [*a{n - 1}]" for n in range(1, 50)]
        assert len(tree("\n".join(chain))) == 50

    def test_a_caller_near_the_end_of_the_stack(self):
        def deep(levels):
            return deep(levels - 1) if levels else tree(STACK)

        frame, used = sys._getframe(), 0
        while frame:
            frame, used = frame.f_back, used + 1
        assert deep(sys.getrecursionlimit() - used - 60)

    def test_bytes(self, monkeypatch):
        monkeypatch.setattr(encoding, "LARGEST", 100)
        (finding,) = refused("x-a: " + "a" * 100)
        assert "100" in finding.summary

    def test_tags(self):
        text = "".join(f"%TAG !a{n}! x\n" for n in range(200)) + "---\nx-a: 1\n"
        assert "tags" in refused(text)[0].summary

    def test_a_long_text(self):
        assert tree("x-a: " + "b" * 1_000_000 + "\n") == {"x-a": "b" * 1_000_000}


def test_all_faults_at_once():
    text = "x-a: {1: a}\nx-b: *none\nx-c: !!int x\nx-d: .nan\nx-e: 1\nx-e: 2\nx-f: 2001-01-01T00:00:00+24:00\nx-g: [\n"
    found = refused(text)
    assert [places(finding)[0][0] for finding in found] == [1, 2, 3, 4, 6, 7, 8]
    assert [str(finding.path) for finding in found[:6]] == ["x-a.1", "x-b", "x-c", "x-d", "x-e", "x-f"]


def test_numbers_whose_text_differs_are_remembered():
    document = read("x-a: {m: 0400, n: 1e6, o: 5, p: '07', q: [2001-01-01, 1.50], r: true}\n")
    assert document.respelled == {
        KeyPath("x-a", "m"): "0400",
        KeyPath("x-a", "n"): "1e6",
        KeyPath("x-a", "q", 0): "2001-01-01",
        KeyPath("x-a", "q", 1): "1.50",
    }


@pytest.mark.parametrize(("text", "may"), [("a: b", False), ("a: $b", True), ('a: "\\x24b"', True), ("!!binary", True)])
def test_whether_there_may_be_variables(text, may):
    assert read(f"x-t: {text}\n".replace("x-t: a: ", "x-t: ")).may_hold_variables is may


def test_the_place_of_a_key_or_of_what_is_above_it():
    document = read("services:\n  web:\n    image: nginx\n", Path("s.yml"))
    assert document.place(["services", "web", "image"], "here").note == "here"
    for path, line in ((["services", "web", "image"], 3), (["services", "web", "deploy", "mode"], 2), (["x"], 1)):
        assert document.place(path).span.line == line


def test_without_libyaml(monkeypatch):
    import yaml

    expected = read(STACK).tree
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert read(STACK).tree == expected
    assert tree("x-a:\t[a:, b]\t# c\n") == {"x-a": ["a:", "b"]}
    for text in ("x-a:\n\tb: 1\n", "x-a: '\n", "x-a: [\n", "x-a: \0\n", b"x-a: \xff\n", "x-a: @\n", "a: b: c\n"):
        assert refused(text)
