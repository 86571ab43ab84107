"""Comments that ignore rules, in Python and in YAML: where they count, and what is said of those that ignore nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pystackdsl.cli.main import main

Findings = list[tuple[int, str]]
Check = Callable[..., Findings]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Check:
    """What `check` finds in a text, as (line, rule), remarks left out."""
    monkeypatch.chdir(tmp_path)

    def checked(text: str, *words: str, name: str = "stack.py") -> Findings:
        head = "from pystackdsl import *\n" if name.endswith(".py") else ""
        (tmp_path / name).write_text(head + text)
        main(["check", name, "--format", "json", "--ignore", "PSD102,PSD301", *words])
        found = json.loads(capfd.readouterr().out)["findings"]
        return sorted((each["places"][0]["line"], each["rule"]) for each in found)

    return checked


def test_on_the_line_of_the_value(check: Check) -> None:
    assert check('web = Service(\n    image="nginx",\n)\n') == [(3, "PSD101")]
    assert check('web = Service(\n    image="nginx",  # psd: ignore[PSD101]\n)\n') == []


def test_on_the_first_line_of_the_resource(check: Check) -> None:
    assert check('web = Service(  # psd: ignore[PSD101]\n    image="nginx",\n)\n') == []


def test_by_name_and_several(check: Check) -> None:
    said = 'image="nginx", stop_signal="SIGTREM"'
    assert check(f"web = Service({said})\n") == [(2, "PSD002"), (2, "PSD101")]
    assert check(f"web = Service({said})  # why: psd  # psd: ignore[floating-image-tag, psd002]\n") == []


def test_another_line_does_not_count(check: Check) -> None:
    assert check('# psd: ignore[PSD101]\nweb = Service(image="nginx")\n') == [(2, "PSD006"), (3, "PSD101")]


def test_another_rule_does_not_count(check: Check) -> None:
    assert check('web = Service(image="nginx")  # psd: ignore[PSD102]\n') == [(2, "PSD101")]
    assert check('web = Service(image="nginx")  # psd: ignore[PSD103]\n') == [(2, "PSD006"), (2, "PSD101")]


def test_a_loop_is_ignored_where_it_makes_and_where_it_asks(check: Check) -> None:
    made = 'def made(name):\n    return Service(image=name){}\n\n\nweb = made("nginx"){}\n'
    assert check(made.format("", "")) == [(3, "PSD101")]
    assert check(made.format("  # psd: ignore[PSD101]", "")) == []
    assert check(made.format("", "  # psd: ignore[PSD101]")) == []


def test_a_text_is_no_comment(check: Check) -> None:
    assert check('web = Service(image="nginx", hostname="# psd: ignore[PSD101]")\n') == [(2, "PSD101")]


def test_a_comment_that_ignores_nothing_is_told(check: Check) -> None:
    assert check('web = Service(image="nginx:1")  # psd: ignore[PSD101]\n') == [(2, "PSD006")]
    assert check('web = Service(image="nginx:1")  # psd: ignore\n') == [(2, "PSD006")]
    assert check('web = Service(image="nginx:1")  # psd: ignore[]\n') == [(2, "PSD006")]
    assert check('web = Service(image="nginx:1")  # psd: ignore[PSD999]\n') == [(2, "PSD006")]
    assert check('web = Service(image="nginx:1")  # psd: ignore[PSD101]\n', "--ignore", "unused-ignore") == []


def test_a_comment_about_a_rule_that_was_not_asked_is_left_alone(check: Check) -> None:
    assert check('web = Service(image="nginx:1")  # psd: ignore[PSD101]\n', "--select", "PSD2,PSD006") == []


def test_what_docker_refuses_cannot_be_ignored(check: Check) -> None:
    text = (
        'a = Service(image="a:1", ports=["80:80"])\nb = Service(image="b:1", ports=["80:80"])  # psd: ignore[PSD406]\n'
    )
    assert check(text, "--ignore", "PSD204") == [(3, "PSD006"), (3, "PSD406")]


def test_each_word_stands_where_it_is(tmp_path: Path, check: Check, capfd: pytest.CaptureFixture[str]) -> None:
    check('web = Service(image="nginx")  # psd: ignore[PSD101, PSD205]\n')
    main(["check", "stack.py", "--select", "PSD101,PSD205,PSD006"])
    shown = capfd.readouterr().out
    assert "PSD205 finds nothing here that could be ignored" in shown
    line, carets = shown.splitlines()[3:5]
    assert line[carets.index("^") : carets.rindex("^") + 1] == "PSD205"


YAML = """\
services:
  web:{}
    image: nginx{}
    environment:
      TEXT: "# psd: ignore[PSD101]"
    command: |
      echo  # psd: ignore[PSD101]
"""


def test_in_yaml(check: Check) -> None:
    comment = "  # psd: ignore[PSD101]"
    assert check(YAML.format("", ""), name="stack.yml") == [(3, "PSD101")]
    assert check(YAML.format(comment, ""), name="stack.yml") == []
    assert check(YAML.format("", comment), name="stack.yml") == []
    assert check(YAML.format(comment, comment), name="stack.yml") == []


def test_in_yaml_through_an_alias(check: Check) -> None:
    text = "x-image: &image nginx  # psd: ignore[PSD101]\nservices:\n  web:\n    image: *image\n"
    assert check(text.replace("  # psd: ignore[PSD101]", ""), name="stack.yml") == [(4, "PSD101")]
    assert check(
        text.replace("*image", "*image  # psd: ignore[PSD101]").replace("nginx  #", "nginx #", 1), name="stack.yml"
    ) == [(1, "PSD006")]


def test_in_flow_style_and_at_the_end(check: Check) -> None:
    assert check("services: {web: {image: nginx}}  # psd: ignore[PSD101]", name="stack.yml") == []
    assert check("services: {web: {image: nginx}}\n#psd:ignore[PSD101]", name="stack.yml") == [
        (1, "PSD101"),
        (2, "PSD006"),
    ]


def test_from_standard_input(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    import io
    import sys

    text = b"services:\n  web:\n    image: nginx # psd: ignore[PSD101]\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["check", "-"]) == 0
    assert "PSD101" not in capfd.readouterr().out


def test_in_a_file_that_another_imports(tmp_path: Path, check: Check) -> None:
    (tmp_path / "parts.py").write_text(
        'from pystackdsl import Service\n\nweb = Service(image="nginx")  # psd: ignore[PSD101]\n'
    )
    assert check("from parts import web\n") == []
    (tmp_path / "parts.py").write_text(
        'from pystackdsl import Service\n\nweb = Service(image="nginx:1")  # psd: ignore[PSD101]\n'
    )
    assert check("from parts import web\n") == [(3, "PSD006")]
