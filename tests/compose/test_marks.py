"""Where values, keys, comments and shared blocks stand in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from pystackdsl.compose.comments import END, GAP
from pystackdsl.compose.document import read
from pystackdsl.compose.marks import Marks
from pystackdsl.compose.nodes import compose
from pystackdsl.diagnostics import KeyPath, Span

TEXT = """\
# The head of the file,
# of two lines.

# the version
version: "3.8"
x-base: &base
  image: base:1
  logging: &logging
    driver: json-file
x-env: &env {LEVEL: info, NAME: "é🐎 ${TAG}"}
# all services

# right above
services:
  # the web
  #   front
  web:
    <<: *base
    environment: *env
    ports:
      # for people
      - "80:80"
      - target: 443
        # inside
        mode: host
    command: |
      # no comment
      run ${A} twice
        then ${B}
    # trailing of web
#  out of line
  db:
    <<: [*base, {user: root}]
    logging: *logging
    hostname: a${X}
      b
"""
FILE = Path("stack.yml")


@pytest.fixture(scope="module")
def marks():
    return read(TEXT, FILE).marks


def shown(span: Span | None) -> str | None:
    """The source of a place in one line, or where a block begins."""
    if span is None or span.end_column is None:
        return span and f"{span.line}:{span.column}"
    line = TEXT.splitlines()[span.line - 1]
    return f"{span.line} {line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]}"


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("version", "5 version", '5 "3.8"'),
        ("services", "14 services", "17:3"),
        ("services.web", "17 web", "18:5"),
        ("services.web.image", "7 image", "7 base:1"),
        ("services.web.logging.driver", "9 driver", "9 json-file"),
        ("services.web.environment", "19 environment", "19 *env"),
        ("services.web.environment.LEVEL", "10 LEVEL", "10 info"),
        ("services.web.ports", "20 ports", "22:7"),
        ("services.web.ports.0", None, '22 "80:80"'),
        ("services.web.ports.1", None, "23:9"),
        ("services.web.ports.1.mode", "25 mode", "25 host"),
        ("services.db.image", "7 image", "7 base:1"),
        ("services.db.user", "33 user", "33 root"),
        ("services.db.logging.driver", "9 driver", "9 json-file"),
        ("services.db.ports", None, None),
        ("services.web.ports.2", None, None),
        ("services.web.ports.0.x", None, None),
        ("", None, "5:1"),
    ],
)
def test_places(marks, path, key, value):
    steps = [int(step) if step.isdigit() else step for step in path.split(".") if step]
    assert (shown(marks.key(steps)), shown(marks.value(steps))) == (key, value)


@pytest.mark.parametrize(
    ("path", "part", "source"),
    [
        (["version"], "3.8", "5 3.8"),
        (["x-env", "NAME"], "${TAG}", "10 ${TAG}"),
        (["services", "web", "environment", "NAME"], "🐎", "10 🐎"),
        (["services", "web", "command"], "${A}", "28 ${A}"),
        (["services", "web", "command"], "${B}", "29 ${B}"),
        (["services", "db", "hostname"], "${X}", "35 a${X}"),  # folded, so the whole of it
    ],
)
def test_the_place_of_a_part(marks, path, part, source):
    start = marks.source_text(path).index(part)
    assert shown(marks.value(path, start, start + len(part))) == source


def test_the_nearest_place_above(marks):
    assert shown(marks.nearest(["services", "db", "deploy", "replicas"])) == "32 db"
    assert shown(marks.nearest(["services", "web", "ports", 7])) == "20 ports"
    assert shown(marks.nearest(["nothing"])) == "5:1"


def test_a_file_knows_its_name_and_a_text_brings_its_line():
    assert read(TEXT, FILE).marks.key(["version"]) == Span(FILE, 5, 1, 5, 8)
    assert read(TEXT).marks.key(["version"]) == Span(None, 5, 1, 5, 8, 'version: "3.8"')


def test_comments(marks):
    web = KeyPath("services", "web")
    assert marks.notes.comments == {
        KeyPath(): ("The head of the file,", "of two lines."),
        KeyPath("version"): ("the version",),
        KeyPath("services"): ("all services", GAP, "right above"),
        web: ("the web", "  front"),
        web / "ports" / 0: ("for people",),
        web / "ports" / 1 / "mode": ("inside",),
        web / END: ("trailing of web",),
        KeyPath("services", "db"): (" out of line",),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1 # one\n", {"a": ["one"]}),
        ("a: 1 #one\nb: 2# no\n", {"a": ["one"]}),
        ("# above\na: 1 # beside\n", {"a": ["above", "beside"]}),
        ("a: # of the block\n  b: 1\n", {"a": ["of the block"]}),
        ("a: &x # of the block\n  b: 1\n", {"a": ["of the block"]}),
        ("a: !!str # of the text\n  b\n", {"a": ["of the text"]}),
        ("a: | # of the text\n  # text\n# after\nb: 1\n", {"a": ["of the text"], "b": ["after"]}),
        ("a: >- # of the text\n  b # text\n", {"a": ["of the text"]}),
        ("a: 'x # no' # yes\n", {"a": ["yes"]}),
        ("a: x # no: # all of it\n", {"a": ["no: # all of it"]}),
        ("a: [1, 2] # list\n", {"a": ["list"]}),
        ("a: [1, # one\n  2, # two\n  # three\n  3]\n", {"a": ["one"], "a.1": ["two"], "a.2": ["three"]}),
        ("a: *x # alias\n", {"a": ["alias"]}),
        ("a:\n  - 1 # one\n  - b: 2 # two\n", {"a.0": ["one"], "a.1": ["two"]}),
        ("a:\n  - 1\n  # - 2\nb: 3\n", {"a.-1": ["- 2"]}),
        ("a:\n- 1\n# above b\nb: 3\n", {"b": ["above b"]}),
        ("a:\n  - 1\n    # deep\n  - 2\n", {"a.1": ["deep"]}),
        (
            "a:\n  b:\n    c: 1\n    # of b\n  # of a\n# of d\nd: 1\n",
            {"a.b.-1": ["of b"], "a.-1": ["of a"], "d": ["of d"]},
        ),
        ("a:\n  b: 1\n# the end\n", {"-1": ["the end"]}),
        ("a:\n  b: 1\n\n  # the end of a\n\n  # more\n", {"a.-1": ["the end of a", GAP, "more"]}),
        ("# far\n\n# near\na: 1\n", {"": ["far"], "a": ["near"]}),
        ("# far\n\na: 1\n", {"": ["far"]}),
        ("# far\n---\na: 1\n", {"": ["far"]}),
        ("a: 1\n\n# b, with a gap\n\nb: 1\n", {"b": ["b, with a gap", GAP]}),
        ("a: 1\n#\n#   b\n#c\nb: 1\n", {"b": ["", "  b", "c"]}),
        ("# only comments\n", {"": ["only comments"]}),
        ("", {}),
    ],
)
def test_what_a_comment_belongs_to(text, found):
    comments = {".".join(map(str, path)): list(lines) for path, lines in read_loosely(text).items()}
    assert comments == found


def read_loosely(text):
    """The comments of a text, which need not be a stack."""
    import yaml

    def events():
        parsed = yaml.parse(text, Loader=yaml.CSafeLoader)
        return lambda: next(parsed)

    return Marks(compose(events, yaml.events, yaml.YAMLError), text, None).notes.comments


def test_shared_blocks(marks):
    web, db = KeyPath("services", "web"), KeyPath("services", "db")
    assert marks.notes.shared == {
        KeyPath("x-base"): "base",
        KeyPath("x-base", "logging"): "logging",
        KeyPath("x-env"): "env",
        web / "<<": "base",
        web / "environment": "env",
        db / "<<" / 0: "base",
        db / "logging": "logging",
    }


def test_two_blocks_of_one_name_are_told_apart():
    notes = read(
        "x-a: &a {k: 1}\nx-b: *a\nx-c: &a {k: 2}\nx-d: *a\nx-e: &unused {}\nx-f: &text t\nx-g: *text\n"
    ).marks.notes
    assert notes.shared == {KeyPath("x-a"): "a", KeyPath("x-b"): "a", KeyPath("x-c"): "a_2", KeyPath("x-d"): "a_2"}


def test_spans_by_path(marks):
    spans = marks.notes.spans
    assert spans[KeyPath("version")] == Span(FILE, 5, 1, 5, 8)
    assert KeyPath("nothing") not in spans
    assert len(spans) == len(list(spans)) == len({*spans})
    assert all(spans[path] for path in spans)
    assert marks.notes.span_of(KeyPath("services", "web", "nothing")) == spans[KeyPath("services", "web")]


def test_lines_end_as_editors_end_them():
    marks = read("a: 1\r\nb: 2\rc: 'x\u2028y'\nd: é\n").marks
    assert [marks.key([key]).line for key in "abcd"] == [1, 2, 3, 4]
    assert marks.value("c", 2, 3).column == 7


def test_the_places_of_a_text_that_is_none(tmp_path):
    assert read("x-a: [1]\n---\n[\n").marks.value(["x-a", 0]).column == 7


ALIASED = """\
x-deploy: &deploy
  update_config: {parallelism: 0}
x-web: &web {image: nginx, deploy: *deploy}
services:
  a:
    <<: *web
    ports: [80]
  b: {image: x, deploy: *deploy}
  c:
    <<: [{hostname: x}, *web]
    image: y
"""


@pytest.mark.parametrize(
    ("path", "at"),
    [
        (("x-deploy", "update_config", "parallelism"), None),
        (("x-web", "deploy", "update_config"), (3, 36)),
        (("services", "a", "deploy", "update_config", "parallelism"), (6, 9)),
        (("services", "a", "image"), (6, 9)),
        (("services", "a", "ports", 0), None),
        (("services", "b", "deploy"), None),
        (("services", "b", "deploy", "update_config"), (8, 25)),
        (("services", "c", "hostname"), None),
        (("services", "c", "image"), None),
        (("services", "c", "deploy"), (10, 25)),
        (("services", "none", "deploy"), None),
    ],
)
def test_an_alias_on_the_way_to_a_value_is_found(path: tuple[str | int, ...], at: tuple[int, int] | None) -> None:
    span = read(ALIASED).marks.alias(path)
    assert (span and (span.line, span.column)) == at
