"""`content_of`: one of file, content and template gives the bytes of a config or secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from rig.engine import Engine

from pystackdsl import Config, Secret, Service, Stack, var
from pystackdsl.content import content_of
from pystackdsl.diagnostics import Diagnostic, InvalidStack, KeyPath
from pystackdsl.model.variable import environment


@pytest.fixture
def variables_stay_open() -> Iterator[None]:
    token = environment.set(None)
    yield
    environment.reset(token)


def fault(resource: Config | Secret, stack: Stack | None = None, base: Path | None = None) -> Diagnostic:
    with pytest.raises(InvalidStack) as caught:
        content_of(resource, base, names=stack.names() if stack else None)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize("kind", [Config, Secret])
@pytest.mark.parametrize(
    ("content", "data"),
    [("é\r\n$X {{ x }}", "é\r\n$X {{ x }}".encode()), (b"\xff\x00\r\n", b"\xff\x00\r\n"), (" ", b" ")],
)
def test_inline_content_is_kept_to_the_letter(kind: type[Config | Secret], content: str | bytes, data: bytes) -> None:
    assert content_of(kind(content=content), None) == data


def test_content_cannot_change_behind_the_stack() -> None:
    data = bytearray(b"abc")
    configs = [Config(content=data), Secret(content=memoryview(data))]
    data[0] = 0
    assert [content_of(config, None) for config in configs] == [b"abc", b"abc"]


def test_paths_in_content_are_completed() -> None:
    pw, other = Secret(file="pw"), Config(content="x")
    config = Config(content=f"password_file = {pw.path}\ninclude {other.path};")
    stack = Stack.of({"db-pw": pw, "other": other, "main": config})
    assert content_of(config, None, names=stack.names()) == (b"password_file = /run/secrets/db-pw\ninclude /other;")


def test_a_path_of_something_that_is_not_in_the_stack() -> None:
    config = Config(content=f"x {Secret(file='pw').path}")
    stack = Stack(configs={"main": config})
    found = fault(config, stack)
    assert found.summary == (
        "the content of config main needs the path of a secret or config that is not in this stack"
    )
    assert found.help == "hold the resource under a top-level name"
    assert found.path == KeyPath("configs", "main", "content")
    assert fault(config).summary.startswith("the content of this config needs the path")


def test_a_variable_is_read_at_once_outside_of_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "80")
    assert content_of(Config(content=f"listen {var('PORT')}"), None) == b"listen 80"


@pytest.mark.usefixtures("variables_stay_open")
def test_a_variable_left_open_is_refused() -> None:
    for content in (f"listen {var('PORT', default='80')};", var("PORT")):
        config = Config(content=content)
        found = fault(config, Stack(configs={"main": config}))
        assert found.summary == "the content of config main needs the value of PORT, which is left open"
        assert "--set" in found.help
        assert '{{ env "PORT" }}' in found.help
        assert found.subjects[0].within == KeyPath("content")


@pytest.mark.usefixtures("variables_stay_open")
def test_bytes_made_too_early_are_refused() -> None:
    for content in (var("PORT").encode(), f"{Secret(file='pw').path}".encode()):
        assert fault(Config(content=content)).help.startswith("give the content as text")
    assert content_of(Config(content="\ufdd0 \ufdd1".encode()), None) == "\ufdd0 \ufdd1".encode()


@pytest.mark.parametrize("spell", [json.dumps, ascii, lambda text: json.dumps(json.dumps([text])), yaml.safe_dump])
def test_a_path_or_variable_that_was_escaped_is_refused(spell: Callable[[str], str]) -> None:
    pw = Secret(file="x")
    token = environment.set(None)
    texts = [spell(f"a {pw.path}"), spell(f"a {var('A')}")]
    environment.reset(token)
    for text in texts:
        for content in (text, text.encode()):
            config = Config(content=content)
            finding = fault(config, Stack.of({"c": config, "pw": pw}))
            assert "cannot be put in place" in finding.summary or "not known yet" in finding.summary


def test_other_escapes_are_content() -> None:
    text = json.dumps("Zürich \ufdd2")
    assert content_of(Config(content=text), None) == text.encode()


def test_half_a_character() -> None:
    found = fault(Config(content="a\ud800"))
    assert found.help == "give the content as bytes"


@pytest.mark.parametrize(
    ("resource", "summary"),
    [
        (Config(), "this config has no content"),
        (Secret(labels={"a": "b"}), "this secret has no content"),
        (Config(content="", file="x"), "this config has file and content"),
        (Secret(content="c0ntent", template="t", file="x"), "this secret has file and content and template"),
        (Config(external=True), "this config is external: what is in it is known to the swarm alone"),
        (
            Secret(external=True, content="c0ntent"),
            "this secret is external: what is in it is known to the swarm alone",
        ),
        (Secret(driver="vault"), "this secret gets its content from the driver vault"),
        (Config(content=""), "this config is empty"),
        (Secret(content=b""), "this secret is empty"),
        (Config(content="é" * 511_999 + "ab"), "this config has 1,024,000 bytes, more than Docker takes"),
        (Secret(content=b"x" * 512_000), "this secret has 512,000 bytes, more than Docker takes"),
    ],
)
def test_what_is_no_content(resource: Config | Secret, summary: str) -> None:
    assert fault(resource).summary == summary


@pytest.mark.parametrize(("kind", "largest"), [(Config, 1_023_999), (Secret, 511_999)])
def test_the_largest_content_is_what_the_engine_takes(
    kind: type[Config | Secret], largest: int, engine: Engine
) -> None:
    noun = kind.__name__.lower()
    for size, taken in ((0, False), (1, True), (largest, True), (largest + 1, False)):
        data = b"x" * size
        made = engine.docker(noun, "create", f"size-{size}", "-", input=data.decode(), check=False)
        assert (made.returncode == 0) is taken, made.stderr
        if taken:
            assert content_of(kind(content=data), None) == data
        else:
            fault(kind(content=data))


def test_content_is_known_by_the_key_that_holds_it() -> None:
    config = Config(content="")
    service = Service(image="a", configs=[config])
    assert fault(config, Stack.of({"a": service, "nginx.conf": config})).summary == "config nginx.conf is empty"
