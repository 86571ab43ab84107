"""What `write` and `write_json` write, letter by letter, and what they refuse."""

from __future__ import annotations

import enum
import json
import os
import subprocess
import sys
from collections import OrderedDict
from textwrap import dedent
from types import MappingProxyType
from typing import NamedTuple

import attrs
import pytest
import yaml
from rig.judge import Judge

from pystackdsl.compose.text import write, write_json
from pystackdsl.diagnostics import InvalidText, InvalidType, KeyPath

STACK = {
    "version": "3.9",
    "services": {
        "web": {
            "image": "nginx:1.27",
            "command": ["nginx", "-g", "daemon off;"],
            "environment": {"ON": "yes", "EMPTY": "", "HOST": None, "MOTD": "Hello\n  you\n"},
            "ports": ["5000:80", {"target": 443, "published": 8443}],
            "deploy": {"replicas": 2, "labels": {}, "update_config": {"max_failure_ratio": 0.25}},
            "init": True,
            "read_only": False,
            "dns": [],
        }
    },
}

TEXT = """\
version: "3.9"
services:
  web:
    image: nginx:1.27
    command:
      - nginx
      - -g
      - daemon off;
    environment:
      "ON": "yes"
      EMPTY: ""
      HOST: null
      MOTD: |
        Hello
          you
    ports:
      - "5000:80"
      - target: 443
        published: 8443
    deploy:
      replicas: 2
      labels: {}
      update_config:
        max_failure_ratio: 0.25
    init: true
    read_only: false
    dns: []
"""


def test_a_stack() -> None:
    assert write(STACK) == TEXT
    assert yaml.safe_load(TEXT) == STACK


def test_an_empty_mapping() -> None:
    assert write({}) == "{}\n"
    assert write_json({}) == "{}\n"


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        ({"a": [{"b": 1, "c": {"d": 2}}]}, "a:\n  - b: 1\n    c:\n      d: 2\n"),
        ({"a": [{"b": {"c": 1}}, {"d": ["e"]}]}, "a:\n  - b:\n      c: 1\n  - d:\n      - e\n"),
        ({"a": [["b", "c"], [["d"]], []]}, "a:\n  - - b\n    - c\n  - - - d\n  - []\n"),
        ({"a": [{}, None, True, 0, 0.5]}, "a:\n  - {}\n  - null\n  - true\n  - 0\n  - 0.5\n"),
        ({"a": ("b", ())}, "a:\n  - b\n  - []\n"),
        ({"": ""}, '"": ""\n'),
        ({"y": 1, "1": 2, "a: b": 3, "a\nb": 4}, '"y": 1\n"1": 2\n"a: b": 3\n"a\\nb": 4\n'),
        ({"a": 2**80, "b": -1, "c": 1e16}, f"a: {2**80}\nb: -1\nc: 1.0e+16\n"),
    ],
)
def test_layout(tree: dict[str, object], text: str) -> None:
    assert write(tree) == text
    assert yaml.safe_load(text) == json.loads(json.dumps(tree))


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("a\nb", "|-\n    a\n    b"),
        ("a\nb\n", "|\n    a\n    b"),
        ("a\nb\n\n", "|+\n    a\n    b\n"),
        ("a\n\n\nb\n\n\n", "|+\n    a\n\n\n    b\n\n"),
        ("a\n", "|\n    a"),
        ("  a\nb", "|2-\n      a\n    b"),
        ("\na\n", "|2\n\n    a"),
        ("\ta\n", "|2\n    \ta"),
        ("a\n  \n\tb  \n", "|\n    a\n      \n    \tb  "),
        ("a\n  ", "|-\n    a\n      "),
        ("# a\n---\n...\n", "|\n    # a\n    ---\n    ..."),
        ("é\n👍: x\n", "|\n    é\n    👍: x"),
        ("\n", r'"\n"'),
        (" \n\t\n", r'" \n\t\n"'),
        ("a\r\nb\r\n", r'"a\r\nb\r\n"'),
        ("a\n\x00", r'"a\n\u0000"'),
        ("a\n\u2028b", r'"a\n\u2028b"'),
    ],
)
def test_text_of_several_lines(text: str, spelling: str, judge: Judge) -> None:
    assert write({"a": {"b": text, "c": 1}}) == f"a:\n  b: {spelling}\n  c: 1\n"
    assert write({"a": [text, "c"]}) == f"a:\n  - {spelling}\n  - c\n"
    assert write({"a": [{"b": text}]}) == f"a:\n  - b: {spelling}\n".replace("\n    ", "\n      ")
    for tree in ({"b": text, "c": 1}, [text, "c"], [{"b": text}, [text]], text):
        assert yaml.safe_load(write({"a": tree})) == {"a": tree}
        assert yaml.load(write({"a": tree}), yaml.CSafeLoader) == {"a": tree}
        whole = {"services": {"a": {"image": "a"}}, "x-a": tree}
        assert judge.same(write(whole), json.dumps(whole, ensure_ascii="\u2028" in text))


