"""The law of secrets: what is in one is in no text about it, whatever goes wrong."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pystackdsl import Config, Secret, Service, Stack, evolve
from pystackdsl.compose.assets import with_assets
from pystackdsl.content import content_of, missing_files
from pystackdsl.diagnostics import StackError
from pystackdsl.python import load

SECRET = "hunter2-Zürich"
contents = st.text(st.characters(categories=["L", "N"]), min_size=12, max_size=30).map(lambda text: f"z{text}")


def texts_about(error: BaseException) -> Iterator[str]:
    """All that an exception shows: its words, its findings, and the variables of our frames that raised it."""
    yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
    assert error.__cause__ is None
    assert error.__context__ is None
    trace = error.__traceback__
    while trace is not None:
        if "pystackdsl" in trace.tb_frame.f_globals.get("__name__", ""):
            yield from map(repr, trace.tb_frame.f_locals.values())
        trace = trace.tb_next


def shown(secret: str, texts: Iterator[str]) -> list[str]:
    """The texts that hold a secret, plainly or as Python writes it."""
    forms = {secret, repr(secret)[1:-1], ascii(secret)[1:-1], repr(secret.encode())[2:-1], secret.encode().hex()}
    return [text for text in texts if any(form in text for form in forms)]


def error_of(action: Callable[[], object]) -> StackError:
    with pytest.raises(StackError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("kind", [{"content": SECRET}, {"content": SECRET.encode()}, {"values": {"pw": SECRET}}])
def test_no_text_of_a_secret_shows_it(kind: dict[str, Any]) -> None:
    secret = Secret(**kind, template="a.j2" if "values" in kind else None, labels={"a": "b"})
    service = Service(image="a", secrets=[secret, secret.at("x")])
    stack = Stack.of({"pw": secret, "a": service})
    for each in (secret, service, stack, stack.secrets, service.secrets, secret.at("x"), [secret]):
        assert shown(SECRET, iter([str(each), repr(each), f"{each}"])) == []
    assert "labels=" in repr(secret)


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it)), evolve])
def test_a_copy_keeps_the_content_and_hides_it(twin: Callable[[Secret], Secret]) -> None:
    for secret in (Secret(content=SECRET), Secret(template="a", values={"pw": SECRET})):
        other = twin(secret)
        assert (other.content, other.values) == (secret.content, secret.values)
        assert shown(SECRET, iter([repr(other)])) == []


@given(contents, st.booleans())
def test_an_evolved_secret_keeps_its_content_hidden(text: str, as_bytes: bool) -> None:
    content = text.encode() if as_bytes else text
    secret = evolve(evolve(Secret(content=content), labels={"a": "b"}), name="other")
    assert secret.content == content
    assert shown(text, iter([repr(secret), str(secret)])) == []
    error = error_of(lambda: evolve(secret, labels=3))
    assert shown(text, iter([str(error), repr(error)])) == []


@given(contents)
def test_a_value_of_the_wrong_type_is_not_quoted(text: str) -> None:
    wrong: list[dict[str, Any]] = [
        {"content": [text]},
        {"content": {"a": text}},
        {"values": text},
        {"values": [text]},
        {"values": {text.encode(): 1}},
    ]
    for values in wrong:
        error = error_of(lambda values=values: Secret(**values))
        assert shown(text, iter([str(error), repr(error), repr(error.args), repr(vars(error))])) == []
        assert "not shown" in str(error)


TEMPLATES = [
    "{{ pw }}{{ prot }}",
    "{{ pw.x }}",
    "{{ m.x }}",
    "{{ m[pw ~ 1] }}",
    "{{ pw | foo }}",
    "{{ pw + 1 }}",
    "{{ fail(pw) }}",
    "{{ fail.__globals__ }}",
    "{{ pw.__class__ }}",
    "{{ m.update(a=pw) }}",
    "{% include pw %}",
    "{% include [pw, 'b'] %}",
    "{{ pw | int(base=99) | attr(pw) }}",
    "{{ thing }}",
    "{% if %}SECRET",
    "{{ 'SECRET' ! }}",
    "{{ 'SECRET'.x }}",
    "{{ {'SECRET': 1}['SECRETx'] }}",
    "SECRET{{ 1 / 0 }}",
    "{{ 'SECRET' + 1 }}",
    "{{ x | foo('SECRET') }}",
    "{% include 'SECRET' %}",
    "{% include '../SECRET' %}",
    "{% SECRET %}",
    "{{ range(10**9) }}{{ pw }}",
    "{% for x in range(99999) %}{{ pw }}{% endfor %}",
    "{{ pw }}{{ half }}",
    "{% if false %}{{ pw }}{% endif %}",
]


@pytest.mark.parametrize("template", TEMPLATES)
@given(text=contents)
@example(text="zHunter2abcdefg")
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_fault_in_the_template_of_a_secret_shows_nothing_of_it(template: str, text: str, tmp_path: Path) -> None:
    def fail(pw: str) -> None:
        raise ValueError(pw)

    class Thing:
        def __str__(self) -> str:
            raise KeyError(text)

    (tmp_path / "a.j2").write_text(template.replace("SECRET", text))
    values = {"pw": text, "m": {text: text}, "fail": fail, "thing": Thing(), "half": "\ud800"}
    secret = Secret(template="a.j2", values=values)
    error = error_of(lambda: content_of(secret, tmp_path))
    assert shown(text, texts_about(error)) == []
    for finding in error.findings:
        assert all(place.span.text == "" for place in finding.places)


@pytest.mark.parametrize(
    "secret",
    [
        Secret(content=SECRET + "x" * 511_999),
        Secret(content=SECRET.encode() * 40_000),
        Secret(content=f"{SECRET}\ud800"),
        Secret(content=f"{SECRET} {Config(file='x').path}"),
        Secret(content=f"{SECRET} {Config(file='x').path}".encode()),
        Secret(content=SECRET, file="x"),
        Secret(content=SECRET, external=True),
        Secret(content=SECRET, driver="vault"),
        Secret(template="huge.txt", values={"pw": SECRET}),
        Secret(template="bytes.txt", values={"pw": SECRET}),
        Secret(template="nothing.txt", values={"pw": SECRET}),
        Secret(template="huge.txt", values={"pw": {SECRET, 1}}),
        Secret(template="huge.txt", values={"pw": [SECRET, Config(file="x").path]}),
        Secret(template="huge.txt", values={"pw": {SECRET: Config(file="x").path}}),
        Secret(file="huge.txt"),
    ],
)
def test_content_that_cannot_be_had_is_not_shown(secret: Secret, tmp_path: Path) -> None:
    (tmp_path / "huge.txt").write_text(SECRET * 200_000)
    (tmp_path / "bytes.txt").write_bytes(SECRET.encode("latin-1"))
    error = error_of(lambda: content_of(secret, tmp_path))
    assert shown(SECRET, texts_about(error)) == []
    stack = Stack(secrets={"pw": secret}, base=tmp_path)
    assert shown(SECRET, iter(map(repr, missing_files(stack)))) == []


def test_findings_about_a_text_that_was_loaded_do_not_show_it() -> None:
    error = error_of(lambda: load(f"from pystackdsl import Secret\npw = Secret(content={SECRET!r}, file=3)\n"))
    assert error.findings[0].places
    assert shown(SECRET, iter([str(error), repr(error), repr(error.findings)])) == []


def test_build_never_writes_a_secret(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("{{ pw }}")
    secrets = {
        "text": Secret(content=SECRET),
        "bytes": Secret(content=SECRET.encode()),
        "made": Secret(template="a.j2", values={"pw": SECRET}),
    }
    stack = Stack(secrets=secrets, configs={"c": Config(content="x")}, base=tmp_path)
    for rotate in (False, True):
        error = error_of(lambda rotate=rotate: with_assets(stack, folder=tmp_path, stack_name="s", rotate=rotate))
        assert shown(SECRET, texts_about(error)) == []
        assert [finding.path[1] for finding in error.findings] == ["text", "bytes", "made"]
        for finding in error.findings:
            for way in ("file=", "docker secret create", "external=True", "driver="):
                assert way in finding.help
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.j2"]


def test_rotation_holds_no_secret_where_it_raises(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(SECRET)
    stack = Stack(secrets={"pw": Secret(file="pw"), "no": Secret(file="nothing")}, base=tmp_path)
    error = error_of(lambda: with_assets(stack, folder=None, stack_name="s", rotate=True))
    assert shown(SECRET, texts_about(error)) == []


def test_a_config_cannot_print_what_is_in_a_secret(tmp_path: Path) -> None:
    secret = Secret(content=SECRET)
    other = Secret(template="b", values={"pw": SECRET})
    stack = Stack(secrets={"pw": secret, "other": other})
    for text in (
        "{{ pw.content }}",
        "{{ pw['content'] }}",
        "{{ pw | attr('content') }}",
        "{{ other['values'].pw }}",
        "{{ [pw] | map(attribute='content') | join }}",
        "{{ '{0.content}'.format(pw) }}",
        "{{ pw.at('x').secret.content }}",
        "{{ stack.secrets.pw.content }}",
        "{{ stack.resolved() }}",
        "{{ pw }}",
    ):
        (tmp_path / "a.j2").write_text(text)
        config = Config(template="a.j2", values={"pw": secret, "other": other, "stack": stack})
        error = error_of(lambda config=config: content_of(config, tmp_path, names=stack.names()))
        assert shown(SECRET, texts_about(error)) == []
        made = Secret(template="a.j2", values={"pw": secret, "other": other, "stack": stack})
        if "content" in text:
            assert content_of(made, tmp_path, names=stack.names()) == SECRET.encode()


def test_these_tests_would_find_a_secret() -> None:
    @attrs.frozen
    class Holder:
        text: str | bytes

    assert all(shown(SECRET, iter([text])) for text in (repr(Holder(SECRET)), repr(Holder(SECRET.encode())), SECRET))
    assert shown(SECRET, iter(["hunter2"])) == []
    finding = Config(content=SECRET)
    assert shown(SECRET, iter([repr(finding)])) != []
    error = error_of(lambda: content_of(Config(template="a", content=SECRET), None))
    assert shown(SECRET, texts_about(error)) != []
