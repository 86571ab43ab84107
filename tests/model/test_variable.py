"""Values left open: their spelling, their values, and what cannot be done with them."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pystackdsl import var
from pystackdsl.diagnostics import InvalidText, InvalidType, StackError
from pystackdsl.model.variable import Open, OpenValue, Variable, environment, has_variable, resolve, tokens


@pytest.fixture
def _open() -> Iterator[None]:
    reset = environment.set(None)
    yield
    environment.reset(reset)


@pytest.fixture
def given() -> Iterator[Callable[[Mapping[str, str]], None]]:
    resets = []

    def give(values: Mapping[str, str]) -> None:
        resets.append(environment.set(values))

    yield give
    for reset in reversed(resets):
        environment.reset(reset)


@pytest.mark.parametrize(
    ("variable", "inner"),
    [
        (Variable("A"), "A"),
        (Variable("A", "x"), "A:-x"),
        (Variable("A", ""), "A:-"),
        (Variable("A", "x:-y"), "A:-x:-y"),
        (Variable("A", required="say A"), "A:?say A"),
        (Variable("A", required=""), "A:?"),
        (Variable("A", "x", if_unset=True), "A-x"),
        (Variable("A", required="x", if_unset=True), "A?x"),
        (Variable("A", "b:?c"), "A:-b:?c"),
    ],
)
def test_the_spelling_is_read_back(variable: Variable, inner: str) -> None:
    assert variable.inner == inner
    assert Variable.parse(inner) == variable
    assert tokens(f"a{variable.token}b{variable.token}") == [variable, variable]


@pytest.mark.parametrize(
    ("variable", "env", "value"),
    [
        (Variable("A"), {}, ""),
        (Variable("A"), {"A": "x"}, "x"),
        (Variable("A", "d"), {}, "d"),
        (Variable("A", "d"), {"A": ""}, "d"),
        (Variable("A", "d", if_unset=True), {"A": ""}, ""),
        (Variable("A", "d"), {"A": "x"}, "x"),
        (Variable("A", required="m"), {"A": "x"}, "x"),
        (Variable("A", required="m", if_unset=True), {"A": ""}, ""),
    ],
)
def test_values(variable: Variable, env: Mapping[str, str], value: str) -> None:
    assert variable.value(env) == value
    assert resolve(f"<{variable.token}>", env) == f"<{value}>"


@pytest.mark.parametrize(
    ("variable", "env"),
    [
        (Variable("A", required="m"), {}),
        (Variable("A", required="m"), {"A": ""}),
        (Variable("A", required="m", if_unset=True), {}),
    ],
)
def test_a_required_value_is_missed(variable: Variable, env: Mapping[str, str]) -> None:
    with pytest.raises(LookupError, match="m"):
        variable.value(env)


@pytest.mark.parametrize(
    ("make", "env", "value"),
    [
        (lambda: var("A"), {"A": "x"}, "x"),
        (lambda: var("A"), {}, ""),
        (lambda: var("A", default="d"), {}, "d"),
        (lambda: var("A", str, default="d"), {"A": ""}, "d"),
        (lambda: var("A", int), {"A": "-12"}, -12),
        (lambda: var("A", int, default=7), {}, 7),
        (lambda: var("A", int, default=0), {"A": ""}, 0),
        (lambda: var("A", float), {"A": "1e-1"}, 0.1),
        (lambda: var("A", float, default=1), {}, 1.0),
        (lambda: var("A", bool), {"A": "Yes"}, True),
        (lambda: var("A", bool), {"A": "OFF"}, False),
        (lambda: var("A", bool, default=False), {}, False),
        (lambda: var("A", int, required="say A"), {"A": "3"}, 3),
    ],
)
def test_the_value_is_read_from_the_environment(
    make: Callable[[], Any], env: Mapping[str, str], value: object, given: Callable[[Mapping[str, str]], None]
) -> None:
    given(env)
    assert make() == value
    assert type(make()) is type(value)


def test_the_environment_is_the_process_s_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.get() is os.environ
    monkeypatch.setenv("PYSTACKDSL_TEST", "x")
    assert var("PYSTACKDSL_TEST") == "x"


@pytest.mark.parametrize(
    ("make", "env", "words"),
    [
        (lambda: var("A", int), {"A": "two"}, 'A is "two", which is not a whole number'),
        (lambda: var("A", int), {"A": "1_000"}, 'A is "1_000", which is not a whole number'),
        (lambda: var("A", int), {"A": " 5"}, 'A is " 5", which is not a whole number'),
        (lambda: var("A", int), {"A": "٣"}, 'A is "٣", which is not a whole number'),
        (lambda: var("A", int), {"A": ""}, 'A is "", which is not a whole number'),
        (lambda: var("A", int), {"A": "2.0"}, 'A is "2.0", which is not a whole number'),
        (lambda: var("A", float), {"A": "nan"}, 'A is "nan", which is not a number'),
        (lambda: var("A", float), {"A": "1_0"}, 'A is "1_0", which is not a number'),
        (lambda: var("A", bool), {"A": "1"}, 'A is "1", which is not true or false'),
        (lambda: var("A", int), {}, "A is not set and has no default"),
        (lambda: var("A", required="say A"), {}, "A has no value: say A"),
        (lambda: var("A", required=""), {}, "A has no value: A is required"),
    ],
)
def test_a_wrong_value_is_told(
    make: Callable[[], Any], env: Mapping[str, str], words: str, given: Callable[[Mapping[str, str]], None]
) -> None:
    given(env)
    with pytest.raises(InvalidText) as error:
        make()
    assert error.value.findings[0].summary == words


@pytest.mark.parametrize("env", [None, {"A": "5"}])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: var("1A"), '"1A" is not a variable name'),
        (lambda: var("A-B"), '"A-B" is not a variable name'),
        (lambda: var("Ä"), '"Ä" is not a variable name'),
        (lambda: var(""), '"" is not a variable name'),
        (lambda: var("A", default="x", required="y"), "A is both required and has a default"),
        (lambda: var("A", default="a}b"), "cannot stand inside ${A…}, which ends at the first brace"),
        (lambda: var("A", required="a}b"), "cannot stand inside ${A…}, which ends at the first brace"),
        (lambda: var("A", required="no-go"), "the message for A holds a -"),
        (lambda: var("A", list), "A cannot be read as <class 'list'>"),
        (lambda: var("A", int, default="x"), 'the default of A is "x", which is not a whole number'),
        (lambda: var("A", int, default=2.5), 'the default of A is "2.5", which is not a whole number'),
        (lambda: var("A", bool, default=1), 'the default of A is "1", which is not true or false'),
        (lambda: var("A", float, default=float("inf")), 'the default of A is "inf", which is not a number'),
    ],
)
def test_what_compose_cannot_spell_is_refused(
    make: Callable[[], Any], words: str, env: Mapping[str, str] | None, given: Any
) -> None:
    given(env)
    with pytest.raises(InvalidText) as error:
        make()
    assert words in error.value.findings[0].summary


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("made", "inner"),
    [
        (lambda: var("A"), "A"),
        (lambda: var("A", int, default=2), "A:-2"),
        (lambda: var("A", bool, default=True), "A:-true"),
        (lambda: var("A", float, default=0.5), "A:-0.5"),
        (lambda: var("A", required="say it"), "A:?say it"),
    ],
)
def test_open_values_have_compose_s_spelling(made: Callable[[], Any], inner: str) -> None:
    value = made()
    assert type(value) is OpenValue
    assert tokens(f"{value}") == [Variable.parse(inner)]
    assert has_variable(f"a{value}")
    assert not has_variable("${A}")


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    "use",
    [
        bool,
        int,
        float,
        len,
        list,
        lambda value: value == "x",
        lambda value: value != "x",
        lambda value: value in ("x", "y"),
        lambda value: "x" in value,
        lambda value: value < 3,
        lambda value: value >= 3,
        lambda value: value[0],
        lambda value: value.upper(),
        lambda value: value.split(","),
        lambda value: f"{value:>5}",
        range,
    ],
)
def test_nothing_is_decided_or_computed_from_an_open_value(use: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidType) as error:
        use(var("N", int))
    assert error.value.findings[0].summary.startswith("the value of N is not known yet")
    assert "--set" in error.value.findings[0].help


@pytest.mark.usefixtures("_open")
def test_an_open_value_may_stand_in_other_texts() -> None:
    value = var("A", default="x")
    for text in (f"<{value}>", "<" + value + ">", "<{}>".format(value), "".join(["<", value, ">"])):  # noqa: UP032
        assert resolve(text, {}) == "<x>"
        assert type(text) is str


def test_an_open_value_in_a_typed_place_is_a_value() -> None:
    value = Open(Variable("N", "2").token)
    assert value == Open(Variable("N", "2").token)
    assert value != Open("x")
    assert hash(value) == hash(Open(Variable("N", "2").token))
    assert pickle.loads(pickle.dumps(value)) == value
    assert repr(value) == "Open('${N:-2}')"
    with pytest.raises(AttributeError):
        value.text = "x"


def test_every_error_is_one_of_the_package() -> None:
    with pytest.raises(StackError):
        var("1")