def test_long_text_is_never_folded() -> None:
    text = "a long text " * 10_000 + "end"
    assert write({"a": text}) == f"a: {text}\n"
    assert yaml.safe_load(write({"a": text, "b": f"#{text}"})) == {"a": text, "b": f"#{text}"}


@pytest.mark.parametrize("start", ["k", "é", "👍", " ", "\x00"])
@pytest.mark.parametrize("length", [1, 128, 249, 250, 251, 1023, 1024, 1025, 5000])
def test_keys_of_any_length_are_read(start: str, length: int, judge: Judge) -> None:
    key = start * length
    tree = {"services": {"a": {"image": "a"}}, "x-a": {key: {key: ["a", {key: "b", "c": {}}], "d": {key: "a\nb"}}}}
    text = write(tree)
    assert yaml.safe_load(text) == tree
    assert yaml.load(text, yaml.CSafeLoader) == tree
    everywhere_escaped = '"' + "".join(f"\\U{ord(character):08x}" for character in key) + '"'
    value = f"\n  ? {everywhere_escaped}\n  : ? {everywhere_escaped}\n    : - a\n      - ? {everywhere_escaped}\n        : b"
    value += f'\n        ? c\n        : {{}}\n    ? d\n    : ? {everywhere_escaped}\n      : "a\\nb"\n'
    assert judge.same(text, "services:\n  a:\n    image: a\nx-a:" + value)


def test_a_long_key_stands_behind_a_question_mark() -> None:
    key = "k" * 251
    assert write({key: 1, "a": [{key: {"b": 2}}]}) == f"? {key}\n: 1\na:\n  - ? {key}\n    :\n      b: 2\n"


@attrs.frozen
class Size:
    amount: int


@attrs.frozen
class Box:
    sizes: tuple[Size, ...]
    label: str | None = None


def open_box(value: object) -> object:
    match value:
        case Size(amount):
            return f"{amount}M"
        case Box(sizes, label):
            return {"sizes": sizes, "label": label} if label else {"sizes": sizes}
    return value


def test_typed_objects_are_opened_level_by_level() -> None:
    tree = {"one": Box((Size(1), Size(20)), "yes"), "more": [Box(()), Size(3)]}
    plain = {"one": {"sizes": ["1M", "20M"], "label": "yes"}, "more": [{"sizes": []}, "3M"]}
    assert write(tree, open_box) == write(plain)
    assert write_json(tree, open_box) == write_json(plain)
    assert write(Box((Size(1),)), open_box) == "sizes:\n  - 1M\n"


class Mode(enum.StrEnum):
    GLOBAL = "global"
    ON = "on"


class Level(enum.IntEnum):
    LOW = 3


class Pair(NamedTuple):
    one: str
    two: int


class Ratio(float):
    pass


def test_derived_types_are_written_as_what_they_are() -> None:
    tree = OrderedDict(
        mode=Mode.GLOBAL,
        on=Mode.ON,
        level=Level.LOW,
        pair=Pair("a", 1),
        ratio=Ratio(0.5),
        map=MappingProxyType({"a": 1}),
    )
    plain = {"mode": "global", "on": "on", "level": 3, "pair": ["a", 1], "ratio": 0.5, "map": {"a": 1}}
    assert write(tree) == write(plain)
    assert write(tree, lambda value: value) == write(plain)
    assert write_json(tree) == write_json(plain)
    assert write({Mode.ON: 1}) == '"on": 1\n'


@pytest.mark.parametrize("writer", [write, write_json])
def test_all_faults_are_told_at_once_with_their_place(writer: type) -> None:
    tree = {"a": ["fine", b"bytes"], "b.c": {"d": {1, 2}, "e": "x\udc80"}, "f": {3: "x"}, "\ud800": 1}
    with pytest.raises(InvalidType) as caught:
        writer(tree)
    findings = {finding.path: finding.summary for finding in caught.value.findings}
    assert findings == {
        KeyPath("a", 1): "a value of type bytes cannot be written",
        KeyPath("b.c", "d"): "a value of type set cannot be written",
        KeyPath("b.c", "e"): '"x\\udc80" cannot be written as UTF-8',
        KeyPath("f"): "the key 3 is not text",
        KeyPath(): '"\\ud800" cannot be written as UTF-8',
    }
    str(caught.value).encode()


@pytest.mark.parametrize("writer", [write, write_json])
@pytest.mark.parametrize("tree", [{"a": "x\udc80"}, {"a": "x\udc80", "b": 1}, {"a": ["x\udc80"]}])
def test_text_that_utf_8_cannot_write_is_refused(tree: object, writer: type) -> None:
    with pytest.raises(InvalidText) as caught:
        writer(tree)
    assert caught.value.text == "x\udc80"
    assert caught.value.span == (1, 2)
    assert caught.value.findings[0].path[0] == "a"


@pytest.mark.parametrize("writer", [write, write_json])
@pytest.mark.parametrize("tree", [[], "a", None, 1])
def test_only_a_mapping_is_a_document(tree: object, writer: type) -> None:
    with pytest.raises(InvalidType, match="is not a Compose document"):
        writer(tree)


@pytest.mark.parametrize("writer", [write, write_json])
@pytest.mark.parametrize("also", [{}, {"b": "\udc80"}])
def test_a_tree_that_holds_itself_is_refused(also: dict[str, object], writer: type) -> None:
    tree: dict[str, object] = {**also}
    tree["a"] = [tree]
    with pytest.raises(InvalidType, match="nested too deeply, or holds itself"):
        writer(tree)


def test_faults_that_opening_raises_are_placed() -> None:
    def refuse(value: object) -> object:
        raise InvalidText.of("1x", "a size", expected="a number")

    with pytest.raises(InvalidText) as caught:
        write({"a": [Size(1)], "b": Size(2)}, refuse)
    assert [finding.path for finding in caught.value.findings] == [KeyPath("a", 0), KeyPath("b")]
    assert caught.value.text == "1x"


def test_json() -> None:
    tree = {"b": [1, 0.5, None, True, "é 👍 \u2028 \x7f \n"], "a": {}}
    text = write_json(tree)
    assert text == (
        '{\n  "b": [\n    1,\n    0.5,\n    null,\n    true,\n    "é 👍 \\u2028 \\u007f \\n"\n  ],\n  "a": {}\n}\n'
    )
    assert json.loads(text) == tree


def test_json_and_yaml_are_the_same_to_docker(judge: Judge) -> None:
    assert judge.same(write(STACK), write_json(STACK))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_json_refuses_numbers_that_it_lacks(number: float) -> None:
    with pytest.raises(InvalidType, match="JSON has no number") as caught:
        write_json({"a": [number]})
    assert caught.value.findings[0].path == KeyPath("a", 0)


def test_the_same_text_under_any_hash_seed() -> None:
    program = f"from pystackdsl.compose.text import write; print(write({STACK!r}), end='')"
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        assert subprocess.check_output([sys.executable, "-c", program], env=environment).decode() == TEXT


def test_more_texts_than_are_remembered() -> None:
    tree = {f"key-{i}": [f"text-{i}", f"text-{i}"] for i in range(45_000)}
    assert yaml.load(write(tree), yaml.CSafeLoader) == tree


def test_heavy_modules_stay_out() -> None:
    program = dedent("""
        import sys
        from pystackdsl.compose.text import write
        write({"a": {"b": ["5000:80", "text", 'say: "x"', 1, None]}})
        sys.exit(", ".join({"yaml", "json", "typeguard", "jinja2", "docker"} & set(sys.modules)) or None)
    """)
    subprocess.run([sys.executable, "-c", program], check=True)
